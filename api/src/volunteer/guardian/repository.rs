//! Rows of guardians.

use entity::guardian;
use entity::ids::VolunteerId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: guardian::ActiveModel,
) -> Result<(), DbErr> {
    guardian::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The guardian of that name, if she is recorded.
pub(super) async fn find_by_name(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    name: &str,
) -> Result<Option<guardian::Model>, DbErr> {
    guardian::Entity::find()
        .filter(guardian::Column::VolunteerId.eq(volunteer))
        .filter(guardian::Column::Name.eq(name))
        .one(db)
        .await
}

/// Writes what is known of a guardian now.
pub(super) async fn save(
    tx: &DatabaseTransaction,
    row: guardian::ActiveModel,
) -> Result<(), DbErr> {
    guardian::Entity::update(row).exec(tx).await?;
    Ok(())
}

/// In the order they were recorded.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Vec<guardian::Model>, DbErr> {
    guardian::Entity::find()
        .filter(guardian::Column::VolunteerId.eq(volunteer))
        .order_by_asc(guardian::Column::Id)
        .all(db)
        .await
}
