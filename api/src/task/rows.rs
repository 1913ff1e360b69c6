//! What hangs on a task: the pieces of its file and the rows of its error report.

use entity::ids::TaskId;
use entity::{task, task_chunk, task_error};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

use super::domain::{CHUNK_BYTES, ERRORS_MAX, cut};
use super::work::RowError;
use crate::platform::rows::insert_all;

/// Adds to the report; says how many errors there are now. Beyond the limit they are only
/// counted.
pub(super) async fn add_errors(
    tx: &DatabaseTransaction,
    row: &task::Model,
    errors: Vec<RowError>,
) -> Result<i32, DbErr> {
    let count = i32::try_from(errors.len()).unwrap_or(i32::MAX);
    let rows =
        (row.error_count..ERRORS_MAX).zip(errors).map(|(seq, error)| task_error::ActiveModel {
            task_id: Set(row.id),
            seq: Set(seq),
            row_number: Set(error.row),
            field: Set(error.field.map(|field| cut(&field, 100))),
            code: Set(cut(&error.code, 60)),
            message: Set(cut(&error.message, 300)),
        });
    insert_all::<task_error::Entity>(tx, rows).await?;
    Ok(row.error_count.saturating_add(count))
}

/// Appends to the file; says how many bytes and pieces it has now.
pub(super) async fn add_bytes(
    tx: &DatabaseTransaction,
    row: &task::Model,
    bytes: &[u8],
) -> Result<(i64, i32), DbErr> {
    let mut seq = row.file_chunks;
    for piece in bytes.chunks(CHUNK_BYTES) {
        let chunk = task_chunk::ActiveModel {
            task_id: Set(row.id),
            seq: Set(seq),
            bytes: Set(piece.to_vec()),
        };
        task_chunk::Entity::insert(chunk).exec_without_returning(tx).await?;
        seq += 1;
    }
    let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    Ok((row.file_bytes.saturating_add(length), seq))
}

/// The report after `after`, in order.
pub(super) async fn list_errors(
    db: &impl ConnectionTrait,
    id: TaskId,
    after: Option<i32>,
    limit: u64,
) -> Result<Vec<task_error::Model>, DbErr> {
    task_error::Entity::find()
        .filter(task_error::Column::TaskId.eq(id))
        .filter(task_error::Column::Seq.gt(after.unwrap_or(-1)))
        .order_by_asc(task_error::Column::Seq)
        .limit(limit)
        .all(db)
        .await
}

/// One piece of the file.
pub(super) async fn find_chunk(
    db: &impl ConnectionTrait,
    id: TaskId,
    seq: i32,
) -> Result<Option<Vec<u8>>, DbErr> {
    let found = task_chunk::Entity::find_by_id((id, seq)).one(db).await?;
    Ok(found.map(|chunk| chunk.bytes))
}

pub(super) async fn delete_chunks(tx: &DatabaseTransaction, ids: &[TaskId]) -> Result<(), DbErr> {
    task_chunk::Entity::delete_many()
        .filter(task_chunk::Column::TaskId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn delete_errors(tx: &DatabaseTransaction, ids: &[TaskId]) -> Result<(), DbErr> {
    task_error::Entity::delete_many()
        .filter(task_error::Column::TaskId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}
