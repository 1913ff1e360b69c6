//! Rows of objections and of their trails.

use chrono::NaiveDate;
use entity::ids::{AccountId, ObjectionId, VolunteerId};
use entity::objection::{self, Column as C, ObjectionState};
use entity::objection_step::ObjectionAction;
use entity::{objection_step, site};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait, Select,
};

use crate::platform::rows::{self, Paged as _};

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: ObjectionId,
) -> Result<Option<objection::Model>, DbErr> {
    objection::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: ObjectionId,
) -> Result<Option<objection::Model>, DbErr> {
    objection::Entity::find_by_id(id).one(db).await
}

/// Takes away what a filer who is leaving wrote, and how she could be reached; the case and
/// its outcome stay. Says how many there were.
pub(super) async fn forget_filer(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
    account: Option<AccountId>,
    text: &str,
) -> Result<u64, DbErr> {
    let mut hers = Condition::any().add(C::FilerVolunteerId.eq(volunteer));
    if let Some(account) = account {
        hers = hers.add(C::FiledBy.eq(account));
    }
    forget_withdrawals(tx, hers.clone()).await?;
    let forgotten = objection::Entity::update_many()
        .col_expr(C::Text, Expr::value(text))
        .col_expr(C::ContactSealed, Expr::value(Option::<String>::None))
        .filter(hers)
        .exec(tx)
        .await?;
    Ok(forgotten.rows_affected)
}

/// Takes away why she took hers back: the trail keeps that she did, and when.
async fn forget_withdrawals(tx: &DatabaseTransaction, hers: Condition) -> Result<(), DbErr> {
    use objection_step::Column as S;
    let filed = objection::Entity::find().select_only().column(C::Id).filter(hers);
    objection_step::Entity::update_many()
        .col_expr(S::Reason, Expr::value(Option::<String>::None))
        .filter(S::Action.eq(ObjectionAction::Withdraw))
        .filter(S::ByAccount.is_null())
        .filter(S::Reason.is_not_null())
        .filter(S::ObjectionId.in_subquery(filed.into_query()))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn find_by_receipt(
    db: &impl ConnectionTrait,
    hash: &str,
) -> Result<Option<objection::Model>, DbErr> {
    objection::Entity::find().filter(C::ReceiptHash.eq(hash)).one(db).await
}

/// The appeal against an objection's answer; one that was taken back is none.
pub(super) async fn find_appeal_of(
    db: &impl ConnectionTrait,
    id: ObjectionId,
) -> Result<Option<objection::Model>, DbErr> {
    let stands = C::State.ne(ObjectionState::Withdrawn);
    objection::Entity::find().filter(C::AppealOf.eq(id)).filter(stands).one(db).await
}

/// Files one; nothing when its filer has one open about the same record, or appealed before.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: objection::Model,
) -> Result<Option<objection::Model>, DbErr> {
    rows::insert_once::<objection::Entity>(tx, row).await
}

/// Writes a changed row over the version before it; says whether that was still there.
pub(super) async fn save(tx: &DatabaseTransaction, row: &objection::Model) -> Result<bool, DbErr> {
    let before = [C::Id.eq(row.id), C::Version.eq(row.version - 1)];
    rows::overwrite::<objection::Entity>(tx, row, before).await
}

pub(super) async fn insert_step(
    tx: &DatabaseTransaction,
    step: objection_step::Model,
) -> Result<(), DbErr> {
    let step = step.into_active_model().reset_all();
    objection_step::Entity::insert(step).exec_without_returning(tx).await?;
    Ok(())
}

/// The trail, oldest first.
pub(super) async fn list_steps(
    db: &impl ConnectionTrait,
    id: ObjectionId,
) -> Result<Vec<objection_step::Model>, DbErr> {
    objection_step::Entity::find()
        .filter(objection_step::Column::ObjectionId.eq(id))
        .order_by_asc(objection_step::Column::Id)
        .all(db)
        .await
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted {
    pub(super) state: Option<ObjectionState>,
    /// Only what is waited for beyond this day.
    pub(super) overdue_on: Option<NaiveDate>,
}

fn at(path: &str, wanted: Wanted) -> Select<objection::Entity> {
    objection::Entity::find()
        .join(JoinType::InnerJoin, objection::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .apply_if(wanted.state, |query, state| query.filter(C::State.eq(state)))
        .apply_if(wanted.overdue_on, |query, today| query.filter(overdue(today)))
}

/// As the domain's `is_overdue` has it.
fn overdue(today: NaiveDate) -> Condition {
    use ObjectionState::{Accepted, Filed, Investigating};
    Condition::any()
        .add(C::State.eq(Filed).and(C::AcceptDue.lt(today)))
        .add(C::State.is_in([Accepted, Investigating]).and(C::DecideDue.lt(today)))
}

/// Objections of a site and those below it, the oldest first: who waits longest comes first.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    path: &str,
    wanted: Wanted,
    page: (Option<ObjectionId>, u64),
) -> Result<Vec<objection::Model>, DbErr> {
    at(path, wanted).oldest(C::Id, page).all(db).await
}

/// How many are in a state.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct StateCount {
    pub(super) state: ObjectionState,
    pub(super) count: i64,
}

pub(super) async fn count_at(
    db: &impl ConnectionTrait,
    path: &str,
) -> Result<Vec<StateCount>, DbErr> {
    at(path, Wanted::default())
        .select_only()
        .column(C::State)
        .column_as(C::Id.count(), "count")
        .group_by(C::State)
        .into_model::<StateCount>()
        .all(db)
        .await
}

pub(super) async fn count_overdue(
    db: &impl ConnectionTrait,
    path: &str,
    today: NaiveDate,
) -> Result<u64, DbErr> {
    at(path, Wanted { state: None, overdue_on: Some(today) }).count(db).await
}

/// What somebody filed, by phone or on paper, newest first.
pub(super) async fn list_of(
    db: &impl ConnectionTrait,
    (account, volunteer): (AccountId, Option<VolunteerId>),
    page: (Option<ObjectionId>, u64),
) -> Result<Vec<objection::Model>, DbErr> {
    let hers = Condition::any()
        .add(C::FiledBy.eq(account))
        .add_option(volunteer.map(|her| C::FilerVolunteerId.eq(her)));
    objection::Entity::find().filter(hers).newest(C::Id, page).all(db).await
}
