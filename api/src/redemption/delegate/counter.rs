//! Use cases of the counter: delegates of somebody who shows her card, and to whom of them goods
//! may be handed. Both show names in full, so each look leaves a line in the audit trail.

use entity::ids::{PickupDelegateId, RedemptionId, SiteId};
use entity::{pickup_delegate, redemption, site, volunteer};
use sea_orm::ConnectionTrait;

use super::domain::{AtCounter, Authorised, DelegateRefusal, decide_pickup, plain_name};
use super::dto::{
    EndDelegateForCard, PickupDelegateList, PickupDelegateView, RegisterDelegateForCard,
};
use super::repository;
use super::service::{Wanted, end, lock_of, register};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::card;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::{Tx, in_tx};
use crate::redemption::domain::{Clerk, decide_fulfilment};
use crate::redemption::freezing::require_not_frozen;
use crate::redemption::repository as redemption_rows;
use crate::site as sites;
use crate::volunteer as volunteers;

/// The site, if the caller works at its counter.
async fn counter_of(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: SiteId,
) -> Result<site::Model, Failure> {
    let site = sites::get(db, id).await?;
    caller.require_at(Permission::FulfilRedemptions, &site.path)?;
    Ok(site)
}

/// Whoever shows her card at the counter of the site she lives at, locked. What she can do
/// herself nobody does for her, and nobody acts for her kin.
async fn holder_of(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    card_number: &str,
) -> Result<volunteer::Model, Failure> {
    let site = counter_of(&**tx, caller, site).await?;
    let holder = card::resolve(&**tx, card_number).await?.volunteer_id;
    let person = volunteers::lock(tx, holder).await?;
    if person.site_id != site.id {
        return Err(code::NOT_FOUND.into());
    }
    if volunteers::is_related(&**tx, caller, person.id).await? {
        return Err(DelegateRefusal::MustRecuse.into());
    }
    if person.account_id.is_some() {
        return Err(volunteers::HAS_ACCOUNT.into());
    }
    Ok(person)
}

/// Registers a delegate for somebody without a phone.
///
/// # Errors
/// Those of registering one's own; of the card; `not_found` for the card of another site's
/// volunteer, `has_account`, `must_recuse` for one's kin and for oneself as the delegate.
pub(super) async fn register_for_card(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    body: RegisterDelegateForCard,
) -> Result<PickupDelegateView, Failure> {
    let person = holder_of(tx, caller, site, body.card_number.as_str()).await?;
    let names = repository::list_names_view(&**tx, caller.account).await?;
    let clerk = AtCounter { account: caller.account, names: &names };
    if clerk.is_called(&plain_name(body.name.as_str())) {
        return Err(DelegateRefusal::MustRecuse.into());
    }
    let (name, reason) = (body.name.as_str(), Some(body.reason.into()));
    let wanted = Wanted { name, relation: body.relation, reason };
    Ok(PickupDelegateView::of_holder(register(tx, caller, &person, wanted).await?, true))
}

/// Ends a delegate of somebody without a phone.
///
/// # Errors
/// Those of the card; `not_found` for another's delegate, `wrong_state`, `has_account`,
/// `must_recuse`.
pub(super) async fn end_for_card(
    tx: &Tx<'_>,
    caller: &Caller,
    (site, id): (SiteId, PickupDelegateId),
    body: EndDelegateForCard,
) -> Result<PickupDelegateView, Failure> {
    let person = holder_of(tx, caller, site, body.card_number.as_str()).await?;
    let row = lock_of(tx, person.id, id).await?;
    let ended = end(tx, caller, &row, Some(body.reason.into())).await?;
    Ok(PickupDelegateView::of_holder(ended, true))
}

/// The active delegates of somebody who shows her card at the counter of her own site.
///
/// # Errors
/// Those of the card; `not_found` for the card of another site's volunteer.
pub(super) async fn look_up(
    app: &App,
    caller: &Caller,
    actor: &Actor,
    (site, card_number): (SiteId, &str),
) -> Result<PickupDelegateList, Failure> {
    let db = &app.pools.read;
    let site = counter_of(db, caller, site).await?;
    let holder = card::resolve(db, card_number).await?.volunteer_id;
    let person = volunteers::get(db, holder).await?;
    if person.site_id != site.id {
        return Err(code::NOT_FOUND.into());
    }
    let related = volunteers::is_related(db, caller, holder).await?;
    let may_end = !related && person.account_id.is_none();
    let rows = repository::list_active(db, holder).await?;
    leave_trace(app, actor, "pickup_delegate_lookup", holder.to_string()).await?;
    let view = |row| PickupDelegateView::of_holder(row, may_end);
    Ok(PickupDelegateList { items: rows.into_iter().map(view).collect() })
}

/// To whom a redemption may be handed instead of its recipient, shown to whoever may hand it
/// over now.
///
/// # Errors
/// Those of the hand-over: `frozen`, `must_recuse`, `wrong_state`, `redemption_expired`.
pub(super) async fn choices(
    app: &App,
    caller: &Caller,
    actor: &Actor,
    id: RedemptionId,
) -> Result<PickupDelegateList, Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let row = redemption_rows::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    counter_of(db, caller, row.site_id).await?;
    require_not_frozen(&row, now)?;
    let related = volunteers::is_related(db, caller, row.volunteer_id).await?;
    decide_fulfilment(&row, Clerk { account: caller.account, related }, now)?;
    let names = repository::list_names_view(db, caller.account).await?;
    let clerk = AtCounter { account: caller.account, names: &names };
    let rows = repository::list_active(db, row.volunteer_id).await?;
    leave_trace(app, actor, "pickup_delegate_choices", id.to_string()).await?;
    let view = |row: pickup_delegate::Model| PickupDelegateView::of_pickup(row, clerk);
    Ok(PickupDelegateList { items: rows.into_iter().map(view).collect() })
}

async fn leave_trace(
    app: &App,
    actor: &Actor,
    action: &str,
    object: String,
) -> Result<(), Failure> {
    let work = async |tx: &Tx<'_>| audit_row::record(tx, action, Some(&object), "ok").await;
    in_tx(&app.core, actor, work).await
}

/// Who takes what is handed over now, if it may be her.
///
/// # Errors
/// `delegate_not_registered`; `must_recuse` for whom the caller registered, and for herself.
pub(in crate::redemption) async fn authorise(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &redemption::Model,
    id: PickupDelegateId,
) -> Result<Authorised, Failure> {
    let found = repository::share(tx, id).await?;
    let names = repository::list_names_view(&**tx, caller.account).await?;
    let clerk = AtCounter { account: caller.account, names: &names };
    Ok(decide_pickup(found.as_ref(), row.volunteer_id, clerk, tx.now)?)
}
