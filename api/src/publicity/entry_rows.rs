//! Rows of notice entries and corrections.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::claim::ClaimState;
use entity::disqualification::{self, DisqualificationState};
use entity::ids::{ClaimId, NoticeCorrectionId, NoticeRoundId, ObjectionId};
use entity::ledger_entry::{self, LedgerKind};
use entity::notice_entry::{self, Column as C, EntryState, FreezeReason};
use entity::volunteer::{self, VolunteerState};
use entity::{claim, notice_correction, notice_round, objection, site};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    FromQueryResult, IntoActiveModel, Iterable, JoinType, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};
use uuid::Uuid;

use super::domain::Case;
use super::public_dto::Struck;
use crate::claim as claims;
use crate::platform::db;
use crate::platform::rows::Paged as _;

/// Collects what is to be shown: the claims of an area's sites in one state that were decided
/// before an instant and stand in no round, numbered by place and time.
const COLLECT: &str = "
INSERT INTO notice_entry (claim_id, round_id, position, volunteer_id, site_id, points, item_code,
    item_name, activity_title, served_at, state)
SELECT c.id, $1, row_number() OVER (ORDER BY s.division_code, c.id), c.volunteer_id, c.site_id,
    c.points, i.code, i.name, a.title, coalesce(t.starts_at, a.starts_at, c.created_at), 'listed'
FROM claim c
JOIN site s ON s.id = c.site_id
JOIN rule_item i ON i.id = c.rule_item_id
LEFT JOIN attendance t ON t.id = c.attendance_id
LEFT JOIN activity a ON a.id = t.activity_id
WHERE c.state = $2 AND c.decided_at < $3 AND s.path LIKE $4 AND c.frozen_until IS NULL
    AND NOT EXISTS (SELECT 1 FROM notice_entry e WHERE e.claim_id = c.id)";

/// Writes the entries of a round anew, while it is a draft; says how many there are and how
/// many points they come to.
pub(super) async fn collect(
    tx: &DatabaseTransaction,
    round: NoticeRoundId,
    (state, before, area): (ClaimState, DateTime<Utc>, &str),
) -> Result<(i32, i64), DbErr> {
    drop_draft(tx, round).await?;
    let values = [Uuid::from(round).into(), state.as_str().into(), before.into(), area.into()];
    let sql = Statement::from_sql_and_values(tx.get_database_backend(), COLLECT, values);
    tx.execute_raw(sql).await?;
    let sums: Option<(i64, Option<i64>)> = notice_entry::Entity::find()
        .select_only()
        .column_as(C::ClaimId.count(), "entries")
        .column_as(C::Points.sum().cast_as("bigint"), "points")
        .filter(C::RoundId.eq(round))
        .into_tuple()
        .one(tx)
        .await?;
    let (entries, points) = sums.unwrap_or_default();
    let entries = i32::try_from(entries).map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok((entries, points.unwrap_or_default()))
}

/// Takes a draft's entries away; the database refuses it later.
pub(super) async fn drop_draft(
    tx: &DatabaseTransaction,
    round: NoticeRoundId,
) -> Result<(), DbErr> {
    notice_entry::Entity::delete_many().filter(C::RoundId.eq(round)).exec(tx).await?;
    Ok(())
}

/// A whole month is collected in three statements, whose time grows with it.
pub(super) async fn take_time(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if db::is_postgres(tx.get_database_backend()) {
        tx.execute_unprepared("SET LOCAL statement_timeout = '120s'").await?;
    }
    Ok(())
}

/// Entries of a round in their order, each with the name of the site served at.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    round: NoticeRoundId,
    (after, limit): (i32, u64),
) -> Result<Vec<(notice_entry::Model, Option<site::Model>)>, DbErr> {
    notice_entry::Entity::find()
        .find_also_related(site::Entity)
        .filter(C::RoundId.eq(round))
        .filter(C::Position.gt(after))
        .order_by_asc(C::Position)
        .limit(limit)
        .all(db)
        .await
}

/// The same without the sites, to be read through.
pub(super) async fn list_plain(
    db: &impl ConnectionTrait,
    round: NoticeRoundId,
    (after, limit): (i32, u64),
) -> Result<Vec<notice_entry::Model>, DbErr> {
    notice_entry::Entity::find()
        .filter(C::RoundId.eq(round))
        .filter(C::Position.gt(after))
        .order_by_asc(C::Position)
        .limit(limit)
        .all(db)
        .await
}

