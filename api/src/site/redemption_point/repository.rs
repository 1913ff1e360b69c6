//! Rows of redemption points.

use entity::ids::SiteId;
use entity::redemption_point;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, Set,
};

pub(super) async fn find(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Option<redemption_point::Model>, DbErr> {
    redemption_point::Entity::find().filter(redemption_point::Column::SiteId.eq(site)).one(db).await
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: redemption_point::ActiveModel,
) -> Result<(), DbErr> {
    redemption_point::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes the details of the version before `row`'s; says whether it was still there.
pub(super) async fn save_details(
    tx: &DatabaseTransaction,
    row: &redemption_point::Model,
) -> Result<bool, DbErr> {
    let details = redemption_point::ActiveModel {
        name: Set(row.name.clone()),
        responsible_person: Set(row.responsible_person.clone()),
        address: Set(row.address.clone()),
        version: Set(row.version),
        updated_at: Set(row.updated_at),
        ..Default::default()
    };
    let saved = redemption_point::Entity::update_many()
        .set(details)
        .filter(redemption_point::Column::Id.eq(row.id))
        .filter(redemption_point::Column::Version.eq(row.version - 1))
        .exec(tx)
        .await?;
    Ok(saved.rows_affected == 1)
}
