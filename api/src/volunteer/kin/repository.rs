//! Rows of relatives and proxies.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, ProxyId, RelativeId, VolunteerId};
use entity::{proxy, relative, volunteer};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};

/// The declarations that bind: those that stand, and those withdrawn after `since`.
fn binding(since: DateTime<Utc>) -> Condition {
    let withdrawn = relative::Column::WithdrawnAt;
    Condition::any().add(withdrawn.is_null()).add(withdrawn.gt(since))
}

/// The authorisations of this account that bind it: not ended, or ended after `since`.
fn acting(account: AccountId, since: DateTime<Utc>) -> Select<proxy::Entity> {
    let ended = proxy::Column::WithdrawnAt;
    proxy::Entity::find()
        .filter(proxy::Column::ProxyAccountId.eq(account))
        .filter(Condition::any().add(ended.is_null()).add(ended.gt(since)))
}

/// Whether the account acts for this volunteer, or did after `since`.
pub(super) async fn has_acted_for(
    db: &impl ConnectionTrait,
    account: AccountId,
    volunteer: VolunteerId,
    since: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let hers = acting(account, since).filter(proxy::Column::VolunteerId.eq(volunteer));
    Ok(hers.one(db).await?.is_some())
}

/// The account's declaration about this volunteer, if it stands.
pub(super) async fn find_relative(
    db: &impl ConnectionTrait,
    account: AccountId,
    volunteer: VolunteerId,
) -> Result<Option<relative::Model>, DbErr> {
    relative::Entity::find()
        .filter(relative::Column::AccountId.eq(account))
        .filter(relative::Column::VolunteerId.eq(volunteer))
        .filter(relative::Column::WithdrawnAt.is_null())
        .one(db)
        .await
}

