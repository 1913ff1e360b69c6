//! Rows of redemptions.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, PickupDelegateId, RedemptionId, SiteId, VolunteerId};
use entity::ledger_entry::{self, LedgerKind};
use entity::objection::{self, ObjectionEffect, ObjectionSubject};
use entity::redemption::{self, Column as C, RedemptionState, ReturnedAs, SignatureKind};
use entity::{goods, volunteer};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DatabaseTransaction,
    DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    UpdateMany,
};
use uuid::Uuid;

use super::delegate::Authorised;

/// Which redemptions a list shows.
#[derive(Debug, Default)]
pub(super) struct Filter {
    pub(super) site: Option<SiteId>,
    pub(super) volunteer: Option<VolunteerId>,
    pub(super) receipt_no: Option<String>,
    pub(super) state: Option<RedemptionState>,
    pub(super) after: Option<RedemptionId>,
    pub(super) limit: u64,
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: RedemptionId,
) -> Result<Option<redemption::Model>, DbErr> {
    redemption::Entity::find_by_id(id).one(db).await
}

pub(super) async fn lock(
    tx: &DatabaseTransaction,
    id: RedemptionId,
) -> Result<Option<redemption::Model>, DbErr> {
    redemption::Entity::find_by_id(id).lock_exclusive().one(tx).await
}

/// Her redemptions that have not ended, locked in the order of their ids.
pub(super) async fn lock_open_of(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
) -> Result<Vec<redemption::Model>, DbErr> {
    redemption::Entity::find()
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::State.is_in([RedemptionState::Created, RedemptionState::Ready]))
        .order_by_asc(C::Id)
        .lock_exclusive()
        .all(tx)
        .await
}

/// Newest first, with what each is for.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    filter: Filter,
) -> Result<Vec<(redemption::Model, goods::Model)>, DbErr> {
    let mut query = redemption::Entity::find().find_also_related(goods::Entity);
    if let Some(site) = filter.site {
        query = query.filter(C::SiteId.eq(site));
    }
    if let Some(volunteer) = filter.volunteer {
        query = query.filter(C::VolunteerId.eq(volunteer));
    }
    if let Some(number) = filter.receipt_no {
        query = query.filter(C::ReceiptNo.eq(number));
    }
    if let Some(state) = filter.state {
        query = query.filter(C::State.eq(state));
    }
    if let Some(after) = filter.after {
        query = query.filter(C::Id.lt(after));
    }
    let rows = query.order_by_desc(C::Id).limit(filter.limit).all(db).await?;
    Ok(rows.into_iter().filter_map(|(row, goods)| Some((row, goods?))).collect())
}

