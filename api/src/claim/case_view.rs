//! Claims and attendances read together with what other slices know of them.

use chrono::{DateTime, Utc};
use entity::attendance::AttendanceState;
use entity::claim::ClaimState;
use entity::ids::{AttendanceId, ClaimId, RuleSetId, RuleVersionId, VolunteerId};
use entity::objection::{self, ObjectionOutcome, ObjectionSubject};
use entity::{activity, attendance, claim, ledger_entry, rule_item, rule_version, site, volunteer};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait, Select,
};
use uuid::Uuid;

use super::again::{self, Judgement, Thing};
use super::domain::Case;
use super::points::{Attended, Counted};
use super::repository::live;

fn cases() -> Select<claim::Entity> {
    let site = claim::Entity::belongs_to(site::Entity)
        .from(claim::Column::SiteId)
        .to(site::Column::Id)
        .into();
    claim::Entity::find()
        .join(JoinType::InnerJoin, claim::Relation::Volunteer.def())
        .join(JoinType::InnerJoin, claim::Relation::RuleItem.def())
        .join(JoinType::InnerJoin, site)
        .join(JoinType::LeftJoin, claim::Relation::Attendance.def())
        .join(JoinType::LeftJoin, attendance::Relation::Activity.def())
        .column_as(volunteer::Column::Name, "volunteer_name")
        .column_as(volunteer::Column::BirthDate, "volunteer_birth_date")
        .column_as(volunteer::Column::State, "volunteer_state")
        .column_as(rule_item::Column::Code, "item_code")
        .column_as(rule_item::Column::Name, "item_name")
        .column_as(site::Column::Name, "site_name")
        .column_as(site::Column::Path, "site_path")
        .column_as(activity::Column::Id, "activity_id")
        .column_as(activity::Column::Title, "activity_title")
        .column_as(activity::Column::StartsAt, "activity_starts_at")
        .column_as(attendance::Column::HoursTenths, "hours_tenths")
        .column_as(attendance::Column::State, "attendance_state")
        .column_as(attendance::Column::EnteredBy, "attendance_entered_by")
        .column_as(attendance::Column::CheckedOutBy, "attendance_checked_out_by")
        .column_as(attendance::Column::ApprovedBy, "attendance_approved_by")
}

pub(super) async fn find(db: &impl ConnectionTrait, id: ClaimId) -> Result<Option<Case>, DbErr> {
    cases().filter(claim::Column::Id.eq(id)).into_model::<Case>().one(db).await
}

/// The claims of these volunteers, the youngest first.
pub(super) async fn list_of_volunteers(
    db: &impl ConnectionTrait,
    volunteers: &[VolunteerId],
    after: Option<ClaimId>,
    limit: u64,
) -> Result<Vec<Case>, DbErr> {
    let mut query = cases().filter(claim::Column::VolunteerId.is_in(volunteers.iter().copied()));
    if let Some(after) = after {
        query = query.filter(claim::Column::Id.lt(after));
    }
    query.order_by_desc(claim::Column::Id).limit(limit).into_model::<Case>().all(db).await
}

/// The claims of a site and those below it, the oldest first: who waits longest comes
/// first.
pub(super) async fn list_at(
    db: &impl ConnectionTrait,
    path: &str,
    state: Option<ClaimState>,
    (after, limit): (Option<ClaimId>, u64),
) -> Result<Vec<Case>, DbErr> {
    let mut query = cases().filter(site::Column::Path.starts_with(path));
    if let Some(state) = state {
        query = query.filter(claim::Column::State.eq(state));
    }
    if let Some(after) = after {
        query = query.filter(claim::Column::Id.gt(after));
    }
    query.order_by_asc(claim::Column::Id).limit(limit).into_model::<Case>().all(db).await
}

/// How many claims a site and those below it have in a state.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct StateCount {
    pub(super) state: ClaimState,
    pub(super) count: i64,
}

pub(super) async fn count_at(
    db: &impl ConnectionTrait,
    path: &str,
) -> Result<Vec<StateCount>, DbErr> {
    let site = claim::Entity::belongs_to(site::Entity)
        .from(claim::Column::SiteId)
        .to(site::Column::Id)
        .into();
    claim::Entity::find()
        .select_only()
        .column(claim::Column::State)
        .column_as(claim::Column::Id.count(), "count")
        .join(JoinType::InnerJoin, site)
        .filter(site::Column::Path.starts_with(path))
        .group_by(claim::Column::State)
        .into_model::<StateCount>()
        .all(db)
        .await
}

fn attended() -> Select<attendance::Entity> {
    let version = activity::Entity::belongs_to(rule_version::Entity)
        .from(activity::Column::RuleVersionId)
        .to(rule_version::Column::Id)
        .into();
    attendance::Entity::find()
        .select_only()
        .columns([
            attendance::Column::Id,
            attendance::Column::VolunteerId,
            attendance::Column::SiteId,
            attendance::Column::State,
            attendance::Column::StartsAt,
            attendance::Column::HoursTenths,
            attendance::Column::ActivityId,
        ])
        .column(activity::Column::Title)
        .column_as(activity::Column::StartsAt, "activity_starts_at")
        .column_as(activity::Column::EndsAt, "activity_ends_at")
        .column(activity::Column::RuleVersionId)
        .column(activity::Column::RuleItemCode)
        .column(rule_version::Column::RuleSetId)
        .join(JoinType::InnerJoin, attendance::Relation::Activity.def())
        .join(JoinType::LeftJoin, version)
}

