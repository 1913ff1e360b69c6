//! Use cases of consents. Refusing or withdrawing any but `enrol` never blocks earning
//! or redeeming: nothing here is asked by other rules except the guardian's.

use entity::consent::{self, ConsentChannel, ConsentPurpose};
use entity::ids::VolunteerId;
use entity::volunteer;
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use serde_json::json;

use super::repository;
use crate::app::App;
use crate::auth::Caller;
use crate::journal;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::volunteer::dto::ConsentGiven;
use crate::volunteer::{error, service};

/// A consent as it was given.
#[derive(Clone, Debug)]
pub(in crate::volunteer) struct Grant {
    pub(in crate::volunteer) purpose: ConsentPurpose,
    pub(in crate::volunteer) text_version: String,
    pub(in crate::volunteer) channel: ConsentChannel,
    pub(in crate::volunteer) witness: Option<String>,
}

/// Whether a guardian's consent is in force.
///
/// # Errors
/// The database's.
pub(in crate::volunteer) async fn has_guardian_consent(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<bool, Failure> {
    let live = repository::find_live(db, volunteer, ConsentPurpose::Guardian).await?;
    Ok(live.is_some())
}

/// Records a consent of a volunteer the caller has written or locked. A newer text
/// replaces the older one, whose row stays as evidence.
///
/// # Errors
/// The database's.
pub(in crate::volunteer) async fn record(
    tx: &Tx<'_>,
    volunteer: &volunteer::Model,
    grant: Grant,
) -> Result<consent::Model, Failure> {
    let live = repository::find_live(&**tx, volunteer.id, grant.purpose).await?;
    if let Some(live) = live {
        if live.text_version == grant.text_version {
            return Ok(live);
        }
        repository::save_withdrawn(tx, live.id, tx.now).await?;
    }
    let row = consent::Model {
        id: tx.new_id(),
        volunteer_id: volunteer.id,
        purpose: grant.purpose,
        text_version: grant.text_version,
        channel: grant.channel,
        witness: grant.witness,
        granted_at: tx.now,
        granted_by: tx.actor.account,
        withdrawn_at: None,
    };
    repository::insert(tx, row.clone().into_active_model().reset_all()).await?;
    tell(tx, "consent.granted", volunteer, row.purpose).await?;
    Ok(row)
}

async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    volunteer: &volunteer::Model,
    purpose: ConsentPurpose,
) -> Result<(), Failure> {
    let data = json!({ "purpose": purpose });
    let site = Some(volunteer.site_id);
    journal::publish(tx, kind, "volunteer", volunteer.id.into(), site, data).await
}

pub(super) async fn list(app: &App, caller: &Caller) -> Result<Vec<consent::Model>, Failure> {
    Ok(repository::list(&app.pools.read, caller.volunteer()?).await?)
}

pub(super) async fn grant(
    tx: &Tx<'_>,
    caller: &Caller,
    given: ConsentGiven,
) -> Result<consent::Model, Failure> {
    if given.purpose == ConsentPurpose::Guardian {
        return Err(error::CONSENT_OF_GUARDIAN.into());
    }
    let volunteer = service::lock(tx, caller.volunteer()?).await?;
    let grant = Grant {
        purpose: given.purpose,
        text_version: given.text_version.into(),
        channel: ConsentChannel::MiniProgram,
        witness: None,
    };
    record(tx, &volunteer, grant).await
}

/// Withdraws a consent of one's own.
///
/// # Errors
/// `enrol_needs_closure`, `consent_of_guardian`; `not_found` when none is in force.
pub(super) async fn withdraw(
    tx: &Tx<'_>,
    caller: &Caller,
    purpose: ConsentPurpose,
) -> Result<consent::Model, Failure> {
    match purpose {
        ConsentPurpose::Enrol => return Err(error::ENROL_NEEDS_CLOSURE.into()),
        ConsentPurpose::Guardian => return Err(error::CONSENT_OF_GUARDIAN.into()),
        ConsentPurpose::NamedPublication
        | ConsentPurpose::Leaderboard
        | ConsentPurpose::ShareWithCounty
        | ConsentPurpose::Sms
        | ConsentPurpose::PhotoUse => {}
    }
    let volunteer = service::lock(tx, caller.volunteer()?).await?;
    let live = repository::find_live(&**tx, volunteer.id, purpose).await?;
    let live = live.ok_or(code::NOT_FOUND)?;
    repository::save_withdrawn(tx, live.id, tx.now).await?;
    tell(tx, "consent.withdrawn", &volunteer, purpose).await?;
    Ok(consent::Model { withdrawn_at: Some(tx.now), ..live })
}
