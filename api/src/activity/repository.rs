//! Rows of activities.

use entity::activity;
use entity::ids::ActivityId;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QuerySelect};

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: ActivityId,
) -> Result<Option<activity::Model>, DbErr> {
    activity::Entity::find_by_id(id).one(db).await
}

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: ActivityId,
) -> Result<Option<activity::Model>, DbErr> {
    activity::Entity::find_by_id(id).lock_exclusive().one(tx).await
}
