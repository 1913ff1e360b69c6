//! Rows of tasks. Leases are conditional updates by token, so that who lost a task cannot
//! write to it.

use chrono::{DateTime, Utc};
use entity::ids::{SiteId, TaskId};
use entity::site;
use entity::task::{self, Column as C, TaskState};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
    Unchanged,
};
use serde_json::Value;

use super::domain::{FILE_KEPT, LIVE};
use super::worker::Taken;
use crate::platform::tx::Tx;

/// Which tasks a list shows.
pub(super) struct TaskFilter {
    /// Of the site at and below which they are.
    pub(super) path: String,
    pub(super) kinds: Vec<String>,
    pub(super) state: Option<TaskState>,
    pub(super) after: Option<TaskId>,
    pub(super) limit: u64,
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: TaskId,
) -> Result<Option<task::Model>, DbErr> {
    task::Entity::find_by_id(id).one(db).await
}

pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: TaskId,
) -> Result<Option<task::Model>, DbErr> {
    task::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// The task that is or was done under this key; failed and cancelled ones do not count.
pub(super) async fn find_once(
    db: &impl ConnectionTrait,
    kind: &str,
    site: SiteId,
    once_key: &str,
) -> Result<Option<task::Model>, DbErr> {
    let live = C::State.is_not_in([TaskState::Failed, TaskState::Cancelled]);
    under_key(kind, site, once_key).filter(live).one(db).await
}

/// The last task that was started under this key, however it ended.
pub(super) async fn find_last(
    db: &impl ConnectionTrait,
    kind: &str,
    site: SiteId,
    once_key: &str,
) -> Result<Option<task::Model>, DbErr> {
    under_key(kind, site, once_key).order_by_desc(C::Id).one(db).await
}

fn under_key(kind: &str, site: SiteId, once_key: &str) -> Select<task::Entity> {
    task::Entity::find()
        .filter(C::Kind.eq(kind))
        .filter(C::SiteId.eq(site))
        .filter(C::OnceKey.eq(once_key))
}

pub(super) async fn insert(tx: &DatabaseTransaction, row: task::Model) -> Result<(), DbErr> {
    task::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

/// Newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    filter: TaskFilter,
) -> Result<Vec<task::Model>, DbErr> {
    let below = site::Entity::find()
        .select_only()
        .column(site::Column::Id)
        .filter(site::Column::Path.starts_with(&filter.path))
        .into_query();
    let mut query = task::Entity::find()
        .filter(C::SiteId.in_subquery(below))
        .filter(C::Kind.is_in(filter.kinds));
    if let Some(state) = filter.state {
        query = query.filter(C::State.eq(state));
    }
    if let Some(after) = filter.after {
        query = query.filter(C::Id.lt(after));
    }
    query.order_by_desc(C::Id).limit(filter.limit).all(db).await
}

/// The live task nobody works at that was looked at longest ago, locked.
pub(super) async fn lock_waiting(
    tx: &DatabaseTransaction,
    kinds: &[&str],
    now: DateTime<Utc>,
) -> Result<Option<task::Model>, DbErr> {
    let free = Condition::any().add(C::LeaseUntil.is_null()).add(C::LeaseUntil.lte(now));
    task::Entity::find()
        .filter(C::State.is_in(LIVE))
        .filter(C::Kind.is_in(kinds.iter().copied()))
        .filter(C::TouchedAt.lte(now))
        .filter(free)
        .order_by_asc(C::TouchedAt)
        .order_by_asc(C::Id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(tx)
        .await
}

/// Writes a new lease on a locked task.
pub(super) async fn take(
    tx: &Tx<'_>,
    row: &task::Model,
    (state, attempts): (TaskState, i32),
    holder: &str,
    until: DateTime<Utc>,
) -> Result<task::Model, DbErr> {
    let change = task::ActiveModel {
        id: Unchanged(row.id),
        state: Set(state),
        attempts: Set(attempts),
        lease_holder: Set(Some(holder.into())),
        lease_until: Set(Some(until)),
        lease_token: Set(row.lease_token + 1),
        touched_at: Set(tx.now),
        started_at: Set(Some(row.started_at.unwrap_or(tx.now))),
        ..Default::default()
    };
    task::Entity::update(change).exec(&**tx).await
}

/// Lengthens the lease and locks the task; none when it is another's by now.
pub(super) async fn renew(
    tx: &DatabaseTransaction,
    taken: &Taken,
    until: DateTime<Utc>,
) -> Result<Option<task::Model>, DbErr> {
    let mine = task::Entity::update_many()
        .col_expr(C::LeaseUntil, Expr::value(until))
        .filter(C::Id.eq(taken.id))
        .filter(C::LeaseToken.eq(taken.token))
        .filter(C::LeaseHolder.is_not_null())
        .filter(C::State.is_in(LIVE))
        .exec_with_returning(tx)
        .await?;
    Ok(mine.into_iter().next())
}

/// Gives the lease back.
pub(super) async fn release(
    tx: &DatabaseTransaction,
    taken: &Taken,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    task::Entity::update_many()
        .col_expr(C::LeaseHolder, Expr::value(None::<String>))
        .col_expr(C::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(C::TouchedAt, Expr::value(now))
        .filter(C::Id.eq(taken.id))
        .filter(C::LeaseToken.eq(taken.token))
        .filter(C::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives a locked task back after a break-down, not to be touched before `again_at`.
pub(super) async fn put_off(
    tx: &DatabaseTransaction,
    id: TaskId,
    attempts: i32,
    again_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    update(
        tx,
        task::ActiveModel {
            id: Unchanged(id),
            attempts: Set(attempts),
            lease_holder: Set(None),
            lease_until: Set(None),
            touched_at: Set(again_at),
            ..Default::default()
        },
    )
    .await
}

/// Writes a step's figures to a locked task.
pub(super) async fn save_step(
    tx: &DatabaseTransaction,
    row: &task::Model,
    progress: Option<(i64, Option<i64>)>,
    error_count: i32,
    (bytes, chunks): (i64, i32),
) -> Result<(), DbErr> {
    let (done, total) = progress.unwrap_or((row.done, row.total));
    update(
        tx,
        task::ActiveModel {
            id: Unchanged(row.id),
            done: Set(done),
            total: Set(total.map(|total| total.max(done))),
            error_count: Set(error_count),
            attempts: Set(0),
            file_bytes: Set(bytes),
            file_chunks: Set(chunks),
            ..Default::default()
        },
    )
    .await
}

pub(super) async fn save_mark(
    tx: &DatabaseTransaction,
    id: TaskId,
    mark: Value,
) -> Result<(), DbErr> {
    let change =
        task::ActiveModel { id: Unchanged(id), mark: Set(Some(mark)), ..Default::default() };
    update(tx, change).await
}

pub(super) async fn save_result(
    tx: &DatabaseTransaction,
    id: TaskId,
    result: Value,
    file: Option<(String, &'static str)>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (name, media_type) = file.unzip();
    update(
        tx,
        task::ActiveModel {
            id: Unchanged(id),
            result: Set(Some(result)),
            file_expires_at: Set(name.is_some().then_some(now + FILE_KEPT)),
            file_name: Set(name),
            file_type: Set(media_type.map(str::to_owned)),
            ..Default::default()
        },
    )
    .await
}

/// Ends a locked task.
pub(super) async fn end(
    tx: &Tx<'_>,
    row: &task::Model,
    state: TaskState,
    failure: Option<(&str, &str)>,
) -> Result<(), DbErr> {
    let (code, message) = failure.unzip();
    update(
        tx,
        task::ActiveModel {
            id: Unchanged(row.id),
            state: Set(state),
            failure_code: Set(code.map(str::to_owned)),
            failure_message: Set(message.map(str::to_owned)),
            lease_holder: Set(None),
            lease_until: Set(None),
            ended_at: Set(Some(tx.now)),
            ..Default::default()
        },
    )
    .await
}

/// Lets a running task end at its next step.
pub(super) async fn ask_to_stop(
    tx: &DatabaseTransaction,
    id: TaskId,
    state: TaskState,
) -> Result<(), DbErr> {
    update(tx, task::ActiveModel { id: Unchanged(id), state: Set(state), ..Default::default() })
        .await
}

/// Tasks whose file is past its time.
pub(super) async fn list_stale_files(
    tx: &DatabaseTransaction,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<TaskId>, DbErr> {
    let stale = Condition::all().add(C::FileChunks.gt(0)).add(
        Condition::any().add(C::FileExpiresAt.lte(now)).add(
            Condition::all()
                .add(C::State.is_in([TaskState::Failed, TaskState::Cancelled]))
                .add(C::EndedAt.lte(now - FILE_KEPT)),
        ),
    );
    ids(task::Entity::find().filter(stale), tx, limit).await
}

/// Tasks that ended before `before`.
pub(super) async fn list_old(
    tx: &DatabaseTransaction,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<TaskId>, DbErr> {
    ids(task::Entity::find().filter(C::EndedAt.lte(before)), tx, limit).await
}

async fn ids(
    query: Select<task::Entity>,
    tx: &DatabaseTransaction,
    limit: u64,
) -> Result<Vec<TaskId>, DbErr> {
    query.select_only().column(C::Id).order_by_asc(C::Id).limit(limit).into_tuple().all(tx).await
}

pub(super) async fn forget_files(tx: &DatabaseTransaction, ids: &[TaskId]) -> Result<(), DbErr> {
    task::Entity::update_many()
        .col_expr(C::FileChunks, Expr::value(0))
        .filter(C::Id.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn delete(tx: &DatabaseTransaction, ids: &[TaskId]) -> Result<(), DbErr> {
    task::Entity::delete_many().filter(C::Id.is_in(ids.iter().copied())).exec(tx).await?;
    Ok(())
}

async fn update(tx: &DatabaseTransaction, change: task::ActiveModel) -> Result<(), DbErr> {
    task::Entity::update(change).exec(tx).await?;
    Ok(())
}
