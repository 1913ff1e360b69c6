//! Rows of accounts, entries and holds. Entries are written by `posting` only.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use entity::claim::ClaimState;
use entity::hold::HoldState;
use entity::ids::{LedgerEntryId, RedemptionId, SiteId, VolunteerId};
use entity::ledger_entry::LedgerKind;
use entity::{claim, hold, ledger_entry, points_account, site, volunteer};
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationTrait,
};

use super::posting::Source;

pub(super) async fn find_account(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Option<points_account::Model>, DbErr> {
    points_account::Entity::find_by_id(volunteer).one(db).await
}

/// The account's row, locked where the database has row locks.
pub(super) async fn lock_account(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
) -> Result<Option<points_account::Model>, DbErr> {
    points_account::Entity::find_by_id(volunteer).lock_exclusive().one(tx).await
}

/// The account of whom a hold belongs to, locked. Every change of a hold is made under
/// this lock, so the hold read after it is the one that will be changed.
pub(super) async fn lock_account_of_hold(
    tx: &DatabaseTransaction,
    redemption: RedemptionId,
) -> Result<Option<points_account::Model>, DbErr> {
    let owner = hold::Entity::find()
        .select_only()
        .column(hold::Column::VolunteerId)
        .filter(hold::Column::RedemptionId.eq(redemption));
    lock_account_in(tx, owner.into_query()).await
}

/// The account of whom an entry belongs to, locked.
pub(super) async fn lock_account_of_entry(
    tx: &DatabaseTransaction,
    source: Source<'_>,
    kinds: &[LedgerKind],
) -> Result<Option<points_account::Model>, DbErr> {
    let owner = entries_of(source, kinds).select_only().column(ledger_entry::Column::VolunteerId);
    lock_account_in(tx, owner.into_query()).await
}

async fn lock_account_in(
    tx: &DatabaseTransaction,
    owner: SelectStatement,
) -> Result<Option<points_account::Model>, DbErr> {
    points_account::Entity::find()
        .filter(points_account::Column::VolunteerId.in_subquery(owner))
        .lock_exclusive()
        .one(tx)
        .await
}

/// Creates the account's row unless somebody else just did.
pub(super) async fn insert_account(
    tx: &DatabaseTransaction,
    row: points_account::Model,
) -> Result<(), DbErr> {
    let key = OnConflict::column(points_account::Column::VolunteerId).do_nothing().to_owned();
    let insert = points_account::Entity::insert(row.into_active_model().reset_all());
    insert.on_conflict(key).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes the balances after a posting if nothing was posted since they were read.
pub(super) async fn save_balances(
    tx: &DatabaseTransaction,
    after: &points_account::Model,
    expected_seq: i64,
) -> Result<bool, DbErr> {
    let written = points_account::Entity::update_many()
        .col_expr(points_account::Column::Available, Expr::value(after.available))
        .col_expr(points_account::Column::Held, Expr::value(after.held))
        .col_expr(points_account::Column::RecoveryDue, Expr::value(after.recovery_due))
        .col_expr(points_account::Column::LastSeq, Expr::value(after.last_seq))
        .col_expr(points_account::Column::LastHash, Expr::value(after.last_hash.clone()))
        .col_expr(points_account::Column::UpdatedAt, Expr::value(after.updated_at))
        .filter(points_account::Column::VolunteerId.eq(after.volunteer_id))
        .filter(points_account::Column::LastSeq.eq(expected_seq))
        .exec(tx)
        .await?;
    Ok(written.rows_affected == 1)
}

/// Writes an entry unless its source was posted or what it refers to was reversed before.
pub(super) async fn insert_entry(
    tx: &DatabaseTransaction,
    row: ledger_entry::Model,
) -> Result<bool, DbErr> {
    let any_key = OnConflict::new().do_nothing().to_owned();
    let insert = ledger_entry::Entity::insert(row.into_active_model().reset_all());
    Ok(insert.on_conflict(any_key).exec_without_returning(tx).await? == 1)
}

/// The entry a source caused: the natural key of the ledger. Of several kinds it caused one.
pub(super) async fn find_entry(
    db: &impl ConnectionTrait,
    source: Source<'_>,
    kinds: &[LedgerKind],
) -> Result<Option<ledger_entry::Model>, DbErr> {
    entries_of(source, kinds).one(db).await
}

/// The opening that an entry is.
pub(super) async fn find_opening(
    db: &impl ConnectionTrait,
    id: LedgerEntryId,
) -> Result<Option<ledger_entry::Model>, DbErr> {
    ledger_entry::Entity::find_by_id(id)
        .filter(ledger_entry::Column::Kind.eq(LedgerKind::Opening))
        .one(db)
        .await
}

fn entries_of(source: Source<'_>, kinds: &[LedgerKind]) -> sea_orm::Select<ledger_entry::Entity> {
    ledger_entry::Entity::find()
        .filter(ledger_entry::Column::SourceKind.eq(source.kind))
        .filter(ledger_entry::Column::SourceId.eq(source.id))
        .filter(ledger_entry::Column::Kind.is_in(kinds.iter().copied()))
}

pub(super) async fn find_hold(
    db: &impl ConnectionTrait,
    redemption: RedemptionId,
) -> Result<Option<hold::Model>, DbErr> {
    hold::Entity::find().filter(hold::Column::RedemptionId.eq(redemption)).one(db).await
}

pub(super) async fn insert_hold(
    tx: &DatabaseTransaction,
    row: hold::ActiveModel,
) -> Result<(), DbErr> {
    hold::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Ends a hold if it is open.
pub(super) async fn end_hold(
    tx: &DatabaseTransaction,
    redemption: RedemptionId,
    state: HoldState,
    by: LedgerEntryId,
    at: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let ended = hold::Entity::update_many()
        .col_expr(hold::Column::State, Expr::value(state.as_str()))
        .col_expr(hold::Column::EndedAt, Expr::value(at))
        .col_expr(hold::Column::EndedEntryId, Expr::value(sea_orm::prelude::Uuid::from(by)))
        .filter(hold::Column::RedemptionId.eq(redemption))
        .filter(hold::Column::State.eq(HoldState::Open))
        .exec(tx)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Her last entry, or the last before an instant. Times do not decrease along the numbers.
pub(super) async fn find_last_entry(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    before: Option<DateTime<Utc>>,
) -> Result<Option<ledger_entry::Model>, DbErr> {
    ledger_entry::Entity::find()
        .filter(ledger_entry::Column::VolunteerId.eq(volunteer))
        .apply_if(before, |query, end| query.filter(ledger_entry::Column::CreatedAt.lt(end)))
        .order_by_desc(ledger_entry::Column::Seq)
        .limit(1)
        .one(db)
        .await
}

/// Points taken over and earned, less those reversed, up to an entry. A reversal lowers
/// what is available, raises what is due, or both: together exactly its points.
pub(super) async fn sum_certified(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    up_to: i64,
) -> Result<i64, DbErr> {
    let change = Expr::col(ledger_entry::Column::AvailableDelta)
        .sub(Expr::col(ledger_entry::Column::RecoveryDelta));
    // A sum of bigints is numeric on PostgreSQL.
    let sum = Expr::expr(change).sum().cast_as("bigint");
    let sum: Option<Option<i64>> = ledger_entry::Entity::find()
        .select_only()
        .column_as(sum, "certified")
        .filter(ledger_entry::Column::VolunteerId.eq(volunteer))
        .filter(ledger_entry::Column::Seq.lte(up_to))
        .filter(ledger_entry::Column::Kind.is_in([
            LedgerKind::Opening,
            LedgerKind::Earn,
            LedgerKind::Reverse,
        ]))
        .into_tuple()
        .one(db)
        .await?;
    Ok(sum.flatten().unwrap_or_default())
}

/// Points of certified claims that wait for the end of a notice: certified, and not booked by her
/// entries up to a number. What was booked since waits, seen from there: it counts once.
pub(super) async fn sum_in_notice(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    up_to: i64,
) -> Result<i64, DbErr> {
    use claim::Column as C;
    let booked = ledger_entry::Entity::find()
        .select_only()
        .column(ledger_entry::Column::SourceId)
        .filter(ledger_entry::Column::VolunteerId.eq(volunteer))
        .filter(ledger_entry::Column::SourceKind.eq("claim"))
        .filter(ledger_entry::Column::Kind.eq(LedgerKind::Earn));
    let since = booked.clone().filter(ledger_entry::Column::Seq.gt(up_to));
    let booked = booked.filter(ledger_entry::Column::Seq.lte(up_to));
    let waits = C::State
        .is_in([
            ClaimState::Certified,
            ClaimState::InNotice,
            ClaimState::Objected,
            ClaimState::Recheck,
        ])
        .and(C::Id.not_in_subquery(booked.into_query()));
    let booked_since =
        C::State.eq(ClaimState::Effective).and(C::Id.in_subquery(since.into_query()));
    let sum: Option<Option<i64>> = claim::Entity::find()
        .select_only()
        .column_as(C::Points.sum().cast_as("bigint"), "points")
        .filter(C::VolunteerId.eq(volunteer))
        .filter(Condition::any().add(waits).add(booked_since))
        .into_tuple()
        .one(db)
        .await?;
    Ok(sum.flatten().unwrap_or_default())
}

/// Her entries before a number, newest first.
pub(super) async fn list_entries_before(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<ledger_entry::Model>, DbErr> {
    ledger_entry::Entity::find()
        .filter(ledger_entry::Column::VolunteerId.eq(volunteer))
        .apply_if(before, |query, seq| query.filter(ledger_entry::Column::Seq.lt(seq)))
        .order_by_desc(ledger_entry::Column::Seq)
        .limit(limit)
        .all(db)
        .await
}

/// Her entries after the first number up to the second, in order.
pub(super) async fn list_entries(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    range: RangeInclusive<i64>,
    limit: u64,
) -> Result<Vec<ledger_entry::Model>, DbErr> {
    ledger_entry::Entity::find()
        .filter(ledger_entry::Column::VolunteerId.eq(volunteer))
        .filter(ledger_entry::Column::Seq.gt(*range.start()))
        .filter(ledger_entry::Column::Seq.lte(*range.end()))
        .order_by_asc(ledger_entry::Column::Seq)
        .limit(limit)
        .all(db)
        .await
}

/// Accounts of volunteers who live in a subtree of sites.
pub(super) async fn list_accounts(
    db: &impl ConnectionTrait,
    path: &str,
    after: Option<VolunteerId>,
    limit: u64,
) -> Result<Vec<points_account::Model>, DbErr> {
    points_account::Entity::find()
        .join(JoinType::InnerJoin, points_account::Relation::Volunteer.def())
        .join(JoinType::InnerJoin, volunteer::Relation::Site.def())
        .filter(site::Column::Path.starts_with(path))
        .apply_if(after, |query, id| query.filter(points_account::Column::VolunteerId.gt(id)))
        .order_by_asc(points_account::Column::VolunteerId)
        .limit(limit)
        .all(db)
        .await
}

/// Where accounts with points to spend are kept.
pub(super) async fn list_homes(db: &impl ConnectionTrait) -> Result<Vec<SiteId>, DbErr> {
    points_account::Entity::find()
        .select_only()
        .column(points_account::Column::SiteId)
        .distinct()
        .filter(points_account::Column::Available.gt(0))
        .order_by_asc(points_account::Column::SiteId)
        .into_tuple()
        .all(db)
        .await
}

/// Accounts of a site that may have points from before an instant: more than everything
/// earned since, or something given back or taken back. What is taken back comes out of its own,
/// maybe young, earning first, and so leaves the old points behind a sum that still counts it.
pub(super) async fn list_ageing(
    db: &impl ConnectionTrait,
    home: SiteId,
    before: DateTime<Utc>,
    (after, limit): (Option<VolunteerId>, u64),
) -> Result<Vec<VolunteerId>, DbErr> {
    use points_account::Column as A;
    let of_account = |kinds: Vec<LedgerKind>| {
        let mut entries = Query::select();
        entries
            .from(ledger_entry::Entity)
            .and_where(
                Expr::col((ledger_entry::Entity, ledger_entry::Column::VolunteerId))
                    .equals((points_account::Entity, A::VolunteerId)),
            )
            .and_where(ledger_entry::Column::Kind.is_in(kinds));
        entries
    };
    let sum = Expr::col(ledger_entry::Column::AvailableDelta).sum();
    let mut young = of_account(vec![LedgerKind::Opening, LedgerKind::Earn]);
    young
        .expr(Func::coalesce([sum, Expr::value(0_i64)]))
        .and_where(ledger_entry::Column::CreatedAt.gte(before));
    let mut undone = of_account(vec![LedgerKind::Return, LedgerKind::Restore, LedgerKind::Reverse]);
    undone.expr(Expr::value(1));
    let total = Expr::col((points_account::Entity, A::Available))
        .add(Expr::col((points_account::Entity, A::Held)));
    points_account::Entity::find()
        .select_only()
        .column(A::VolunteerId)
        .filter(A::SiteId.eq(home))
        .filter(A::Available.gt(0))
        .filter(Condition::any().add(total.gt(Expr::from(young))).add(Expr::exists(undone)))
        .apply_if(after, |query, id| query.filter(A::VolunteerId.gt(id)))
        .order_by_asc(A::VolunteerId)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}
