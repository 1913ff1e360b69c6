//! Rows of settings: written once, never changed.

use chrono::{DateTime, Utc};
use entity::ids::SiteId;
use entity::setting;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

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
