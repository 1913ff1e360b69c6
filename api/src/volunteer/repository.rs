//! Rows of volunteers and of who is close to them.

use entity::ids::{AccountId, VolunteerId};
use entity::{proxy, relative, volunteer};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QuerySelect,
};

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: VolunteerId,
) -> Result<Option<volunteer::Model>, DbErr> {
    volunteer::Entity::find_by_id(id).one(db).await
}

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: VolunteerId,
) -> Result<Option<volunteer::Model>, DbErr> {
    volunteer::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// Who of these people is close to the account: herself, declared relatives, those she
/// acts for.
pub(super) async fn list_related(
    db: &impl ConnectionTrait,
    account: AccountId,
    among: Vec<VolunteerId>,
) -> Result<Vec<VolunteerId>, DbErr> {
    let own = volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .filter(volunteer::Column::AccountId.eq(account))
        .filter(volunteer::Column::Id.is_in(among.clone()));
    let relatives = relative::Entity::find()
        .select_only()
        .column(relative::Column::VolunteerId)
        .filter(relative::Column::AccountId.eq(account))
        .filter(relative::Column::VolunteerId.is_in(among.clone()))
        .filter(relative::Column::WithdrawnAt.is_null());
    let wards = proxy::Entity::find()
        .select_only()
        .column(proxy::Column::VolunteerId)
        .filter(proxy::Column::ProxyAccountId.eq(account))
        .filter(proxy::Column::VolunteerId.is_in(among))
        .filter(proxy::Column::WithdrawnAt.is_null());
    let mut related: Vec<VolunteerId> = own.into_tuple().all(db).await?;
    related.extend(relatives.into_tuple::<VolunteerId>().all(db).await?);
    related.extend(wards.into_tuple::<VolunteerId>().all(db).await?);
    Ok(related)
}

/// Whether the account has declared this volunteer a relative.
pub(super) async fn is_relative(
    db: &impl ConnectionTrait,
    account: AccountId,
    volunteer: VolunteerId,
) -> Result<bool, DbErr> {
    let found = relative::Entity::find()
        .filter(relative::Column::AccountId.eq(account))
        .filter(relative::Column::VolunteerId.eq(volunteer))
        .filter(relative::Column::WithdrawnAt.is_null());
    Ok(found.count(db).await? > 0)
}

/// Whether the account acts for this volunteer, will, or did lately.
pub(super) async fn is_proxy(
    db: &impl ConnectionTrait,
    account: AccountId,
    volunteer: VolunteerId,
) -> Result<bool, DbErr> {
    let found = proxy::Entity::find()
        .filter(proxy::Column::ProxyAccountId.eq(account))
        .filter(proxy::Column::VolunteerId.eq(volunteer))
        .filter(proxy::Column::WithdrawnAt.is_null());
    Ok(found.count(db).await? > 0)
}