pub(super) async fn find_at(
    db: &impl ConnectionTrait,
    round: NoticeRoundId,
    position: i32,
) -> Result<Option<(notice_entry::Model, Option<site::Model>)>, DbErr> {
    notice_entry::Entity::find()
        .find_also_related(site::Entity)
        .filter(C::RoundId.eq(round))
        .filter(C::Position.eq(position))
        .one(db)
        .await
}

pub(super) async fn find_with_round(
    db: &impl ConnectionTrait,
    claim: ClaimId,
) -> Result<Option<(notice_entry::Model, Option<notice_round::Model>)>, DbErr> {
    let entry = notice_entry::Entity::find_by_id(claim);
    entry.find_also_related(notice_round::Entity).one(db).await
}

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    claim: ClaimId,
) -> Result<Option<notice_entry::Model>, DbErr> {
    notice_entry::Entity::find_by_id(claim).lock_exclusive().one(tx).await
}

/// The oldest other objection that is looked into and keeps the claim from earning.
pub(super) async fn next_doubt(
    tx: &DatabaseTransaction,
    claim: ClaimId,
    other_than: Uuid,
) -> Result<Option<ObjectionId>, DbErr> {
    claims::doubts_of(claim)
        .filter(objection::Column::Id.ne(other_than))
        .order_by_asc(objection::Column::Id)
        .into_tuple()
        .one(tx)
        .await
}

