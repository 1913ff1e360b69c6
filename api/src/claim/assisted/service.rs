//! Use cases of claims filed at the station.

use chrono::{DateTime, Utc};
use entity::claim;
use entity::ids::{AttendanceId, ClaimId, SiteId, VolunteerId};
use entity::volunteer as volunteer_row;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::super::domain::{ClaimRefusal, Entry};
use super::super::dto::ClaimablePage;
use super::super::{application, claimable, locking};
use crate::auth::{Caller, Permission};
use crate::platform::audit_row;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::platform::tx::Tx;
use crate::{card, site, volunteer};

/// For whom: the card she holds out, or a profile.
#[derive(Clone, Debug)]
pub(super) enum Whom {
    Card(String),
    Volunteer(VolunteerId),
}

/// Whom the caller, who manages the volunteers of this site and those below it, may file for.
///
/// # Errors
/// Those of the card, and of [`require_claimant`].
pub(super) async fn find(
    db: &impl ConnectionTrait,
    caller: &Caller,
    at: SiteId,
    whom: &Whom,
) -> Result<VolunteerId, Failure> {
    let site = site::get(db, at).await?;
    caller.require_at(Permission::ManageVolunteers, &site.path)?;
    let id = match whom {
        Whom::Card(number) => card::resolve(db, number).await?.volunteer_id,
        Whom::Volunteer(id) => *id,
    };
    let person = volunteer::get(db, id).await?;
    // A card of another town is as unknown as one that does not exist.
    let home = site::get(db, person.site_id).await?;
    if matches!(whom, Whom::Card(_)) && home.town_id != site.town_id && site.town_id.is_some() {
        return Err(card::CARD_UNKNOWN.into());
    }
    require_claimant(db, caller, at, &person).await?;
    Ok(person.id)
}

/// Whether the caller may file for this volunteer: one of the place, not close to the caller,
/// who cannot do it herself.
///
/// # Errors
/// `not_found` for who lives elsewhere, `must_recuse`, `has_account`.
async fn require_claimant(
    db: &impl ConnectionTrait,
    caller: &Caller,
    at: SiteId,
    person: &volunteer_row::Model,
) -> Result<(), Failure> {
    let site = site::get(db, at).await?;
    caller.require_at(Permission::ManageVolunteers, &site.path)?;
    if !site::get(db, person.site_id).await?.path.starts_with(&site.path) {
        return Err(code::NOT_FOUND.into());
    }
    if volunteer::is_related(db, caller, person.id).await? {
        return Err(ClaimRefusal::MustRecuse.into());
    }
    if person.account_id.is_some() { Err(volunteer::HAS_ACCOUNT.into()) } else { Ok(()) }
}

/// What she could claim; whose it is shown masked, as to staff everywhere.
pub(super) async fn list_claimables(
    db: &impl ConnectionTrait,
    her: VolunteerId,
    now: DateTime<Utc>,
    pager: &Pager<'_>,
) -> Result<ClaimablePage, Failure> {
    let mut page = claimable::list(db, &[her], now, pager).await?;
    for row in &mut page.items {
        row.volunteer_name = volunteer::masked_name(&row.volunteer_name);
    }
    Ok(page)
}

/// Claims the points of one of her attendances. She may have got an account since she was
/// found: it is asked again under her lock.
pub(super) async fn create(
    tx: &Tx<'_>,
    caller: &Caller,
    (at, her): (SiteId, VolunteerId),
    (attendance, reason): (AttendanceId, &str),
) -> Result<ClaimId, Failure> {
    let person = volunteer::lock(tx, her).await?;
    require_claimant(&**tx, caller, at, &person).await?;
    application::file(tx, &person, attendance, Entry::of_staff(caller.account, reason)).await
}

/// Takes back a claim of hers that was not decided on.
pub(super) async fn withdraw(
    tx: &Tx<'_>,
    caller: &Caller,
    (at, id): (SiteId, ClaimId),
    reason: &str,
) -> Result<(), Failure> {
    let (_, claim) = lock(tx, caller, (at, id)).await?;
    application::take_back(tx, &claim).await?;
    keep_reason(tx, id, reason).await
}

/// Submits a returned claim of hers again.
pub(super) async fn resubmit(
    tx: &Tx<'_>,
    caller: &Caller,
    (at, id): (SiteId, ClaimId),
    reason: &str,
) -> Result<(), Failure> {
    let (person, claim) = lock(tx, caller, (at, id)).await?;
    application::submit_again(tx, caller, (&person, &claim)).await?;
    keep_reason(tx, id, reason).await
}

/// The row keeps why the claim was entered; why staff went on with it is in the audit trail.
async fn keep_reason(tx: &Tx<'_>, id: ClaimId, reason: &str) -> Result<(), Failure> {
    let (object, detail) = (id.to_string(), json!({ "reason": reason }));
    audit_row::record_with(tx, "claim_acted_for", Some(&object), detail).await
}

/// A claim of somebody the caller may file for, and whose it is, locked.
async fn lock(
    tx: &Tx<'_>,
    caller: &Caller,
    (at, id): (SiteId, ClaimId),
) -> Result<(volunteer_row::Model, claim::Model), Failure> {
    let site = site::get(&**tx, at).await?;
    caller.require_at(Permission::ManageVolunteers, &site.path)?;
    let (person, claim) = locking::with_holder(tx, id).await?;
    require_claimant(&**tx, caller, at, &person).await?;
    Ok((person, claim))
}
