//! What earned points in a quarter, and the lines of a replay.

use chrono::{DateTime, Utc};
use entity::attendance::AttendanceState;
use entity::card::CardState;
use entity::claim::ClaimState;
use entity::ids::{
    ActivityId, AttendanceId, ClaimId, RuleItemId, RuleSetId, RuleVersionId, TaskId, VolunteerId,
};
use entity::{activity, attendance, card, claim, replay_line, rule_item, rule_version, volunteer};
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select, Set,
};

use super::domain::Line;
use super::dto::ReplayChange;
use crate::platform::rows::insert_all;

/// A town's rules in a span of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub(super) set: RuleSetId,
    pub(super) from: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
}

/// A confirmed attendance that earns by a rule item.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct AttendedRow {
    pub(super) id: AttendanceId,
    pub(super) volunteer_id: VolunteerId,
    pub(super) activity_id: ActivityId,
    pub(super) title: String,
    pub(super) hours_tenths: Option<i32>,
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) activity_starts_at: DateTime<Utc>,
    pub(super) rule_version_id: RuleVersionId,
    pub(super) rule_item_code: String,
}

/// A live claim for an honour.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct AwardRow {
    pub(super) id: ClaimId,
    pub(super) volunteer_id: VolunteerId,
    pub(super) award_ref: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) rule_item_id: RuleItemId,
    pub(super) item_code: String,
}

/// The versions of a rule set, for a sub-select.
fn versions(set: RuleSetId) -> sea_orm::sea_query::SelectStatement {
    use sea_orm::QueryTrait;
    rule_version::Entity::find()
        .select_only()
        .column(rule_version::Column::Id)
        .filter(rule_version::Column::RuleSetId.eq(set))
        .into_query()
}

fn attended(scope: &Scope) -> Select<attendance::Entity> {
    let (from, until) = (scope.from, scope.until);
    let own = Condition::all()
        .add(attendance::Column::StartsAt.gte(from))
        .add(attendance::Column::StartsAt.lt(until));
    let of_activity = Condition::all()
        .add(attendance::Column::StartsAt.is_null())
        .add(activity::Column::StartsAt.gte(from))
        .add(activity::Column::StartsAt.lt(until));
    attendance::Entity::find()
        .join(JoinType::InnerJoin, attendance::Relation::Activity.def())
        .filter(attendance::Column::State.eq(AttendanceState::Confirmed))
        .filter(activity::Column::RuleItemCode.is_not_null())
        .filter(activity::Column::RuleVersionId.in_subquery(versions(scope.set)))
        .filter(Condition::any().add(own).add(of_activity))
}

fn awarded(scope: &Scope) -> Select<claim::Entity> {
    let gone = [ClaimState::Rejected, ClaimState::Withdrawn, ClaimState::Revoked];
    claim::Entity::find()
        .join(JoinType::InnerJoin, claim::Relation::RuleItem.def())
        .filter(claim::Column::AwardRef.is_not_null())
        .filter(claim::Column::State.is_not_in(gone))
        .filter(claim::Column::CreatedAt.gte(scope.from))
        .filter(claim::Column::CreatedAt.lt(scope.until))
        .filter(rule_item::Column::RuleVersionId.in_subquery(versions(scope.set)))
}

