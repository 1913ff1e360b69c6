//! Rows of settings: written once, never changed.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::ids::{SettingId, SiteId};
use entity::{setting, setting_withdrawal};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

use super::domain::History;

/// The values that were taken back.
fn withdrawn() -> SelectStatement {
    let mut query = Query::select();
    query.column(setting_withdrawal::Column::SettingId).from(setting_withdrawal::Entity);
    query
}

/// What these sites set and what has begun by `now`.
pub(super) async fn list_begun(
    db: &impl ConnectionTrait,
    sites: &[SiteId],
    now: DateTime<Utc>,
) -> Result<Vec<setting::Model>, DbErr> {
    setting::Entity::find()
        .filter(setting::Column::SiteId.is_in(sites.iter().copied()))
        .filter(setting::Column::EffectiveFrom.lte(now))
        .filter(setting::Column::Id.not_in_subquery(withdrawn()))
        .all(db)
        .await
}

/// Whether any site ever set this, and it has begun by `now`.
pub(super) async fn is_begun_anywhere(
    db: &impl ConnectionTrait,
    key: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let set = setting::Entity::find().filter(setting::Column::Key.eq(key));
    Ok(set.filter(setting::Column::EffectiveFrom.lte(now)).one(db).await?.is_some())
}

/// Whatever these sites set, what is still to come included, in order of time.
pub(super) async fn list(db: &impl ConnectionTrait, sites: &[SiteId]) -> Result<History, DbErr> {
    let all = setting::Entity::find()
        .filter(setting::Column::SiteId.is_in(sites.iter().copied()))
        .order_by_asc(setting::Column::EffectiveFrom)
        .all(db)
        .await?;
    let ids = all.iter().map(|row| row.id);
    let back = setting_withdrawal::Entity::find()
        .filter(setting_withdrawal::Column::SettingId.is_in(ids))
        .all(db)
        .await?;
    let back: HashSet<SettingId> = back.into_iter().map(|row| row.setting_id).collect();
    let (withdrawn, rows) = all.into_iter().partition(|row| back.contains(&row.id));
    Ok(History { rows, withdrawn })
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: setting::ActiveModel,
) -> Result<(), DbErr> {
    setting::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn insert_withdrawal(
    tx: &DatabaseTransaction,
    row: setting_withdrawal::ActiveModel,
) -> Result<(), DbErr> {
    setting_withdrawal::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
