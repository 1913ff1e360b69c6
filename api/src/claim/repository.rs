//! Rows of claims.

use chrono::{DateTime, Utc};
use entity::claim::{self, ClaimState};
use entity::ids::{AccountId, AttendanceId, ClaimId, RuleItemId, VolunteerId};
use entity::{notice_entry, site};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Iterable, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};

use super::domain::{Decided, is_live};
use super::points::Earning;

use claim::Column as C;

/// The row, locked where the database has row locks.
pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: ClaimId,
) -> Result<Option<claim::Model>, DbErr> {
    claim::Entity::find_by_id(id).lock_exclusive().one(tx).await
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

/// The live claim of a volunteer for an honour under an item.
pub(super) async fn find_live_award(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
    award_ref: &str,
    item: RuleItemId,
) -> Result<Option<claim::Model>, DbErr> {
    claim::Entity::find()
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::AwardRef.eq(award_ref))
        .filter(C::RuleItemId.eq(item))
        .filter(C::State.is_in(live()))
        .one(db)
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

/// Writes the volunteer's own step; a new computation with it when she submits again.
pub(super) async fn save_step(
    tx: &DatabaseTransaction,
    read: &claim::Model,
    (to, at): (ClaimState, DateTime<Utc>),
    earning: Option<&Earning>,
) -> Result<Option<claim::Model>, DbErr> {
    let mut update = claim::Entity::update_many()
        .col_expr(C::State, Expr::value(to))
        .col_expr(C::UpdatedAt, Expr::value(at))
        .col_expr(C::Version, Expr::col(C::Version).add(1));
    if let Some(earning) = earning {
        update = update
            .col_expr(C::Points, Expr::value(earning.points))
            .col_expr(C::Explanation, Expr::value(earning.explanation.as_str()))
            .col_expr(C::SubmittedAt, Expr::value(at));
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

/// Takes every certified claim of a subtree, decided before an instant and in no notice,
/// to `in_notice`; says how many.
pub(super) async fn enter_notice(
    tx: &DatabaseTransaction,
    path: &str,
    before: DateTime<Utc>,
    (to, at): (ClaimState, DateTime<Utc>),
) -> Result<u64, DbErr> {
    let sites = site::Entity::find()
        .select_only()
        .column(site::Column::Id)
        .filter(site::Column::Path.starts_with(path));
    let noticed = notice_entry::Entity::find()
        .select_only()
        .column(notice_entry::Column::ClaimId)
        .filter(notice_entry::Column::ClaimId.into_expr().eq(Expr::col((claim::Entity, C::Id))));
    let saved = claim::Entity::update_many()
        .col_expr(C::State, Expr::value(to))
        .col_expr(C::UpdatedAt, Expr::value(at))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::State.eq(ClaimState::Certified))
        .filter(C::DecidedAt.lt(before))
        .filter(C::SiteId.in_subquery(sites.into_query()))
        .filter(Expr::exists(noticed.into_query()).not())
        .exec(tx)
        .await?;
    Ok(saved.rows_affected)
}
