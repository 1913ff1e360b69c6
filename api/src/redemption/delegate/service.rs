//! Use cases of the holder: her delegates, and what becomes of them when she leaves.

use entity::ids::{PickupDelegateId, VolunteerId};
use entity::pickup_delegate::{self, DelegateRelation};
use entity::volunteer::{self, RegisteredVia};
use serde_json::json;

use super::domain::{decide_end, decide_registration, plain_name};
use super::dto::{PickupDelegateList, PickupDelegateView, RegisterDelegate};
use super::repository;
use crate::app::App;
use crate::auth::Caller;
use crate::journal;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::redemption::repository as redemption_rows;
use crate::volunteer as volunteers;

/// Whom somebody wants to have registered; with the reason where staff do so.
pub(super) struct Wanted<'a> {
    pub(super) name: &'a str,
    pub(super) relation: DelegateRelation,
    pub(super) reason: Option<String>,
}

/// Registers a delegate of the caller's own.
///
/// # Errors
/// `volunteer_not_active`, `delegate_exists`, `too_many_delegates`; `invalid_value` for herself.
pub(super) async fn register_own(
    tx: &Tx<'_>,
    caller: &Caller,
    body: RegisterDelegate,
) -> Result<PickupDelegateView, Failure> {
    let person = volunteers::lock(tx, caller.volunteer()?).await?;
    let wanted = Wanted { name: body.name.as_str(), relation: body.relation, reason: None };
    Ok(PickupDelegateView::of_holder(register(tx, caller, &person, wanted).await?, true))
}

/// Registers a delegate of a holder whose row is locked, so that those who come at once are
/// counted one after another.
pub(super) async fn register(
    tx: &Tx<'_>,
    caller: &Caller,
    person: &volunteer::Model,
    wanted: Wanted<'_>,
) -> Result<pickup_delegate::Model, Failure> {
    let name = plain_name(wanted.name);
    let active = repository::list_active(&**tx, person.id).await?;
    let slot = decide_registration((person.state, &person.name), &name, &active)?;
    let assisted = wanted.reason.is_some();
    let row = pickup_delegate::Model {
        id: tx.new_id(),
        volunteer_id: person.id,
        slot,
        name,
        relation: wanted.relation,
        registered_via: if assisted { RegisteredVia::Assisted } else { RegisteredVia::SelfService },
        registered_by: caller.account,
        reason: wanted.reason,
        created_at: tx.now,
        ended_at: None,
        ended_by: None,
        end_reason: None,
        version: 1,
    };
    repository::insert(tx, row.clone()).await?;
    tell(tx, "pickup_delegate.registered", &row).await?;
    Ok(row)
}

/// Ends a delegate of the caller's own.
///
/// # Errors
/// `not_found` for another's, `wrong_state` for one that has ended.
pub(super) async fn end_own(
    tx: &Tx<'_>,
    caller: &Caller,
    id: PickupDelegateId,
) -> Result<PickupDelegateView, Failure> {
    let row = lock_of(tx, caller.volunteer()?, id).await?;
    Ok(PickupDelegateView::of_holder(end(tx, caller, &row, None).await?, true))
}

/// A holder's delegate, locked.
pub(super) async fn lock_of(
    tx: &Tx<'_>,
    holder: VolunteerId,
    id: PickupDelegateId,
) -> Result<pickup_delegate::Model, Failure> {
    let row = repository::lock(tx, id).await?.filter(|row| row.volunteer_id == holder);
    row.ok_or_else(|| code::NOT_FOUND.into())
}

pub(super) async fn end(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &pickup_delegate::Model,
    reason: Option<String>,
) -> Result<pickup_delegate::Model, Failure> {
    decide_end(row)?;
    let ended = repository::save_ended(tx, row, (caller.account, reason), tx.now).await?;
    let ended = ended.ok_or_else(|| Failure::internal("a locked delegate changed"))?;
    tell(tx, "pickup_delegate.ended", &ended).await?;
    Ok(ended)
}

/// Says that something became of a delegate, and never who she is.
async fn tell(tx: &Tx<'_>, kind: &str, row: &pickup_delegate::Model) -> Result<(), Failure> {
    let data = json!({ "delegate_id": row.id, "registered_via": row.registered_via });
    journal::publish(tx, kind, "volunteer", row.volunteer_id.into(), None, data).await
}

/// The caller's own delegates that are active.
pub(super) async fn list_own(app: &App, caller: &Caller) -> Result<PickupDelegateList, Failure> {
    let rows = repository::list_active(&app.pools.read, caller.volunteer()?).await?;
    let items = rows.into_iter().map(|row| PickupDelegateView::of_holder(row, true)).collect();
    Ok(PickupDelegateList { items })
}

/// One of the caller's own delegates, also when she has ended.
///
/// # Errors
/// `not_found` for another's.
pub(super) async fn show_own(
    app: &App,
    caller: &Caller,
    id: PickupDelegateId,
) -> Result<PickupDelegateView, Failure> {
    let holder = caller.volunteer()?;
    let row = repository::find(&app.pools.read, id).await?;
    let row = row.filter(|row| row.volunteer_id == holder).ok_or(code::NOT_FOUND)?;
    Ok(PickupDelegateView::of_holder(row, true))
}

/// Forgets everybody a holder named who leaves, also on what they picked up; says how many
/// there were.
///
/// # Errors
/// The database's.
pub(crate) async fn forget_delegates(tx: &Tx<'_>, holder: VolunteerId) -> Result<u64, Failure> {
    redemption_rows::erase_delegates(tx, holder).await?;
    Ok(repository::delete_of(tx, holder).await?)
}
