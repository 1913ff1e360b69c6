//! Rows of volunteers.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, VolunteerId};
use entity::volunteer::{self, VolunteerState};
use entity::{card, site};
use sea_orm::sea_query::{Expr, LikeExpr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select,
};

use super::search::Search;

/// Which volunteers a list or a count is about.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    /// Subtrees; a volunteer of none of them is not seen.
    pub(super) scopes: Vec<String>,
    pub(super) state: Option<VolunteerState>,
    pub(super) search: Option<Search>,
}

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

/// The row, which nobody changes until the end of the transaction; others may read it
/// in the same way.
pub(super) async fn share(
    tx: &DatabaseTransaction,
    id: VolunteerId,
) -> Result<Option<volunteer::Model>, DbErr> {
    volunteer::Entity::find_by_id(id).lock_shared().one(tx).await
}

/// These people.
pub(super) async fn list_by_ids(
    db: &impl ConnectionTrait,
    ids: &HashSet<VolunteerId>,
) -> Result<Vec<volunteer::Model>, DbErr> {
    let these = volunteer::Column::Id.is_in(ids.iter().copied());
    volunteer::Entity::find().filter(these).all(db).await
}

/// These people, kept from changing where the database has row locks; always in one order.
pub(super) async fn keep(
    tx: &DatabaseTransaction,
    ids: &HashSet<VolunteerId>,
) -> Result<Vec<volunteer::Model>, DbErr> {
    let these = volunteer::Column::Id.is_in(ids.iter().copied());
    let rows = volunteer::Entity::find().filter(these).order_by_asc(volunteer::Column::Id);
    rows.lock_shared().all(tx).await
}

pub(super) async fn is_account_bound(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<bool, DbErr> {
    let found = volunteer::Entity::find().filter(volunteer::Column::AccountId.eq(account));
    Ok(found.one(db).await?.is_some())
}

/// Whose document this is.
pub(super) async fn find_by_id_number(
    db: &impl ConnectionTrait,
    index: &str,
) -> Result<Option<volunteer::Model>, DbErr> {
    volunteer::Entity::find().filter(volunteer::Column::IdNumberIndex.eq(index)).one(db).await
}

/// Who has this number of the volunteer website.
pub(super) async fn find_by_external_no(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<volunteer::Model>, DbErr> {
    volunteer::Entity::find()
        .filter(volunteer::Column::ExternalVolunteerNo.eq(number))
        .one(db)
        .await
}

/// Writes a new row unless a unique key of it is taken; says whether it did. It waits
/// for whoever is writing the same key at this moment.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: volunteer::ActiveModel,
) -> Result<bool, DbErr> {
    let mut untaken = OnConflict::new();
    untaken.do_nothing();
    let insert = volunteer::Entity::insert(row).on_conflict(untaken);
    Ok(insert.exec_without_returning(tx).await? == 1)
}

/// Writes what may change of a volunteer whom the caller has locked.
pub(super) async fn save(tx: &DatabaseTransaction, row: &volunteer::Model) -> Result<(), DbErr> {
    use volunteer::Column as C;
    volunteer::Entity::update_many()
        .col_expr(C::AccountId, Expr::value(row.account_id))
        .col_expr(C::SiteId, Expr::value(row.site_id))
        .col_expr(C::Name, Expr::value(row.name.clone()))
        .col_expr(C::Gender, Expr::value(row.gender))
        .col_expr(C::BirthDate, Expr::value(row.birth_date))
        .col_expr(C::IdType, Expr::value(row.id_type))
        .col_expr(C::IdNumberSealed, Expr::value(row.id_number_sealed.clone()))
        .col_expr(C::IdNumberIndex, Expr::value(row.id_number_index.clone()))
        .col_expr(C::AssistedReason, Expr::value(row.assisted_reason.clone()))
        .col_expr(C::AssistedWitness, Expr::value(row.assisted_witness.clone()))
        .col_expr(C::IdentityBy, Expr::value(row.identity_by))
        .col_expr(C::State, Expr::value(row.state))
        .col_expr(C::StateReason, Expr::value(row.state_reason.clone()))
        .col_expr(C::Groups, Expr::value(row.groups.clone()))
        .col_expr(C::Skills, Expr::value(row.skills.clone()))
        .col_expr(C::ServiceTypes, Expr::value(row.service_types.clone()))
        .col_expr(C::ExternalVolunteerNo, Expr::value(row.external_volunteer_no.clone()))
        .col_expr(C::VerifiedBy, Expr::value(row.verified_by))
        .col_expr(C::VerifiedAt, Expr::value(row.verified_at))
        .col_expr(C::AdmittedAt, Expr::value(row.admitted_at))
        .col_expr(C::PhoneSealed, Expr::value(row.phone_sealed.clone()))
        .col_expr(C::PhoneIndex, Expr::value(row.phone_index.clone()))
        .col_expr(C::PhoneVerified, Expr::value(row.phone_verified))
        .col_expr(C::Version, Expr::value(row.version))
        .col_expr(C::UpdatedAt, Expr::value::<DateTime<Utc>>(row.updated_at))
        .filter(C::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

fn filtered(filter: &Filter) -> Select<volunteer::Entity> {
    let mut seen = Condition::any();
    for scope in &filter.scopes {
        seen = seen.add(site::Column::Path.starts_with(scope));
    }
    let mut query = volunteer::Entity::find()
        .join(JoinType::InnerJoin, volunteer::Relation::Site.def())
        .filter(if filter.scopes.is_empty() { seen.add(Expr::value(false)) } else { seen });
    if let Some(state) = filter.state {
        query = query.filter(volunteer::Column::State.eq(state));
    }
    match &filter.search {
        None => query,
        Some(Search::Name(start)) => {
            let like = LikeExpr::new(format!("{}%", escape(start))).escape('\\');
            query.filter(volunteer::Column::Name.like(like))
        }
        Some(Search::Phone(index)) => query.filter(volunteer::Column::PhoneIndex.eq(index)),
        Some(Search::Card(number)) => with_card(query, card::Column::Number.eq(number)),
        Some(Search::CardEnd(end)) => {
            with_card(query, card::Column::Number.ends_with(end.as_str()))
        }
    }
}

/// Those who hold, or held, such a card.
fn with_card(query: Select<volunteer::Entity>, such: Expr) -> Select<volunteer::Entity> {
    let mut holders = Query::select();
    holders.column(card::Column::VolunteerId).from(card::Entity).and_where(such);
    query.filter(volunteer::Column::Id.in_subquery(holders))
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Newest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<VolunteerId>,
    limit: u64,
) -> Result<Vec<volunteer::Model>, DbErr> {
    let mut query = filtered(filter).order_by_desc(volunteer::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(volunteer::Column::Id.lt(after));
    }
    query.all(db).await
}

/// How many there are in each state.
pub(super) async fn count(
    db: &impl ConnectionTrait,
    filter: &Filter,
) -> Result<Vec<(VolunteerState, i64)>, DbErr> {
    filtered(filter)
        .select_only()
        .column(volunteer::Column::State)
        .column_as(volunteer::Column::Id.count(), "count")
        .group_by(volunteer::Column::State)
        .into_tuple()
        .all(db)
        .await
}