/// Writes what became of an entry.
pub(super) async fn save(tx: &DatabaseTransaction, row: &notice_entry::Model) -> Result<(), DbErr> {
    notice_entry::Entity::update_many()
        .col_expr(C::State, Expr::value(row.state))
        .col_expr(C::FrozenReason, Expr::value(row.frozen_reason))
        .col_expr(C::FrozenBy, Expr::value(row.frozen_by))
        .col_expr(C::FrozenAt, Expr::value(row.frozen_at))
        .col_expr(C::SettledAt, Expr::value(row.settled_at))
        .filter(C::ClaimId.eq(row.claim_id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Marks listed entries as settled.
pub(super) async fn settle(
    tx: &DatabaseTransaction,
    claims: &[ClaimId],
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    notice_entry::Entity::update_many()
        .col_expr(C::SettledAt, Expr::value(at))
        .filter(C::ClaimId.is_in(claims.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The next entries of a closed round to be settled, locked; one person's together, people in
/// the order in which their accounts are locked.
pub(super) async fn lock_waiting(
    tx: &DatabaseTransaction,
    round: NoticeRoundId,
    limit: u64,
) -> Result<Vec<notice_entry::Model>, DbErr> {
    notice_entry::Entity::find()
        .filter(C::RoundId.eq(round))
        .filter(C::State.eq(EntryState::Listed))
        .filter(C::SettledAt.is_null())
        .order_by_asc(C::VolunteerId)
        .order_by_asc(C::ClaimId)
        .limit(limit)
        .lock_exclusive()
        .all(tx)
        .await
}

/// Which of these claims earned already.
pub(super) async fn booked(
    db: &impl ConnectionTrait,
    claims: &[ClaimId],
) -> Result<HashSet<ClaimId>, DbErr> {
    let ids: Vec<ClaimId> = ledger_entry::Entity::find()
        .select_only()
        .column(ledger_entry::Column::SourceId)
        .filter(ledger_entry::Column::SourceKind.eq("claim"))
        .filter(ledger_entry::Column::Kind.eq(LedgerKind::Earn))
        .filter(ledger_entry::Column::SourceId.is_in(claims.iter().map(|id| Uuid::from(*id))))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().collect())
}

/// The cases that were executed against their volunteers after these claims were certified; of
/// several, the one that weighs most.
pub(super) async fn cases_since(
    db: &impl ConnectionTrait,
    claims: &[ClaimId],
) -> Result<HashMap<ClaimId, Case>, DbErr> {
    use disqualification::Column as D;
    let case = claim::Entity::belongs_to(disqualification::Entity)
        .from(claim::Column::VolunteerId)
        .to(D::VolunteerId)
        .into();
    let certified = Expr::col((claim::Entity, claim::Column::DecidedAt));
    let rows: Vec<(ClaimId, DisqualificationState)> = claim::Entity::find()
        .select_only()
        .column(claim::Column::Id)
        .column(D::State)
        .join(JoinType::InnerJoin, case)
        .filter(claim::Column::Id.is_in(claims.iter().copied()))
        .filter(Expr::col((disqualification::Entity, D::ExecutedAt)).gt(certified))
        .into_tuple()
        .all(db)
        .await?;
    let mut cases: HashMap<ClaimId, Case> = HashMap::new();
    for (claim, state) in rows {
        if let Some(case) = Case::of(state) {
            let weightiest = cases.entry(claim).or_insert(case);
            *weightiest = case.max(*weightiest);
        }
    }
    Ok(cases)
}

/// Entries that waited because somebody could not earn and now can, or has left. What a case may
/// yet take waits on.
pub(super) async fn list_ready_again(
    db: &impl ConnectionTrait,
    limit: u64,
) -> Result<Vec<ClaimId>, DbErr> {
    let her = notice_entry::Entity::belongs_to(volunteer::Entity)
        .from(C::VolunteerId)
        .to(volunteer::Column::Id)
        .into();
    let may_take = {
        use disqualification::Column as D;
        let case = |column: D| Expr::col((disqualification::Entity, column));
        let certified = |column: claim::Column| Expr::col((claim::Entity, column));
        let running =
            DisqualificationState::iter().filter(|state| Case::of(*state) == Some(Case::Running));
        Query::select()
            .expr(Expr::val(1))
            .from(disqualification::Entity)
            .from(claim::Entity)
            .and_where(certified(claim::Column::Id).equals((notice_entry::Entity, C::ClaimId)))
            .and_where(case(D::VolunteerId).equals((claim::Entity, claim::Column::VolunteerId)))
            .and_where(D::State.is_in(running))
            .and_where(case(D::ExecutedAt).gt(certified(claim::Column::DecidedAt)))
            .to_owned()
    };
    let state = volunteer::Column::State;
    let earns = state.eq(VolunteerState::Active).and(Expr::exists(may_take).not());
    notice_entry::Entity::find()
        .select_only()
        .column(C::ClaimId)
        .join(JoinType::InnerJoin, her)
        .filter(C::FrozenReason.eq(FreezeReason::EarningSuspended))
        .filter(earns.or(state.eq(VolunteerState::Closed)))
        .order_by_asc(C::ClaimId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

/// How many entries of some rounds are in each state.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct StateCount {
    pub(super) round_id: NoticeRoundId,
    pub(super) state: EntryState,
    pub(super) count: i64,
}

pub(super) async fn count(
    db: &impl ConnectionTrait,
    rounds: &[NoticeRoundId],
) -> Result<HashMap<NoticeRoundId, Vec<StateCount>>, DbErr> {
    let rows: Vec<StateCount> = notice_entry::Entity::find()
        .select_only()
        .columns([C::RoundId, C::State])
        .column_as(C::ClaimId.count(), "count")
        .filter(C::RoundId.is_in(rounds.iter().copied()))
        .group_by(C::RoundId)
        .group_by(C::State)
        .into_model()
        .all(db)
        .await?;
    let mut counts: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        counts.entry(row.round_id).or_default().push(row);
    }
    Ok(counts)
}

/// What of a round was struck after its opening.
pub(super) async fn struck(
    db: &impl ConnectionTrait,
    round: NoticeRoundId,
) -> Result<Struck, DbErr> {
    let sums: Option<(i64, Option<i64>)> = notice_entry::Entity::find()
        .select_only()
        .column_as(C::ClaimId.count(), "entries")
        .column_as(C::Points.sum().cast_as("bigint"), "points")
        .filter(C::RoundId.eq(round))
        .filter(C::State.is_in([EntryState::Withdrawn, EntryState::Corrected]))
        .into_tuple()
        .one(db)
        .await?;
    let (entries, points) = sums.unwrap_or_default();
    Ok(Struck { entries, points: points.unwrap_or_default() })
}

pub(super) async fn insert_correction(
    tx: &DatabaseTransaction,
    row: notice_correction::Model,
) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    notice_correction::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Corrections of a round, oldest first.
pub(super) async fn list_corrections(
    db: &impl ConnectionTrait,
    round: NoticeRoundId,
    page: (Option<NoticeCorrectionId>, u64),
) -> Result<Vec<notice_correction::Model>, DbErr> {
    use notice_correction::Column as K;
    notice_correction::Entity::find().filter(K::RoundId.eq(round)).oldest(K::Id, page).all(db).await
}

/// The correction of each of these entries that has one.
pub(super) async fn corrections_of(
    db: &impl ConnectionTrait,
    claims: &[ClaimId],
) -> Result<HashMap<ClaimId, notice_correction::Model>, DbErr> {
    let found = notice_correction::Entity::find()
        .filter(notice_correction::Column::ClaimId.is_in(claims.iter().copied()))
        .all(db)
        .await?;
    Ok(found.into_iter().map(|row| (row.claim_id, row)).collect())
}