/// The next volunteers who earned anything, in the order of their ids.
pub(super) async fn next_volunteers(
    db: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<VolunteerId>,
    limit: u64,
) -> Result<Vec<VolunteerId>, DbErr> {
    let mut served = attended(scope);
    let mut honoured = awarded(scope);
    if let Some(after) = after {
        served = served.filter(attendance::Column::VolunteerId.gt(after));
        honoured = honoured.filter(claim::Column::VolunteerId.gt(after));
    }
    let served = served.select_only().column(attendance::Column::VolunteerId).distinct();
    let served = served.order_by_asc(attendance::Column::VolunteerId).limit(limit);
    let honoured = honoured.select_only().column(claim::Column::VolunteerId).distinct();
    let honoured = honoured.order_by_asc(claim::Column::VolunteerId).limit(limit);
    let mut found: Vec<VolunteerId> = served.into_tuple().all(db).await?;
    found.extend(honoured.into_tuple::<VolunteerId>().all(db).await?);
    found.sort_unstable();
    found.dedup();
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// How many volunteers served; those who only got an honour come on top.
pub(super) async fn count_volunteers(
    db: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<i64, DbErr> {
    let volunteer = Expr::col((attendance::Entity, attendance::Column::VolunteerId));
    let count = Func::count_distinct(volunteer);
    let query = attended(scope).select_only().expr_as(count, "volunteers");
    Ok(query.into_tuple::<i64>().one(db).await?.unwrap_or(0))
}

pub(super) async fn list_attended(
    db: &impl ConnectionTrait,
    scope: &Scope,
    volunteers: &[VolunteerId],
) -> Result<Vec<AttendedRow>, DbErr> {
    use attendance::Column as C;
    attended(scope)
        .filter(C::VolunteerId.is_in(volunteers.iter().copied()))
        .select_only()
        .columns([C::Id, C::VolunteerId, C::ActivityId, C::HoursTenths, C::StartsAt])
        .columns([activity::Column::Title, activity::Column::RuleVersionId])
        .column(activity::Column::RuleItemCode)
        .column_as(activity::Column::StartsAt, "activity_starts_at")
        .into_model()
        .all(db)
        .await
}

pub(super) async fn list_awards(
    db: &impl ConnectionTrait,
    scope: &Scope,
    volunteers: &[VolunteerId],
) -> Result<Vec<AwardRow>, DbErr> {
    use claim::Column as C;
    awarded(scope)
        .filter(C::VolunteerId.is_in(volunteers.iter().copied()))
        .select_only()
        .columns([C::Id, C::VolunteerId, C::AwardRef, C::CreatedAt, C::RuleItemId])
        .column_as(rule_item::Column::Code, "item_code")
        .into_model()
        .all(db)
        .await
}

/// Every item of every version of a rule set, the oldest version first.
pub(super) async fn list_items(
    db: &impl ConnectionTrait,
    set: RuleSetId,
) -> Result<Vec<rule_item::Model>, DbErr> {
    rule_item::Entity::find()
        .filter(rule_item::Column::RuleVersionId.in_subquery(versions(set)))
        .order_by_asc(rule_item::Column::Id)
        .all(db)
        .await
}

pub(super) async fn insert_lines(
    tx: &DatabaseTransaction,
    task: TaskId,
    lines: &[Line],
) -> Result<(), DbErr> {
    let row = |line: &Line| replay_line::ActiveModel {
        task_id: Set(task),
        volunteer_id: Set(line.volunteer),
        before_points: Set(line.before),
        after_points: Set(line.after),
        delta: Set(line.delta()),
        items: Set(serde_json::json!(line.items)),
    };
    insert_all::<replay_line::Entity>(tx, lines.iter().map(row)).await
}

/// A line as it is shown: who, in part.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct LineRow {
    pub(super) volunteer_id: VolunteerId,
    pub(super) name: String,
    pub(super) before_points: i64,
    pub(super) after_points: i64,
    pub(super) delta: i64,
    pub(super) items: serde_json::Value,
}

/// Lines after the cursor, who loses most first.
pub(super) async fn list_lines(
    db: &impl ConnectionTrait,
    task: TaskId,
    change: Option<ReplayChange>,
    after: Option<(i64, VolunteerId)>,
    limit: u64,
) -> Result<Vec<LineRow>, DbErr> {
    use replay_line::Column as C;
    let mut query = replay_line::Entity::find()
        .select_only()
        .columns([C::VolunteerId, C::BeforePoints, C::AfterPoints, C::Delta, C::Items])
        .column(volunteer::Column::Name)
        .join(JoinType::InnerJoin, replay_line::Relation::Volunteer.def())
        .filter(C::TaskId.eq(task));
    query = match change {
        None => query,
        Some(ReplayChange::Gain) => query.filter(C::Delta.gt(0)),
        Some(ReplayChange::Loss) => query.filter(C::Delta.lt(0)),
        Some(ReplayChange::Same) => query.filter(C::Delta.eq(0)),
    };
    if let Some((delta, volunteer)) = after {
        let same = Condition::all().add(C::Delta.eq(delta)).add(C::VolunteerId.gt(volunteer));
        query = query.filter(Condition::any().add(C::Delta.gt(delta)).add(same));
    }
    let ordered = query.order_by_asc(C::Delta).order_by_asc(C::VolunteerId).limit(limit);
    ordered.into_model().all(db).await
}

/// Numbers of the volunteers' cards in use.
pub(super) async fn list_cards(
    db: &impl ConnectionTrait,
    volunteers: Vec<VolunteerId>,
) -> Result<Vec<(VolunteerId, String)>, DbErr> {
    card::Entity::find()
        .select_only()
        .columns([card::Column::VolunteerId, card::Column::Number])
        .filter(card::Column::VolunteerId.is_in(volunteers))
        .filter(card::Column::State.eq(CardState::Active))
        .into_tuple()
        .all(db)
        .await
}

/// An attendance and the activity it is of.
pub(super) async fn find_attendance(
    db: &impl ConnectionTrait,
    id: AttendanceId,
) -> Result<Option<(attendance::Model, Option<activity::Model>)>, DbErr> {
    attendance::Entity::find_by_id(id).find_also_related(activity::Entity).one(db).await
}

/// The live claim for an attendance.
pub(super) async fn find_claim(
    db: &impl ConnectionTrait,
    id: AttendanceId,
) -> Result<Option<claim::Model>, DbErr> {
    let gone = [ClaimState::Rejected, ClaimState::Withdrawn, ClaimState::Revoked];
    claim::Entity::find()
        .filter(claim::Column::AttendanceId.eq(id))
        .filter(claim::Column::State.is_not_in(gone))
        .one(db)
        .await
}
