//! Rows of activities.

use chrono::{DateTime, Utc};
use entity::activity::{self, ActivityKind, ActivityState};
use entity::attendance::{self, AttendanceState};
use entity::ids::{AccountId, ActivityId, SiteId};
use entity::late_entry::{self, LateEntryState};
use entity::{account, role_assignment, site, volunteer};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, JoinType, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait, Select,
};

use super::cursor::Cursor;

use activity::Column as C;

/// An activity with its site.
pub(super) type WithSite = (activity::Model, Option<site::Model>);

/// States that time may move on.
const MOVING: [ActivityState; 2] = [ActivityState::Published, ActivityState::InProgress];

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: ActivityId,
) -> Result<Option<activity::Model>, DbErr> {
    activity::Entity::find_by_id(id).one(db).await
}

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: ActivityId,
) -> Result<Option<activity::Model>, DbErr> {
    activity::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: activity::ActiveModel,
) -> Result<activity::Model, DbErr> {
    activity::Entity::insert(row).exec_with_returning(tx).await
}

/// Writes the set columns of `change` if the row still has the version it was read
/// with; the row as it is now, or none when somebody was faster.
pub(super) async fn save(
    tx: &DatabaseTransaction,
    read: &activity::Model,
    change: activity::ActiveModel,
    now: DateTime<Utc>,
) -> Result<Option<activity::Model>, DbErr> {
    let change =
        activity::ActiveModel { version: Set(read.version + 1), updated_at: Set(now), ..change };
    let saved = activity::Entity::update_many()
        .set(change)
        .filter(C::Id.eq(read.id))
        .filter(C::Version.eq(read.version))
        .exec_with_returning(tx)
        .await?;
    Ok(saved.into_iter().next())
}

/// Whether an account belongs to a town: a volunteer who lives there or staff of it;
/// the county's own staff belong to every town. The county may name anybody.
pub(super) async fn is_of_town(
    db: &impl ConnectionTrait,
    id: AccountId,
    town: Option<SiteId>,
) -> Result<bool, DbErr> {
    let Some(town) = town else {
        return Ok(account::Entity::find_by_id(id).count(db).await? > 0);
    };
    let lives = volunteer::Entity::find()
        .join(JoinType::InnerJoin, volunteer::Relation::Site.def())
        .filter(volunteer::Column::AccountId.eq(id))
        .filter(site::Column::TownId.eq(town));
    if lives.count(db).await? > 0 {
        return Ok(true);
    }
    let here = site::Column::TownId.eq(town).or(site::Column::TownId.is_null());
    let works = role_assignment::Entity::find()
        .join(JoinType::InnerJoin, role_assignment::Relation::Site.def())
        .filter(role_assignment::Column::AccountId.eq(id))
        .filter(role_assignment::Column::RevokedAt.is_null())
        .filter(here);
    Ok(works.count(db).await? > 0)
}

/// How many who came to an activity wait for a person's decision: the attendances that
/// are neither confirmed nor marked as absence, and the late entries of one person only.
pub(super) async fn count_undecided(
    db: &impl ConnectionTrait,
    id: ActivityId,
) -> Result<u64, DbErr> {
    let undecided =
        [AttendanceState::CheckedIn, AttendanceState::CheckedOut, AttendanceState::Disputed];
    let came = attendance::Entity::find()
        .filter(attendance::Column::ActivityId.eq(id))
        .filter(attendance::Column::State.is_in(undecided))
        .count(db)
        .await?;
    let said = late_entry::Entity::find()
        .filter(late_entry::Column::ActivityId.eq(id))
        .filter(late_entry::Column::State.eq(LateEntryState::Pending))
        .count(db)
        .await?;
    Ok(came + said)
}

/// Takes one place if one is free; says whether it did.
pub(super) async fn take_place(tx: &DatabaseTransaction, id: ActivityId) -> Result<bool, DbErr> {
    let taken = activity::Entity::update_many()
        .col_expr(C::SignedUpCount, Expr::col(C::SignedUpCount).add(1))
        .filter(C::Id.eq(id))
        .filter(Expr::col(C::SignedUpCount).lt(Expr::col(C::Capacity)))
        .exec(tx)
        .await?;
    Ok(taken.rows_affected > 0)
}

/// Gives one place back.
pub(super) async fn free_place(tx: &DatabaseTransaction, id: ActivityId) -> Result<bool, DbErr> {
    let freed = activity::Entity::update_many()
        .col_expr(C::SignedUpCount, Expr::col(C::SignedUpCount).sub(1))
        .filter(C::Id.eq(id))
        .filter(C::SignedUpCount.gt(0))
        .exec(tx)
        .await?;
    Ok(freed.rows_affected > 0)
}

/// Activities whose written state time has left behind, oldest first.
pub(super) async fn list_passed(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<ActivityId>, DbErr> {
    let started =
        Condition::all().add(C::State.eq(ActivityState::Published)).add(C::StartsAt.lte(now));
    let ended =
        Condition::all().add(C::State.eq(ActivityState::InProgress)).add(C::EndsAt.lte(now));
    activity::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(Condition::any().add(started).add(ended))
        .order_by_asc(C::StartsAt)
        .order_by_asc(C::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

/// What the public list is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct PublicFilter {
    /// A site's path: the site and what is below.
    pub(super) path: Option<String>,
    /// Not over before.
    pub(super) from: Option<DateTime<Utc>>,
    /// Started before.
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) kind: Option<ActivityKind>,
}

/// Which half of the public list: what is still to come or running, soonest first;
/// or what is over, latest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Coming,
    Over,
}

