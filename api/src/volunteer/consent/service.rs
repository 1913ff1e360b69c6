//! Use cases of consents. Refusing or withdrawing any but `enrol` never blocks earning
//! or redeeming: nothing here is asked by other rules except the guardian's.

use entity::consent::{self, ConsentChannel, ConsentPurpose};
use entity::ids::VolunteerId;
use entity::site;
use entity::volunteer::{self, VolunteerState};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use serde_json::json;

use super::dto::{GrantAtCounter, WithdrawAtCounter};
use super::repository;
use super::texts::{KnownText, known};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::volunteer::domain::{VolunteerAction, needs_guardian};
use crate::volunteer::dto::ConsentGiven;
use crate::volunteer::reading::{self, Reading, ReadingReason};
use crate::volunteer::{error, service};

/// A consent as it was given.
#[derive(Clone, Debug)]
pub(in crate::volunteer) struct Grant {
    pub(in crate::volunteer) text: KnownText,
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
    let KnownText { purpose, version } = grant.text;
    let live = repository::find_live(&**tx, volunteer.id, purpose).await?;
    if let Some(live) = live {
        if live.text_version == version {
            return Ok(live);
        }
        repository::save_replaced(tx, live.id, tx.now).await?;
    }
    let row = consent::Model {
        id: tx.new_id(),
        volunteer_id: volunteer.id,
        purpose,
        text_version: version.into(),
        channel: grant.channel,
        witness: grant.witness,
        granted_at: tx.now,
        granted_by: tx.actor.account,
        withdrawn_at: None,
        withdrawal_channel: None,
        withdrawal_witness: None,
        withdrawn_by: None,
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
    let home = sites::get(&**tx, volunteer.site_id).await?;
    if is_child(tx, &volunteer, &home).await? {
        return Err(error::GUARDIAN_DECIDES.into());
    }
    let grant = Grant {
        text: known(given.purpose, given.text_version.as_str(), "/text_version")?,
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
    end(tx, &volunteer, purpose, (ConsentChannel::MiniProgram, None)).await
}

/// Ends the consent in force of a locked volunteer, keeping how and before whom.
async fn end(
    tx: &Tx<'_>,
    volunteer: &volunteer::Model,
    purpose: ConsentPurpose,
    (channel, witness): (ConsentChannel, Option<String>),
) -> Result<consent::Model, Failure> {
    let live = repository::find_live(&**tx, volunteer.id, purpose).await?;
    let ended = consent::Model {
        withdrawn_at: Some(tx.now),
        withdrawal_channel: Some(channel),
        withdrawal_witness: witness,
        withdrawn_by: tx.actor.account,
        ..live.ok_or(code::NOT_FOUND)?
    };
    repository::save_withdrawn(tx, &ended).await?;
    tell(tx, "consent.withdrawn", volunteer, purpose).await?;
    Ok(ended)
}

/// The consents of a volunteer, for the staff who record them.
pub(super) async fn list_of(
    app: &App,
    actor: &Actor,
    caller: &Caller,
    (id, reason): (VolunteerId, Option<ReadingReason>),
) -> Result<Vec<consent::Model>, Failure> {
    let permission = Permission::ManageVolunteers;
    let reading = Reading { permission, action: "volunteer_consents", reason };
    reading::admit(app, actor, caller, id, reading).await?;
    Ok(repository::list(&app.pools.read, id).await?)
}

/// Nobody clicks in the mini-program at a counter.
fn check_channel(channel: ConsentChannel) -> Result<(), Failure> {
    match channel {
        ConsentChannel::Paper | ConsentChannel::Staff => Ok(()),
        ConsentChannel::MiniProgram => Err(Failure::field("/channel", "应为 paper 或 staff")),
    }
}

/// A person without an account, whose decisions are taken down at the counter.
fn without_account(person: &volunteer::Model) -> Result<(), Failure> {
    if person.state == VolunteerState::Closed {
        return Err(code::WRONG_STATE.into());
    }
    if person.account_id.is_some() { Err(error::HAS_ACCOUNT.into()) } else { Ok(()) }
}

/// Whether a guardian decides for her where she lives (PIPL article 31).
async fn is_child(
    tx: &Tx<'_>,
    person: &volunteer::Model,
    home: &site::Model,
) -> Result<bool, Failure> {
    let age = sites::effective_settings(&**tx, home, tx.now).await?.guardian_age;
    Ok(needs_guardian(person.birth_date, local_day(tx.now), age))
}

/// Whether she is a child whose guardian does not consent, or does not any more.
///
/// # Errors
/// The database's.
pub(crate) async fn lacks_guardian(
    tx: &Tx<'_>,
    person: &volunteer::Model,
) -> Result<bool, Failure> {
    let home = sites::get(&**tx, person.site_id).await?;
    Ok(is_child(tx, person, &home).await? && !has_guardian_consent(&**tx, person.id).await?)
}

/// Somebody whose decision is taken down at the counter: without an account, or a child, for
/// whom her guardian comes whether she has one or not.
async fn at_counter(
    tx: &Tx<'_>,
    person: &volunteer::Model,
    home: &site::Model,
) -> Result<(), Failure> {
    if person.state != VolunteerState::Closed && is_child(tx, person, home).await? {
        return Ok(());
    }
    without_account(person)
}

/// Takes down a consent given on paper or by word of mouth.
pub(super) async fn grant_at_counter(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
    body: GrantAtCounter,
) -> Result<consent::Model, Failure> {
    let (person, site) = service::lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    if body.purpose == ConsentPurpose::Guardian {
        return Err(error::CONSENT_OF_GUARDIAN.into());
    }
    at_counter(tx, &person, &site).await?;
    check_channel(body.channel)?;
    let grant = Grant {
        text: known(body.purpose, body.text_version.as_str(), "/text_version")?,
        channel: body.channel,
        witness: Some(body.witness.into()),
    };
    record(tx, &person, grant).await
}

/// Takes down a withdrawal. Without her guardian's consent a child pauses at once.
pub(super) async fn withdraw_at_counter(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
    purpose: ConsentPurpose,
    body: WithdrawAtCounter,
) -> Result<consent::Model, Failure> {
    let (person, site) = service::lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    match purpose {
        ConsentPurpose::Enrol => return Err(error::ENROL_NEEDS_CLOSURE.into()),
        ConsentPurpose::Guardian => {}
        ConsentPurpose::NamedPublication
        | ConsentPurpose::Leaderboard
        | ConsentPurpose::ShareWithCounty
        | ConsentPurpose::Sms
        | ConsentPurpose::PhotoUse => at_counter(tx, &person, &site).await?,
    }
    check_channel(body.channel)?;
    let ended = end(tx, &person, purpose, (body.channel, Some(body.witness.into()))).await?;
    let child = is_child(tx, &person, &site).await?;
    if purpose == ConsentPurpose::Guardian && child && person.state == VolunteerState::Active {
        let paused = volunteer::Model {
            state: VolunteerState::Suspended,
            state_reason: Some("监护人撤回同意".to_owned()),
            ..person
        };
        service::store(tx, paused, VolunteerAction::Suspend.event()).await?;
    }
    Ok(ended)
}
