//! Rows of claims.

use chrono::{DateTime, Utc};
use entity::claim::{self, ClaimState};
use entity::ids::{AccountId, AttendanceId, ClaimId, RuleItemId, VolunteerId};
use entity::objection::{self, ObjectionOutcome, ObjectionState, ObjectionSubject};
use entity::{notice_entry, site};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Iterable,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::again::Thing;
use super::domain::{Decided, is_live};
use super::points::Earning;

use claim::Column as C;

/// The states of claims that staff decided against.
const ENDED: [ClaimState; 2] = [ClaimState::Rejected, ClaimState::Revoked];

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: ClaimId,
) -> Result<Option<claim::Model>, DbErr> {
    claim::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// Whose claim it is; that never changes.
pub(super) async fn find_holder(
    db: &impl ConnectionTrait,
    id: ClaimId,
) -> Result<Option<VolunteerId>, DbErr> {
    let whose = claim::Entity::find_by_id(id).select_only().column(C::VolunteerId);
    whose.into_tuple().one(db).await
}

/// The live claims of a volunteer, locked in the order of their ids.
pub(super) async fn lock_of_volunteer(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
) -> Result<Vec<claim::Model>, DbErr> {
    claim::Entity::find()
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::State.is_in(live()))
        .order_by_asc(C::Id)
        .lock_exclusive()
        .all(tx)
        .await
}

pub(super) async fn insert(
    tx: &DatabaseTransaction,
    row: claim::ActiveModel,
) -> Result<claim::Model, DbErr> {
    claim::Entity::insert(row).exec_with_returning(tx).await
}

/// The states in which a claim is alive.
pub(super) fn live() -> impl Iterator<Item = ClaimState> {
    ClaimState::iter().filter(|state| is_live(*state))
}

/// The live claim for an attendance under an item.
pub(super) async fn find_live(
    db: &impl ConnectionTrait,
    attendance: AttendanceId,
    item: RuleItemId,
) -> Result<Option<claim::Model>, DbErr> {
    claim::Entity::find()
        .filter(C::AttendanceId.eq(attendance))
        .filter(C::RuleItemId.eq(item))
        .filter(C::State.is_in(live()))
        .one(db)
        .await
}

/// The live claims for an attendance, under whichever item.
pub(super) async fn list_live_for(
    db: &impl ConnectionTrait,
    attendance: AttendanceId,
) -> Result<Vec<claim::Model>, DbErr> {
    let of = claim::Entity::find().filter(C::AttendanceId.eq(attendance));
    of.filter(C::State.is_in(live())).order_by_asc(C::Id).all(db).await
}

/// Whether a claim for an attendance was refused, or taken back after it had been certified.
pub(super) async fn has_ended_for(
    db: &impl ConnectionTrait,
    attendance: AttendanceId,
) -> Result<bool, DbErr> {
    let of = claim::Entity::find().filter(C::AttendanceId.eq(attendance));
    Ok(of.filter(C::State.is_in(ENDED)).count(db).await? > 0)
}

/// The live claim for an honour, however it was typed. Whoever asks to write one has locked the
/// volunteer's row.
pub(super) async fn find_live_award(
    db: &impl ConnectionTrait,
    honour: Thing<'_>,
) -> Result<Option<claim::Model>, DbErr> {
    let honours = claim::Entity::find()
        .filter(C::VolunteerId.eq(honour.volunteer))
        .filter(C::AwardRef.is_not_null())
        .filter(C::RuleItemId.eq(honour.item))
        .filter(C::State.is_in(live()))
        .all(db)
        .await?;
    Ok(honours.into_iter().find(|claim| honour.is_of(claim)))
}

/// Claims of these people under these items that were refused, or taken back after they had been
/// certified.
pub(super) async fn list_ended(
    db: &impl ConnectionTrait,
    volunteers: impl IntoIterator<Item = VolunteerId>,
    items: impl IntoIterator<Item = RuleItemId>,
) -> Result<Vec<claim::Model>, DbErr> {
    claim::Entity::find()
        .filter(C::VolunteerId.is_in(volunteers))
        .filter(C::RuleItemId.is_in(items))
        .filter(C::State.is_in(ENDED))
        .all(db)
        .await
}