/// An attendance of this volunteer.
pub(super) async fn find_attended(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    id: AttendanceId,
) -> Result<Option<Attended>, DbErr> {
    let hers = attended().filter(attendance::Column::VolunteerId.eq(volunteer));
    hers.filter(attendance::Column::Id.eq(id)).into_model().one(db).await
}

/// Whose attendance it is.
pub(super) async fn find_attendant(
    db: &impl ConnectionTrait,
    id: AttendanceId,
) -> Result<Option<VolunteerId>, DbErr> {
    attendance::Entity::find_by_id(id)
        .select_only()
        .column(attendance::Column::VolunteerId)
        .into_tuple()
        .one(db)
        .await
}

/// Attendances of these volunteers without those they missed, the youngest first.
pub(super) async fn list_attended(
    db: &impl ConnectionTrait,
    volunteers: &[VolunteerId],
    after: Option<AttendanceId>,
    limit: u64,
) -> Result<Vec<Attended>, DbErr> {
    let mut query = attended()
        .filter(attendance::Column::VolunteerId.is_in(volunteers.iter().copied()))
        .filter(attendance::Column::State.ne(AttendanceState::NoShow));
    if let Some(after) = after {
        query = query.filter(attendance::Column::Id.lt(after));
    }
    query.order_by_desc(attendance::Column::Id).limit(limit).into_model().all(db).await
}

/// The rule set a version belongs to.
pub(super) async fn find_rule_set(
    db: &impl ConnectionTrait,
    version: RuleVersionId,
) -> Result<Option<RuleSetId>, DbErr> {
    rule_version::Entity::find_by_id(version)
        .select_only()
        .column(rule_version::Column::RuleSetId)
        .into_tuple()
        .one(db)
        .await
}

/// The live claims of a volunteer made since an instant.
pub(super) async fn list_counted(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    since: DateTime<Utc>,
) -> Result<Vec<Counted>, DbErr> {
    claim::Entity::find()
        .select_only()
        .column_as(claim::Column::Id, "claim_id")
        .columns([claim::Column::AttendanceId, claim::Column::Points, claim::Column::CreatedAt])
        .column(rule_version::Column::RuleSetId)
        .column_as(rule_item::Column::Code, "item_code")
        .column(attendance::Column::StartsAt)
        .column(attendance::Column::ActivityId)
        .column_as(activity::Column::StartsAt, "activity_starts_at")
        .join(JoinType::InnerJoin, claim::Relation::RuleItem.def())
        .join(JoinType::InnerJoin, rule_item::Relation::RuleVersion.def())
        .join(JoinType::LeftJoin, claim::Relation::Attendance.def())
        .join(JoinType::LeftJoin, attendance::Relation::Activity.def())
        .filter(claim::Column::VolunteerId.eq(volunteer))
        .filter(claim::Column::State.is_in(live()))
        .filter(claim::Column::CreatedAt.gte(since))
        .into_model()
        .all(db)
        .await
}

/// Whether an upheld objection took this back, of what came to nothing before; to one of those
/// claims, to its notice entry, or to an entry of its points.
pub(super) async fn is_struck(
    db: &impl ConnectionTrait,
    thing: Thing<'_>,
    ended: &[claim::Model],
) -> Result<bool, DbErr> {
    use ledger_entry::Column as L;
    use objection::Column as O;
    let revoked = |claim: &&claim::Model| claim.state == ClaimState::Revoked && thing.is_of(claim);
    let ids: Vec<Uuid> = ended.iter().filter(revoked).map(|claim| claim.id.into()).collect();
    if ids.is_empty() {
        return Ok(false);
    }
    let of_claim = O::SubjectKind.is_in([ObjectionSubject::Claim, ObjectionSubject::NoticeEntry]);
    let posted = ledger_entry::Entity::find()
        .select_only()
        .column(L::Id)
        .filter(L::SourceKind.eq("claim"))
        .filter(L::SourceId.is_in(ids.iter().copied()));
    let of_points = O::SubjectKind.eq(ObjectionSubject::LedgerEntry);
    let about = Condition::any()
        .add(of_claim.and(O::SubjectId.is_in(ids)))
        .add(of_points.and(O::SubjectId.in_subquery(posted.into_query())));
    let upheld = objection::Entity::find()
        .filter(O::Outcome.eq(ObjectionOutcome::Upheld))
        .filter(O::ExecutedAt.is_not_null())
        .filter(about)
        .all(db)
        .await?;
    let judgements: Vec<_> = upheld.iter().filter_map(Judgement::of).collect();
    Ok(again::is_struck(&judgements))
}
