//! Rows of delegates.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, PickupDelegateId, VolunteerId};
use entity::pickup_delegate::{self, Column as C};
use entity::{account, volunteer};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: PickupDelegateId,
) -> Result<Option<pickup_delegate::Model>, DbErr> {
    pickup_delegate::Entity::find_by_id(id).one(db).await
}

pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: PickupDelegateId,
) -> Result<Option<pickup_delegate::Model>, DbErr> {
    pickup_delegate::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// The row, unchanged until the end of the transaction: she does not end while goods are
/// handed to her.
pub(super) async fn share(
    tx: &DatabaseTransaction,
    id: PickupDelegateId,
) -> Result<Option<pickup_delegate::Model>, DbErr> {
    pickup_delegate::Entity::find_by_id(id).lock_shared().one(tx).await
}

/// A holder's active delegates, oldest first: as many as there are places at most.
pub(super) async fn list_active(
    db: &impl ConnectionTrait,
    holder: VolunteerId,
) -> Result<Vec<pickup_delegate::Model>, DbErr> {
    pickup_delegate::Entity::find()
        .filter(C::VolunteerId.eq(holder))
        .filter(C::EndedAt.is_null())
        .order_by_asc(C::Id)
        .all(db)
        .await
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: pickup_delegate::Model,
) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    pickup_delegate::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn save_ended(
    tx: &DatabaseTransaction,
    row: &pickup_delegate::Model,
    (by, reason): (AccountId, Option<String>),
    now: DateTime<Utc>,
) -> Result<Option<pickup_delegate::Model>, DbErr> {
    let changed = pickup_delegate::Entity::update_many()
        .col_expr(C::EndedAt, Expr::value(now))
        .col_expr(C::EndedBy, Expr::value(by))
        .col_expr(C::EndReason, Expr::value(reason))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(row.id))
        .filter(C::EndedAt.is_null());
    Ok(changed.exec_with_returning(tx).await?.pop())
}

/// Deletes a holder's delegates, ended ones included; says how many there were.
pub(super) async fn delete_of(tx: &DatabaseTransaction, holder: VolunteerId) -> Result<u64, DbErr> {
    let gone = pickup_delegate::Entity::delete_many().filter(C::VolunteerId.eq(holder));
    Ok(gone.exec(tx).await?.rows_affected)
}

/// The names an account goes by: what it calls itself, and the volunteer it is.
pub(super) async fn list_names_view(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<String>, DbErr> {
    let shown: Vec<Option<String>> = account::Entity::find_by_id(account)
        .select_only()
        .column(account::Column::DisplayName)
        .into_tuple()
        .all(db)
        .await?;
    let own: Vec<String> = volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Name)
        .filter(volunteer::Column::AccountId.eq(account))
        .into_tuple()
        .all(db)
        .await?;
    Ok(shown.into_iter().flatten().chain(own).collect())
}
