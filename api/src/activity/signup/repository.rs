//! Rows of sign-ups.

use chrono::{DateTime, Utc};
use entity::activity::{self, ActivityState};
use entity::consent::{self, ConsentPurpose};
use entity::ids::{ActivityId, SignUpId, VolunteerId};
use entity::sign_up::{self, SignUpState};
use entity::site;
use entity::volunteer::{self, VolunteerState};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, JoinType, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait,
};

use super::super::cursor::Cursor;

use sign_up::Column as C;

/// The sign-up that is not withdrawn; the database allows one.
pub(super) async fn find_live(
    db: &impl ConnectionTrait,
    activity: ActivityId,
    volunteer: VolunteerId,
) -> Result<Option<sign_up::Model>, DbErr> {
    sign_up::Entity::find()
        .filter(C::ActivityId.eq(activity))
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::State.ne(SignUpState::Withdrawn))
        .one(db)
        .await
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: sign_up::ActiveModel,
) -> Result<sign_up::Model, DbErr> {
    sign_up::Entity::insert(row).exec_with_returning(tx).await
}

/// When the last sign-up of the activity was written, of any state.
pub(super) async fn last_time(
    db: &impl ConnectionTrait,
    activity: ActivityId,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    let last: Option<Option<DateTime<Utc>>> = sign_up::Entity::find()
        .select_only()
        .column_as(C::SignedUpAt.max(), "last")
        .filter(C::ActivityId.eq(activity))
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten())
}

/// Another activity she is on the list of, or waits for, that overlaps this one.
pub(super) async fn find_clash(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    with: &activity::Model,
) -> Result<Option<activity::Model>, DbErr> {
    let running = [ActivityState::Published, ActivityState::InProgress];
    activity::Entity::find()
        .join_rev(JoinType::InnerJoin, sign_up::Relation::Activity.def())
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::State.ne(SignUpState::Withdrawn))
        .filter(activity::Column::Id.ne(with.id))
        .filter(activity::Column::State.is_in(running))
        .filter(activity::Column::StartsAt.lt(with.ends_at))
        .filter(activity::Column::EndsAt.gt(with.starts_at))
        .order_by_asc(activity::Column::StartsAt)
        .one(db)
        .await
}

/// The activities she is on the list of, or waits for, and that have not begun; in the order
/// in which they are locked.
pub(super) async fn list_coming(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    now: DateTime<Utc>,
) -> Result<Vec<ActivityId>, DbErr> {
    sign_up::Entity::find()
        .select_only()
        .column(C::ActivityId)
        .join(JoinType::InnerJoin, sign_up::Relation::Activity.def())
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::State.ne(SignUpState::Withdrawn))
        .filter(activity::Column::State.eq(ActivityState::Published))
        .filter(activity::Column::StartsAt.gt(now))
        .order_by_asc(C::ActivityId)
        .into_tuple()
        .all(db)
        .await
}

