//! Rows of corrections.

use entity::identity_correction;
use entity::ids::VolunteerId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: identity_correction::ActiveModel,
) -> Result<(), DbErr> {
    identity_correction::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Vec<identity_correction::Model>, DbErr> {
    identity_correction::Entity::find()
        .filter(identity_correction::Column::VolunteerId.eq(volunteer))
        .order_by_desc(identity_correction::Column::Id)
        .all(db)
        .await
}
