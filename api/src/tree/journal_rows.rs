//! Rows of the journal as the trees read and seal them.

use std::collections::HashMap;

use super::domain::SIGNED;
use crate::platform::rows::insert_all;
use chrono::{DateTime, Utc};
use entity::ids::SiteId;
use entity::{journal_event, journal_head, journal_seal, tree_reader};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

/// The reader is one row.
const READER: i16 = 1;

/// Whether events are numbered that the trees have not read.
pub(super) async fn has_unread(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let head = journal_head::Entity::find().one(db).await?.map_or(0, |row| row.position);
    let read = tree_reader::Entity::find().one(db).await?.map_or(0, |row| row.position);
    Ok(head > read)
}

/// Whether something that happened before a moment is not numbered yet, or not read. What is told
/// of the trees themselves makes no leaf, and is not waited for.
pub(super) async fn has_unread_before(
    db: &impl ConnectionTrait,
    end: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use journal_event::Column as C;
    let read = tree_reader::Entity::find().one(db).await?.map_or(0, |row| row.position);
    let waiting = Condition::any().add(C::Position.is_null()).add(C::Position.gt(read));
    let one = journal_event::Entity::find().filter(waiting).filter(C::OccurredAt.lt(end));
    Ok(one.filter(C::Kind.ne(SIGNED)).limit(1).one(db).await?.is_some())
}

/// Whether the journal tells of any signed head of a tree.
pub(super) async fn is_told_signed(db: &impl ConnectionTrait, site: SiteId) -> Result<bool, DbErr> {
    let one = journal_event::Entity::find()
        .filter(journal_event::Column::Kind.eq(SIGNED))
        .filter(journal_event::Column::SiteId.eq(site));
    Ok(one.limit(1).one(db).await?.is_some())
}

/// The reader's row, locked: one reader at a time.
pub(super) async fn lock_reader(tx: &DatabaseTransaction) -> Result<tree_reader::Model, DbErr> {
    let row = tree_reader::Entity::find_by_id(READER).lock_exclusive().one(tx).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("tree reader".into()))
}

pub(super) async fn save_reader(
    tx: &DatabaseTransaction,
    row: tree_reader::Model,
) -> Result<(), DbErr> {
    tree_reader::Entity::update(row.into_active_model().reset_all()).exec(tx).await?;
    Ok(())
}

pub(super) async fn list_events(
    db: &impl ConnectionTrait,
    after: i64,
    limit: u64,
) -> Result<Vec<journal_event::Model>, DbErr> {
    journal_event::Entity::find()
        .filter(journal_event::Column::Position.gt(after))
        .order_by_asc(journal_event::Column::Position)
        .limit(limit)
        .all(db)
        .await
}

pub(super) async fn insert_seals(
    tx: &DatabaseTransaction,
    rows: Vec<journal_seal::Model>,
) -> Result<(), DbErr> {
    insert_all::<journal_seal::Entity>(tx, rows).await
}

pub(super) async fn find_reader(db: &impl ConnectionTrait) -> Result<tree_reader::Model, DbErr> {
    let row = tree_reader::Entity::find_by_id(READER).one(db).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("tree reader".into()))
}

/// The seals after one position up to another.
pub(super) async fn list_seals(
    db: &impl ConnectionTrait,
    after: i64,
    to: i64,
) -> Result<HashMap<i64, journal_seal::Model>, DbErr> {
    let found = journal_seal::Entity::find()
        .filter(journal_seal::Column::Position.gt(after))
        .filter(journal_seal::Column::Position.lte(to));
    Ok(found.all(db).await?.into_iter().map(|row| (row.position, row)).collect())
}