/// Writes what staff decided; none when the claim changed since it was read.
pub(super) async fn save_decision(
    tx: &DatabaseTransaction,
    read: &claim::Model,
    decided: &Decided,
    (by, at, reason): (AccountId, DateTime<Utc>, Option<&str>),
) -> Result<Option<claim::Model>, DbErr> {
    let saved = claim::Entity::update_many()
        .col_expr(C::State, Expr::value(decided.state()))
        .col_expr(C::DecidedBy, Expr::value(by))
        .col_expr(C::DecidedAt, Expr::value(at))
        .col_expr(C::DecisionReason, Expr::value(reason))
        .col_expr(C::UpdatedAt, Expr::value(at))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(read.id))
        .filter(C::Version.eq(read.version))
        .exec_with_returning(tx)
        .await?;
    Ok(saved.into_iter().next())
}

/// Writes the volunteer's step; a new computation, and whose hand it was, with it when it is
/// submitted again.
pub(super) async fn save_step(
    tx: &DatabaseTransaction,
    read: &claim::Model,
    (to, at): (ClaimState, DateTime<Utc>),
    again: Option<(&Earning, Option<AccountId>)>,
) -> Result<Option<claim::Model>, DbErr> {
    let mut update = claim::Entity::update_many()
        .col_expr(C::State, Expr::value(to))
        .col_expr(C::UpdatedAt, Expr::value(at))
        .col_expr(C::Version, Expr::col(C::Version).add(1));
    if let Some((earning, by)) = again {
        update = update
            .col_expr(C::Points, Expr::value(earning.points))
            .col_expr(C::Explanation, Expr::value(earning.explanation.as_str()))
            .col_expr(C::SubmittedAt, Expr::value(at))
            .col_expr(C::SubmittedBy, by.map_or_else(|| Expr::col(C::SubmittedBy), Expr::value));
    }
    let update = update.filter(C::Id.eq(read.id)).filter(C::Version.eq(read.version));
    Ok(update.exec_with_returning(tx).await?.into_iter().next())
}

/// Takes those of the claims that are in one of the states to another; answers them.
pub(super) async fn save_notice_step(
    tx: &DatabaseTransaction,
    ids: &[ClaimId],
    (from, to): (&[ClaimState], ClaimState),
    at: DateTime<Utc>,
) -> Result<Vec<claim::Model>, DbErr> {
    claim::Entity::update_many()
        .col_expr(C::State, Expr::value(to))
        .col_expr(C::UpdatedAt, Expr::value(at))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.is_in(ids.iter().copied()))
        .filter(C::State.is_in(from.iter().copied()))
        .exec_with_returning(tx)
        .await
}