/// One half of the public list as it stood at `seen_at`.
pub(super) async fn list_public(
    db: &impl ConnectionTrait,
    filter: &PublicFilter,
    (half, seen_at): (Half, DateTime<Utc>),
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<WithSite>, DbErr> {
    let (of_half, order) = match half {
        Half::Coming => (C::EndsAt.gt(seen_at), Order::Asc),
        Half::Over => (C::EndsAt.lte(seen_at), Order::Desc),
    };
    let states = [
        ActivityState::Published,
        ActivityState::InProgress,
        ActivityState::Ended,
        ActivityState::Recorded,
        ActivityState::Archived,
    ];
    let narrowed = Condition::all()
        .add(C::State.is_in(states))
        .add(of_half)
        .add_option(filter.path.as_ref().map(|path| site::Column::Path.starts_with(path)))
        .add_option(filter.from.map(|from| C::EndsAt.gt(from)))
        .add_option(filter.until.map(|until| C::StartsAt.lt(until)))
        .add_option(filter.kind.map(|kind| C::Kind.eq(kind)));
    let rows = activity::Entity::find().filter(narrowed);
    ordered(rows, C::StartsAt, order, after)
        .limit(limit)
        .find_also_related(site::Entity)
        .all(db)
        .await
}

/// Activities of a subtree in a state as it is at `now`, latest start first.
pub(super) async fn list_managed(
    db: &impl ConnectionTrait,
    path: &str,
    state: Option<(ActivityState, DateTime<Utc>)>,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<WithSite>, DbErr> {
    let narrowed = Condition::all()
        .add(site::Column::Path.starts_with(path))
        .add_option(state.map(|(state, now)| in_state(state, now)));
    let rows = activity::Entity::find().filter(narrowed);
    let rows = ordered(rows, C::StartsAt, Order::Desc, after);
    rows.limit(limit).find_also_related(site::Entity).all(db).await
}

/// Activities of a subtree that ended before `before` and are not recorded, oldest first.
pub(super) async fn list_unrecorded(
    db: &impl ConnectionTrait,
    path: &str,
    (before, now): (DateTime<Utc>, DateTime<Utc>),
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<WithSite>, DbErr> {
    let narrowed = Condition::all()
        .add(site::Column::Path.starts_with(path))
        .add(in_state(ActivityState::Ended, now))
        .add(C::EndsAt.lt(before));
    let rows = activity::Entity::find().filter(narrowed);
    let rows = ordered(rows, C::EndsAt, Order::Asc, after);
    rows.limit(limit).find_also_related(site::Entity).all(db).await
}

/// How many activities of a subtree are in each state as it is at `now`.
pub(super) async fn count_states(
    db: &impl ConnectionTrait,
    path: &str,
    now: DateTime<Utc>,
) -> Result<Vec<(ActivityState, i64)>, DbErr> {
    let moving = || Condition::all().add(C::State.is_in(MOVING));
    let current = CaseStatement::new()
        .case(moving().add(C::EndsAt.lte(now)), ActivityState::Ended.as_str())
        .case(moving().add(C::StartsAt.lte(now)), ActivityState::InProgress.as_str())
        .finally(Expr::col((activity::Entity, C::State)));
    activity::Entity::find()
        .select_only()
        .expr_as(current, "current_state")
        .column_as(C::Id.count(), "activities")
        .join(JoinType::InnerJoin, activity::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .group_by(Expr::col("current_state"))
        .into_tuple()
        .all(db)
        .await
}

/// The states as [`current_state`](super::domain::current_state) sees them, in SQL.
fn in_state(state: ActivityState, now: DateTime<Utc>) -> Condition {
    let moving = Condition::all().add(C::State.is_in(MOVING));
    match state {
        ActivityState::Published => moving.add(C::StartsAt.gt(now)),
        ActivityState::InProgress => moving.add(C::StartsAt.lte(now)).add(C::EndsAt.gt(now)),
        ActivityState::Ended => Condition::any()
            .add(C::State.eq(ActivityState::Ended))
            .add(moving.add(C::EndsAt.lte(now))),
        ActivityState::Draft
        | ActivityState::Submitted
        | ActivityState::Recorded
        | ActivityState::Archived
        | ActivityState::Cancelled => Condition::all().add(C::State.eq(state)),
    }
}

/// Orders by a time and the id, from behind `after`.
fn ordered(
    rows: Select<activity::Entity>,
    by: C,
    order: Order,
    after: Option<Cursor>,
) -> Select<activity::Entity> {
    let descending = order == Order::Desc;
    let behind = after.map(|Cursor { at, id }| {
        let (later, same_but_later) =
            if descending { (by.lt(at), C::Id.lt(id)) } else { (by.gt(at), C::Id.gt(id)) };
        Condition::any().add(later).add(Condition::all().add(by.eq(at)).add(same_but_later))
    });
    let rows = rows.filter(Condition::all().add_option(behind));
    rows.order_by(by, order.clone()).order_by(C::Id, order)
}

/// Takes her name out of the activities she organised.
pub(super) async fn forget_contact(
    tx: &DatabaseTransaction,
    organiser: AccountId,
    name: &str,
) -> Result<u64, DbErr> {
    let saved = activity::Entity::update_many()
        .col_expr(C::ContactPerson, Expr::value(Option::<String>::None))
        .filter(C::OrganiserAccountId.eq(organiser))
        .filter(C::ContactPerson.eq(name))
        .exec(tx)
        .await?;
    Ok(saved.rows_affected)
}