/// Names of the volunteers of a page.
pub(super) async fn list_names(
    db: &impl ConnectionTrait,
    ids: Vec<VolunteerId>,
) -> Result<Vec<(VolunteerId, String)>, DbErr> {
    volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .column(volunteer::Column::Name)
        .filter(volunteer::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await
}

/// How many redemptions of a site are in each state.
pub(super) async fn count_by_state(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Vec<(RedemptionState, i64)>, DbErr> {
    redemption::Entity::find()
        .select_only()
        .column(C::State)
        .column_as(C::Id.count(), "number")
        .filter(C::SiteId.eq(site))
        .group_by(C::State)
        .into_tuple()
        .all(db)
        .await
}

/// Redemptions nobody came for in time, by id.
pub(super) async fn list_overdue(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    after: Option<RedemptionId>,
    limit: u64,
) -> Result<Vec<RedemptionId>, DbErr> {
    let open = [RedemptionState::Created, RedemptionState::Ready];
    let mut query = redemption::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::State.is_in(open))
        .filter(C::FrozenUntil.is_null())
        .filter(C::ExpiresAt.lte(now));
    if let Some(after) = after {
        query = query.filter(C::Id.gt(after));
    }
    query.order_by_asc(C::Id).limit(limit).into_tuple().all(db).await
}

pub(super) async fn insert(tx: &DatabaseTransaction, row: redemption::Model) -> Result<(), DbErr> {
    // A new one is nobody's to pick up yet: the column stays out of the busiest statement.
    let row =
        redemption::ActiveModel { delegate_id: NotSet, ..row.into_active_model().reset_all() };
    redemption::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// A change of a redemption that is still in `state`, counted in its version.
fn change(row: &redemption::Model, now: DateTime<Utc>) -> UpdateMany<redemption::Entity> {
    redemption::Entity::update_many()
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::Id.eq(row.id))
        .filter(C::State.eq(row.state))
}

pub(super) async fn save_ready(
    tx: &DatabaseTransaction,
    row: &redemption::Model,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<redemption::Model>, DbErr> {
    let changed = change(row, now)
        .col_expr(C::State, Expr::value(RedemptionState::Ready))
        .col_expr(C::ReadyBy, Expr::value(by))
        .col_expr(C::ReadyAt, Expr::value(now));
    Ok(changed.exec_with_returning(tx).await?.pop())
}

/// How goods were handed over.
#[derive(Clone, Debug)]
pub(super) struct Handover {
    pub(super) by: AccountId,
    pub(super) signature: SignatureKind,
    pub(super) delegate: Option<Authorised>,
}

pub(super) async fn save_fulfilled(
    tx: &DatabaseTransaction,
    row: &redemption::Model,
    handover: Handover,
    now: DateTime<Utc>,
) -> Result<Option<redemption::Model>, DbErr> {
    let (delegate_id, delegate_name) = handover.delegate.map(Authorised::into_parts).unzip();
    let changed = change(row, now)
        .col_expr(C::State, Expr::value(RedemptionState::Fulfilled))
        .col_expr(C::FulfilledBy, Expr::value(handover.by))
        .col_expr(C::FulfilledAt, Expr::value(now))
        .col_expr(C::SignatureKind, Expr::value(handover.signature))
        .col_expr(C::DelegateId, Expr::value(delegate_id))
        .col_expr(C::DelegateName, Expr::value(delegate_name));
    Ok(changed.exec_with_returning(tx).await?.pop())
}

/// Takes the delegates off everything a volunteer redeemed.
pub(super) async fn erase_delegates(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
) -> Result<(), DbErr> {
    redemption::Entity::update_many()
        .col_expr(C::DelegateId, Expr::value(None::<PickupDelegateId>))
        .col_expr(C::DelegateName, Expr::value(None::<String>))
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::DelegateName.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Puts this text where a holder said why she cancelled. The entry that gave her points back says
/// who did it: the counter's reasons stay.
pub(super) async fn forget_words(
    tx: &DatabaseTransaction,
    (volunteer, account): (VolunteerId, AccountId),
    text: &str,
) -> Result<(), DbErr> {
    let own = ledger_entry::Entity::find()
        .select_only()
        .column(ledger_entry::Column::SourceId)
        .filter(ledger_entry::Column::VolunteerId.eq(volunteer))
        .filter(ledger_entry::Column::Kind.eq(LedgerKind::Release))
        .filter(ledger_entry::Column::SourceKind.eq("redemption"))
        .filter(ledger_entry::Column::ActorAccountId.eq(account))
        .into_query();
    redemption::Entity::update_many()
        .col_expr(C::EndedReason, Expr::value(text))
        .filter(C::VolunteerId.eq(volunteer))
        .filter(C::State.eq(RedemptionState::Cancelled))
        .filter(C::Id.in_subquery(own))
        .exec(tx)
        .await?;
    Ok(())
}

/// When an upheld objection about it was carried out that asks for its return.
pub(super) async fn return_granted(
    db: &impl ConnectionTrait,
    id: RedemptionId,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    let granted = objection::Entity::find()
        .filter(objection::Column::SubjectKind.eq(ObjectionSubject::Redemption))
        .filter(objection::Column::SubjectId.eq(Uuid::from(id)))
        .filter(objection::Column::Effect.eq(ObjectionEffect::ReturnNeeded))
        .all(db)
        .await?;
    Ok(granted.into_iter().filter_map(|row| row.executed_at).max())
}

pub(super) async fn save_ended(
    tx: &DatabaseTransaction,
    row: &redemption::Model,
    state: RedemptionState,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Option<redemption::Model>, DbErr> {
    let changed = change(row, now)
        .col_expr(C::State, Expr::value(state))
        .col_expr(C::EndedReason, Expr::value(reason))
        .col_expr(C::EndedAt, Expr::value(now));
    Ok(changed.exec_with_returning(tx).await?.pop())
}

/// How goods came back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Takeback<'a> {
    pub(super) by: AccountId,
    pub(super) condition: ReturnedAs,
    pub(super) reason: &'a str,
}

pub(super) async fn save_returned(
    tx: &DatabaseTransaction,
    row: &redemption::Model,
    back: Takeback<'_>,
    now: DateTime<Utc>,
) -> Result<Option<redemption::Model>, DbErr> {
    let changed = change(row, now)
        .col_expr(C::State, Expr::value(RedemptionState::Returned))
        .col_expr(C::ReturnedBy, Expr::value(back.by))
        .col_expr(C::ReturnedAs, Expr::value(back.condition))
        .col_expr(C::EndedReason, Expr::value(back.reason))
        .col_expr(C::EndedAt, Expr::value(now));
    Ok(changed.exec_with_returning(tx).await?.pop())
}

pub(super) async fn save_pickup_code(
    tx: &DatabaseTransaction,
    row: &redemption::Model,
    hash: String,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    change(row, now).col_expr(C::PickupCodeHash, Expr::value(hash)).exec(tx).await?;
    Ok(())
}

/// Marks a redemption as frozen, or takes the mark away.
pub(super) async fn save_frozen(
    tx: &DatabaseTransaction,
    row: &redemption::Model,
    mark: Option<(DateTime<Utc>, DateTime<Utc>, &str)>,
    expires_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    change(row, row.updated_at)
        .col_expr(C::FrozenAt, Expr::value(mark.map(|(at, ..)| at)))
        .col_expr(C::FrozenUntil, Expr::value(mark.map(|(_, until, _)| until)))
        .col_expr(C::FrozenReason, Expr::value(mark.map(|(.., reason)| reason)))
        .col_expr(C::ExpiresAt, Expr::value(expires_at))
        .exec(tx)
        .await?;
    Ok(())
}
