//! Rows of appointments.

use entity::appointment;
use entity::ids::{AppointmentId, SiteId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};

/// A site's appointments, newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    site: SiteId,
    after: Option<AppointmentId>,
    limit: u64,
) -> Result<Vec<appointment::Model>, DbErr> {
    let mut query = appointment::Entity::find()
        .filter(appointment::Column::SiteId.eq(site))
        .order_by_desc(appointment::Column::Id);
    if let Some(after) = after {
        query = query.filter(appointment::Column::Id.lt(after));
    }
    query.limit(limit).all(db).await
}

pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: AppointmentId,
) -> Result<Option<appointment::Model>, DbErr> {
    appointment::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: appointment::ActiveModel,
) -> Result<(), DbErr> {
    appointment::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes the last day of the version before `row`'s; says whether it was still there.
pub(super) async fn save_end(
    tx: &DatabaseTransaction,
    row: &appointment::Model,
) -> Result<bool, DbErr> {
    let end = appointment::ActiveModel {
        ends_on: Set(row.ends_on),
        version: Set(row.version),
        ..Default::default()
    };
    let saved = appointment::Entity::update_many()
        .set(end)
        .filter(appointment::Column::Id.eq(row.id))
        .filter(appointment::Column::Version.eq(row.version - 1))
        .exec(tx)
        .await?;
    Ok(saved.rows_affected == 1)
}