pub(super) async fn has_guardian_consent(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<bool, DbErr> {
    let live = consent::Entity::find()
        .filter(consent::Column::VolunteerId.eq(volunteer))
        .filter(consent::Column::Purpose.eq(ConsentPurpose::Guardian))
        .filter(consent::Column::WithdrawnAt.is_null());
    Ok(live.count(db).await? > 0)
}

/// How many wait before and including this place in the line.
pub(super) async fn place_in_line(
    db: &impl ConnectionTrait,
    row: &sign_up::Model,
) -> Result<u64, DbErr> {
    let before = Condition::any()
        .add(C::SignedUpAt.lt(row.signed_up_at))
        .add(Condition::all().add(C::SignedUpAt.eq(row.signed_up_at)).add(C::Id.lte(row.id)));
    sign_up::Entity::find()
        .filter(C::ActivityId.eq(row.activity_id))
        .filter(C::State.eq(SignUpState::Waitlisted))
        .filter(before)
        .count(db)
        .await
}

/// Everybody waiting for one of the activities, first in line first.
pub(super) async fn list_waiting(
    db: &impl ConnectionTrait,
    activities: Vec<ActivityId>,
) -> Result<Vec<(ActivityId, SignUpId)>, DbErr> {
    sign_up::Entity::find()
        .select_only()
        .column(C::ActivityId)
        .column(C::Id)
        .filter(C::ActivityId.is_in(activities))
        .filter(C::State.eq(SignUpState::Waitlisted))
        .order_by_asc(C::SignedUpAt)
        .order_by_asc(C::Id)
        .into_tuple()
        .all(db)
        .await
}

/// The first in line who may still come.
pub(super) async fn find_first_waiting(
    db: &impl ConnectionTrait,
    activity: ActivityId,
) -> Result<Option<sign_up::Model>, DbErr> {
    sign_up::Entity::find()
        .join(JoinType::InnerJoin, sign_up::Relation::Volunteer.def())
        .filter(C::ActivityId.eq(activity))
        .filter(C::State.eq(SignUpState::Waitlisted))
        .filter(volunteer::Column::State.eq(VolunteerState::Active))
        .order_by_asc(C::SignedUpAt)
        .order_by_asc(C::Id)
        .one(db)
        .await
}

/// Writes the set columns of `change` if the row is still in the state it was read
/// in; the row as it is now, or none when somebody was faster.
pub(super) async fn save(
    tx: &DatabaseTransaction,
    read: &sign_up::Model,
    change: sign_up::ActiveModel,
) -> Result<Option<sign_up::Model>, DbErr> {
    let change = sign_up::ActiveModel { version: Set(read.version + 1), ..change };
    let saved = sign_up::Entity::update_many()
        .set(change)
        .filter(C::Id.eq(read.id))
        .filter(C::State.eq(read.state))
        .exec_with_returning(tx)
        .await?;
    Ok(saved.into_iter().next())
}

/// One state's part of the roster in order, with the volunteers.
pub(super) async fn list_roster(
    db: &impl ConnectionTrait,
    (activity, state): (ActivityId, SignUpState),
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<(sign_up::Model, Option<volunteer::Model>)>, DbErr> {
    let behind = after.map(|Cursor { at, id }| {
        let same = Condition::all().add(C::SignedUpAt.eq(at)).add(C::Id.gt(id));
        Condition::any().add(C::SignedUpAt.gt(at)).add(same)
    });
    sign_up::Entity::find()
        .filter(C::ActivityId.eq(activity))
        .filter(C::State.eq(state))
        .filter(Condition::all().add_option(behind))
        .order_by_asc(C::SignedUpAt)
        .order_by_asc(C::Id)
        .limit(limit)
        .find_also_related(volunteer::Entity)
        .all(db)
        .await
}

/// A volunteer's live sign-ups with their activities and sites: those to come or
/// running soonest first, those over latest first.
pub(super) async fn list_mine(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    (upcoming, now): (bool, DateTime<Utc>),
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<(sign_up::Model, Option<activity::Model>, Option<site::Model>)>, DbErr> {
    let by = activity::Column::StartsAt;
    let (of_half, order) = if upcoming {
        (activity::Column::EndsAt.gt(now), Order::Asc)
    } else {
        (activity::Column::EndsAt.lte(now), Order::Desc)
    };
    let behind = after.map(|Cursor { at, id }| {
        let (later, same_but_later) =
            if upcoming { (by.gt(at), C::Id.gt(id)) } else { (by.lt(at), C::Id.lt(id)) };
        Condition::any().add(later).add(Condition::all().add(by.eq(at)).add(same_but_later))
    });
    sign_up::Entity::find()
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::State.ne(SignUpState::Withdrawn))
        .filter(of_half)
        .filter(Condition::all().add_option(behind))
        .order_by(by, order.clone())
        .order_by(C::Id, order)
        .limit(limit)
        .find_also_related(activity::Entity)
        .and_also_related(site::Entity)
        .all(db)
        .await
}

/// The soonest activity not over yet for which she has a place.
pub(super) async fn find_next(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    now: DateTime<Utc>,
) -> Result<Option<activity::Model>, DbErr> {
    activity::Entity::find()
        .join_rev(JoinType::InnerJoin, sign_up::Relation::Activity.def())
        .filter(sign_up::Column::VolunteerId.eq(volunteer))
        .filter(sign_up::Column::State.eq(SignUpState::SignedUp))
        .filter(
            activity::Column::State.is_in([ActivityState::Published, ActivityState::InProgress]),
        )
        .filter(activity::Column::EndsAt.gt(now))
        .order_by_asc(activity::Column::StartsAt)
        .one(db)
        .await
}

/// Puts this text where she said why she would not come.
pub(super) async fn forget_words(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
    text: &str,
) -> Result<(), DbErr> {
    sign_up::Entity::update_many()
        .col_expr(C::Reason, Expr::value(text))
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::Reason.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}