/// Whether the account and this person are declared relatives, whoever of them said so, or were
/// after `since`.
pub(super) async fn has_kin(
    db: &impl ConnectionTrait,
    account: AccountId,
    person: &volunteer::Model,
    since: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use relative::Column as R;
    let mine = Condition::all().add(R::AccountId.eq(account)).add(R::VolunteerId.eq(person.id));
    let theirs = person.account_id.map(|declarer| {
        let own = people_of(account).into_query();
        Condition::all().add(R::AccountId.eq(declarer)).add(R::VolunteerId.in_subquery(own))
    });
    let found = relative::Entity::find()
        .filter(binding(since))
        .filter(Condition::any().add(mine).add_option(theirs))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// The volunteer an account is.
fn people_of(account: AccountId) -> Select<volunteer::Entity> {
    let own = volunteer::Entity::find().filter(volunteer::Column::AccountId.eq(account));
    own.select_only().column(volunteer::Column::Id)
}

/// Who of these people is close to the account, or was after `since`: herself, relatives whoever
/// declared it, those she acts for.
pub(super) async fn list_related(
    db: &impl ConnectionTrait,
    account: AccountId,
    among: Vec<VolunteerId>,
    since: DateTime<Utc>,
) -> Result<Vec<VolunteerId>, DbErr> {
    let own = people_of(account).filter(volunteer::Column::Id.is_in(among.clone()));
    let declared_her = relative::Entity::find()
        .select_only()
        .column(relative::Column::AccountId)
        .filter(relative::Column::VolunteerId.in_subquery(people_of(account).into_query()))
        .filter(binding(since));
    let declarers = volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .filter(volunteer::Column::Id.is_in(among.clone()))
        .filter(volunteer::Column::AccountId.in_subquery(declared_her.into_query()));
    let relatives = relative::Entity::find()
        .select_only()
        .column(relative::Column::VolunteerId)
        .filter(relative::Column::AccountId.eq(account))
        .filter(relative::Column::VolunteerId.is_in(among.clone()))
        .filter(binding(since));
    let wards = acting(account, since)
        .select_only()
        .column(proxy::Column::VolunteerId)
        .filter(proxy::Column::VolunteerId.is_in(among));
    let mut related: Vec<VolunteerId> = own.into_tuple().all(db).await?;
    related.extend(relatives.into_tuple::<VolunteerId>().all(db).await?);
    related.extend(declarers.into_tuple::<VolunteerId>().all(db).await?);
    related.extend(wards.into_tuple::<VolunteerId>().all(db).await?);
    Ok(related)
}

/// Whether one of these accounts declared this person, or she one of them, and it binds since.
pub(super) async fn has_kin_among(
    db: &impl ConnectionTrait,
    (account, id): (AccountId, VolunteerId),
    among: Vec<AccountId>,
    since: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use relative::Column as R;
    let people = volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .filter(volunteer::Column::AccountId.is_in(among.clone()))
        .into_query();
    let theirs = Condition::all().add(R::VolunteerId.eq(id)).add(R::AccountId.is_in(among));
    let hers =
        Condition::all().add(R::AccountId.eq(account)).add(R::VolunteerId.in_subquery(people));
    let found = relative::Entity::find()
        .filter(binding(since))
        .filter(Condition::any().add(theirs).add(hers))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// The account's binding declarations with the relatives' names, oldest first.
pub(super) async fn list_relatives(
    db: &impl ConnectionTrait,
    account: AccountId,
    since: DateTime<Utc>,
) -> Result<Vec<(relative::Model, String)>, DbErr> {
    let rows = relative::Entity::find()
        .filter(relative::Column::AccountId.eq(account))
        .filter(binding(since))
        .order_by_asc(relative::Column::Id)
        .all(db)
        .await?;
    let ids = rows.iter().map(|row| row.volunteer_id);
    let people = volunteer::Entity::find().filter(volunteer::Column::Id.is_in(ids)).all(db).await?;
    let name = |id| people.iter().find(|person| person.id == id).map(|person| person.name.clone());
    let named = |row: relative::Model| {
        let name = name(row.volunteer_id).unwrap_or_default();
        (row, name)
    };
    Ok(rows.into_iter().map(named).collect())
}

/// Ends a declaration of this account; says which, if it stood.
pub(super) async fn save_relative_withdrawn(
    tx: &DatabaseTransaction,
    account: AccountId,
    id: RelativeId,
    now: DateTime<Utc>,
) -> Result<Option<relative::Model>, DbErr> {
    let ended = relative::Entity::update_many()
        .col_expr(relative::Column::WithdrawnAt, Expr::value(now))
        .filter(relative::Column::Id.eq(id))
        .filter(relative::Column::AccountId.eq(account))
        .filter(relative::Column::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    if ended.rows_affected == 0 {
        return Ok(None);
    }
    relative::Entity::find_by_id(id).one(tx).await
}

/// Writes a declaration unless there is one.
pub(super) async fn insert_relative(
    tx: &DatabaseTransaction,
    row: relative::ActiveModel,
) -> Result<(), DbErr> {
    let mut declared = OnConflict::new();
    declared.do_nothing();
    relative::Entity::insert(row).on_conflict(declared).exec_without_returning(tx).await?;
    Ok(())
}

/// Authorisations of this account for this volunteer that were not ended by hand.
pub(super) async fn list_proxies_of(
    db: &impl ConnectionTrait,
    account: AccountId,
    volunteer: VolunteerId,
) -> Result<Vec<proxy::Model>, DbErr> {
    proxy::Entity::find()
        .filter(proxy::Column::ProxyAccountId.eq(account))
        .filter(proxy::Column::VolunteerId.eq(volunteer))
        .filter(proxy::Column::WithdrawnAt.is_null())
        .all(db)
        .await
}

/// Every authorisation of this account that was not ended by hand.
pub(super) async fn list_authorisations(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<proxy::Model>, DbErr> {
    proxy::Entity::find()
        .filter(proxy::Column::ProxyAccountId.eq(account))
        .filter(proxy::Column::WithdrawnAt.is_null())
        .all(db)
        .await
}

/// All of a volunteer's, newest first.
pub(super) async fn list_proxies(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Vec<proxy::Model>, DbErr> {
    proxy::Entity::find()
        .filter(proxy::Column::VolunteerId.eq(volunteer))
        .order_by_desc(proxy::Column::Id)
        .all(db)
        .await
}

/// Names of the volunteers behind these accounts.
pub(super) async fn list_names(
    db: &impl ConnectionTrait,
    accounts: Vec<AccountId>,
) -> Result<Vec<(AccountId, String)>, DbErr> {
    volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::AccountId)
        .column(volunteer::Column::Name)
        .filter(volunteer::Column::AccountId.is_in(accounts))
        .into_tuple()
        .all(db)
        .await
}

pub(super) async fn find_proxy(
    db: &impl ConnectionTrait,
    id: ProxyId,
) -> Result<Option<proxy::Model>, DbErr> {
    proxy::Entity::find_by_id(id).one(db).await
}

pub(super) async fn lock_proxy(
    tx: &DatabaseTransaction,
    id: ProxyId,
) -> Result<Option<proxy::Model>, DbErr> {
    proxy::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn insert_proxy(
    tx: &DatabaseTransaction,
    row: proxy::ActiveModel,
) -> Result<(), DbErr> {
    proxy::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn save_proxy_ended(
    tx: &DatabaseTransaction,
    id: ProxyId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    proxy::Entity::update_many()
        .col_expr(proxy::Column::WithdrawnAt, Expr::value(now))
        .filter(proxy::Column::Id.eq(id))
        .filter(proxy::Column::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