/// Writes why a claim was struck, and who had that done, if anybody.
pub(super) async fn save_reason(
    tx: &DatabaseTransaction,
    id: ClaimId,
    (by, at, reason): (Option<AccountId>, DateTime<Utc>, &str),
) -> Result<(), DbErr> {
    claim::Entity::update_many()
        .col_expr(C::DecidedBy, by.map_or_else(|| Expr::col(C::DecidedBy), Expr::value))
        .col_expr(C::DecidedAt, Expr::value(at))
        .col_expr(C::DecisionReason, Expr::value(reason))
        .filter(C::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ids of the objections that keep claims from being shown as sound or from earning: to them or
/// their notice entries, or to the attendance they are for; taken up and not answered with no.
fn doubts(about: &[ObjectionSubject]) -> Select<objection::Entity> {
    use objection::Column as O;
    let looked_into = O::State.is_in([ObjectionState::Accepted, ObjectionState::Investigating]);
    let granted =
        O::State.eq(ObjectionState::Decided).and(O::Outcome.ne(ObjectionOutcome::Rejected));
    objection::Entity::find()
        .select_only()
        .column(O::Id)
        .filter(O::SubjectKind.is_in(about.iter().copied()))
        .filter(Condition::any().add(looked_into).add(granted))
}

/// A claim is doubted by its id or by that of its entry, which is the same.
const OF_CLAIMS: [ObjectionSubject; 2] = [ObjectionSubject::Claim, ObjectionSubject::NoticeEntry];

/// The attendances some of whose claims are doubted: what stands in the place of one that was
/// taken back is doubted with it.
fn doubted_attendances() -> SelectStatement {
    let subject = objection::Column::SubjectId;
    let of_itself = doubts(&[ObjectionSubject::Attendance]).select_only().column(subject);
    let of_claims = doubts(&OF_CLAIMS).select_only().column(subject);
    let theirs = claim::Entity::find()
        .select_only()
        .column(C::AttendanceId)
        .filter(C::Id.in_subquery(of_claims.into_query()))
        .filter(C::AttendanceId.is_not_null());
    let mut all = of_itself.into_query();
    all.union(UnionType::Distinct, theirs.into_query());
    all
}

/// Whether a claim is in doubt; asked from the doubts' side, of which there are few.
fn in_doubt() -> Condition {
    let claims = doubts(&OF_CLAIMS).select_only().column(objection::Column::SubjectId);
    Condition::any()
        .add(C::Id.in_subquery(claims.into_query()))
        .add(C::AttendanceId.is_not_null().and(C::AttendanceId.in_subquery(doubted_attendances())))
}

/// The objections that keep this claim in doubt, or one that stood in its place.
pub(crate) fn doubts_of(claim: ClaimId) -> Select<objection::Entity> {
    let subject = objection::Column::SubjectId;
    let kind = objection::Column::SubjectKind;
    let attendance = claim::Entity::find()
        .select_only()
        .column(C::AttendanceId)
        .filter(C::Id.eq(claim))
        .filter(C::AttendanceId.is_not_null())
        .into_query();
    let same = claim::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::AttendanceId.in_subquery(attendance.clone()))
        .into_query();
    let of_attendance = kind.eq(ObjectionSubject::Attendance).and(subject.in_subquery(attendance));
    let of_claim = Condition::any().add(subject.eq(claim)).add(subject.in_subquery(same));
    let of_claims = Condition::all().add(kind.is_in(OF_CLAIMS)).add(of_claim);
    let all =
        [ObjectionSubject::Claim, ObjectionSubject::NoticeEntry, ObjectionSubject::Attendance];
    doubts(&all).filter(Condition::any().add(of_attendance).add(of_claims))
}

/// Marks a claim as frozen, or takes the mark away.
pub(super) async fn save_frozen(
    tx: &DatabaseTransaction,
    id: ClaimId,
    mark: Option<(DateTime<Utc>, DateTime<Utc>, &str)>,
) -> Result<(), DbErr> {
    claim::Entity::update_many()
        .col_expr(C::FrozenAt, Expr::value(mark.map(|(at, ..)| at)))
        .col_expr(C::FrozenUntil, Expr::value(mark.map(|(_, until, _)| until)))
        .col_expr(C::FrozenReason, Expr::value(mark.map(|(.., reason)| reason)))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Of an area (a pattern of sites' paths), and in no notice.
fn unnoticed_at(area: &str) -> Condition {
    let sites = site::Entity::find()
        .select_only()
        .column(site::Column::Id)
        .filter(site::Column::Path.like(area));
    let noticed = notice_entry::Entity::find()
        .select_only()
        .column(notice_entry::Column::ClaimId)
        .filter(notice_entry::Column::ClaimId.into_expr().eq(Expr::col((claim::Entity, C::Id))));
    Condition::all()
        .add(C::SiteId.in_subquery(sites.into_query()))
        .add(Expr::exists(noticed.into_query()).not())
}

/// Takes every certified claim of an area, decided before an instant, in no notice and in no
/// doubt, to `in_notice`; says how many.
pub(super) async fn enter_notice(
    tx: &DatabaseTransaction,
    area: &str,
    before: DateTime<Utc>,
    (to, at): (ClaimState, DateTime<Utc>),
) -> Result<u64, DbErr> {
    let saved = claim::Entity::update_many()
        .col_expr(C::State, Expr::value(to))
        .col_expr(C::UpdatedAt, Expr::value(at))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::State.eq(ClaimState::Certified))
        .filter(C::DecidedAt.lt(before))
        // On the row itself, so that a freeze made meanwhile is seen after waiting for its lock.
        .filter(C::FrozenUntil.is_null())
        .filter(unnoticed_at(area))
        .filter(in_doubt().not())
        .exec(tx)
        .await?;
    Ok(saved.rows_affected)
}

/// Takes the claims of an area out of the notice again that have no entry yet and came into doubt
/// while they were taken in: only now, after waiting for their rows, is that seen.
pub(super) async fn leave_doubted(
    tx: &DatabaseTransaction,
    area: &str,
    (from, to): (ClaimState, ClaimState),
) -> Result<u64, DbErr> {
    let saved = claim::Entity::update_many()
        .col_expr(C::State, Expr::value(to))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::State.eq(from))
        .filter(in_doubt())
        .filter(unnoticed_at(area))
        .exec(tx)
        .await?;
    Ok(saved.rows_affected)
}
