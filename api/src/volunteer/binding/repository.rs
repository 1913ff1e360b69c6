//! Rows of binding codes.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, VolunteerBindingId, VolunteerId};
use entity::volunteer_binding as binding;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

pub(super) async fn find_by_hash(
    db: &impl ConnectionTrait,
    hash: &str,
) -> Result<Option<binding::Model>, DbErr> {
    binding::Entity::find().filter(binding::Column::CodeHash.eq(hash)).one(db).await
}

/// Takes back every code of this volunteer that was not used.
pub(super) async fn save_revoked(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    binding::Entity::update_many()
        .col_expr(binding::Column::RevokedAt, Expr::value(now))
        .filter(binding::Column::VolunteerId.eq(volunteer))
        .filter(binding::Column::UsedAt.is_null())
        .filter(binding::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: binding::ActiveModel,
) -> Result<(), DbErr> {
    binding::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Uses a code up; says whether it was good until now.
pub(super) async fn save_used(
    tx: &DatabaseTransaction,
    id: VolunteerBindingId,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let used = binding::Entity::update_many()
        .col_expr(binding::Column::UsedBy, Expr::value(by))
        .col_expr(binding::Column::UsedAt, Expr::value(now))
        .filter(binding::Column::Id.eq(id))
        .filter(binding::Column::UsedAt.is_null())
        .filter(binding::Column::RevokedAt.is_null())
        .filter(binding::Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}
