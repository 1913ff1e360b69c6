//! Rows of settings: written once, never changed.

use chrono::{DateTime, Utc};
use entity::ids::SiteId;
use entity::setting;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

/// What these sites set and what has begun by `now`.
pub(super) async fn list_begun(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
    now: DateTime<Utc>,
) -> Result<Vec<setting::Model>, DbErr> {
    setting::Entity::find()
        .filter(setting::Column::SiteId.is_in(sites.iter().copied()))
        .filter(setting::Column::EffectiveFrom.lte(now))
        .all(db)
        .await
}

/// Whatever these sites set, what is still to come included, in order of time.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
) -> Result<Vec<setting::Model>, DbErr> {
    setting::Entity::find()
        .filter(setting::Column::SiteId.is_in(sites.iter().copied()))
        .order_by_asc(setting::Column::EffectiveFrom)
        .all(db)
        .await
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: setting::ActiveModel,
) -> Result<(), DbErr> {
    setting::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
