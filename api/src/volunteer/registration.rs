//! Registering volunteers: by themselves, or by staff on paper. Both end in the same row.

use entity::consent::{ConsentChannel, ConsentPurpose};
use entity::ids::{SiteId, VolunteerId};
use entity::site;
use entity::string_list::StringList;
use entity::volunteer::{self, RegisteredVia, VolunteerState};
use sea_orm::{ActiveModelTrait, IntoActiveModel};

use super::consent::{self, Grant, KnownText};
use super::domain::{check_consents, check_identity};
use super::dto::{
    ConsentGiven, ConsentTextVersion, RegisterAssisted, RegisterVolunteer, WitnessedConsent, labels,
};
use super::service::{lock, residence, tell};
use super::{closing, error, personal, repository, tries};
use crate::app::App;
use crate::auth::{self, Caller, Permission};
use crate::platform::audit_row;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::text::document_number::DocumentNumber;
use crate::platform::text::phone::Phone;
use crate::platform::tx::Tx;
use crate::platform::vault::Vault;
use crate::site as sites;

/// A villager registers herself with her account.
pub(super) async fn register(
    tx: &Tx<'_>,
    app: &App,
    caller: &Caller,
    body: RegisterVolunteer,
) -> Result<volunteer::Model, Failure> {
    let purposes: Vec<_> = body.consents.iter().map(|consent| consent.purpose).collect();
    check_consents(&purposes)?;
    let site = residence(&**tx, body.site_id, tx.now).await?;
    let id = tx.new_id();
    let row = volunteer::Model {
        account_id: Some(caller.account),
        name: body.name.into(),
        gender: body.gender,
        birth_date: body.birth_date,
        id_type: body.id_type,
        groups: labels("/groups", body.groups)?,
        skills: labels("/skills", body.skills)?,
        service_types: labels("/service_types", body.service_types)?,
        external_volunteer_no: body.external_volunteer_no.map(String::from),
        ..blank(tx, &app.vault, id, &site, &body.id_number)
    };
    check(tx, &row, &body.id_number)?;
    if repository::is_account_bound(&**tx, caller.account).await? {
        return Err(error::ALREADY_REGISTERED.into());
    }
    // Counted before anything is looked up, so that nobody asks who is registered.
    tries::count_registration(app, caller.account).await?;
    let row = enrol(tx, row).await?;
    auth::forget_refusal(tx, caller.account).await?;
    for (at, ConsentGiven { purpose, text_version }) in body.consents.into_iter().enumerate() {
        let grant = Grant {
            text: known_text(purpose, &text_version, at)?,
            channel: ConsentChannel::MiniProgram,
            witness: None,
        };
        consent::record(tx, &row, grant).await?;
    }
    Ok(row)
}

/// Staff register somebody who has no phone, or does not want to use it: no account,
/// the same rights.
pub(super) async fn register_assisted(
    tx: &Tx<'_>,
    vault: &Vault,
    caller: &Caller,
    at: SiteId,
    body: RegisterAssisted,
) -> Result<volunteer::Model, Failure> {
    let site = sites::get(&**tx, at).await?;
    caller.require_at(Permission::ManageVolunteers, &site.path)?;
    let site = residence(&**tx, site.id, tx.now).await?;
    let purposes: Vec<_> = body.consents.iter().map(|consent| consent.purpose).collect();
    check_consents(&purposes)?;
    check_channels(&body.consents)?;
    let id = tx.new_id();
    let phone = body.phone.as_ref();
    let row = volunteer::Model {
        name: body.name.into(),
        gender: body.gender,
        birth_date: body.birth_date,
        id_type: body.id_type,
        phone_sealed: phone.map(|phone| personal::seal_phone(vault, tx, id, phone)),
        phone_index: phone.map(|phone: &Phone| personal::phone_index(vault, phone)),
        groups: labels("/groups", body.groups)?,
        skills: labels("/skills", body.skills)?,
        service_types: labels("/service_types", body.service_types)?,
        external_volunteer_no: body.external_volunteer_no.map(String::from),
        registered_via: RegisteredVia::Assisted,
        assisted_by: Some(caller.account),
        identity_by: Some(caller.account),
        assisted_reason: Some(body.reason.into()),
        assisted_witness: Some(body.witness.as_str().to_owned()),
        ..blank(tx, vault, id, &site, &body.id_number)
    };
    check(tx, &row, &body.id_number)?;
    supersede(tx, &row).await?;
    let row = enrol(tx, row).await?;
    for (at, given) in body.consents.into_iter().enumerate() {
        let WitnessedConsent { purpose, text_version, channel } = given;
        let grant = Grant {
            text: known_text(purpose, &text_version, at)?,
            channel,
            witness: Some(body.witness.as_str().to_owned()),
        };
        consent::record(tx, &row, grant).await?;
    }
    Ok(row)
}

/// The text that the consent at this place of a list names.
fn known_text(
    purpose: ConsentPurpose,
    version: &ConsentTextVersion,
    at: usize,
) -> Result<KnownText, Failure> {
    consent::known(purpose, version.as_str(), &format!("/consents/{at}/text_version"))
}

/// A pending volunteer of whom nothing is known but her document.
fn blank(
    tx: &Tx<'_>,
    vault: &Vault,
    id: VolunteerId,
    site: &site::Model,
    number: &DocumentNumber,
) -> volunteer::Model {
    volunteer::Model {
        id,
        account_id: None,
        site_id: site.id,
        state: VolunteerState::PendingVerification,
        name: String::new(),
        gender: 0,
        birth_date: local_day(tx.now),
        id_type: volunteer::IdType::Other,
        id_number_sealed: Some(personal::seal_id_number(vault, tx, id, number)),
        id_number_index: Some(personal::id_number_index(vault, number)),
        phone_sealed: None,
        phone_index: None,
        phone_verified: false,
        external_volunteer_no: None,
        groups: StringList::default(),
        skills: StringList::default(),
        service_types: StringList::default(),
        registered_via: RegisteredVia::SelfService,
        assisted_by: None,
        assisted_reason: None,
        assisted_witness: None,
        identity_by: None,
        verified_by: None,
        verified_at: None,
        admitted_at: None,
        state_reason: None,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    }
}

/// Checks who she says she is.
fn check(tx: &Tx<'_>, row: &volunteer::Model, number: &DocumentNumber) -> Result<(), Failure> {
    let today = local_day(tx.now);
    Ok(check_identity(row.id_type, number, row.birth_date, row.gender, today)?)
}

/// Writes the row, once per account and per document. What stood in the way is not told.
async fn enrol(tx: &Tx<'_>, row: volunteer::Model) -> Result<volunteer::Model, Failure> {
    let new = row.clone().into_active_model().reset_all();
    if !repository::insert(tx, new).await? {
        return Err(who_was_there(tx, &row).await?);
    }
    tell(tx, "volunteer.registered", &row).await?;
    Ok(row)
}

/// An account knows of itself that it is registered; of all else nobody is told.
async fn who_was_there(tx: &Tx<'_>, row: &volunteer::Model) -> Result<Failure, Failure> {
    if let Some(account) = row.account_id
        && repository::is_account_bound(&**tx, account).await?
    {
        return Ok(error::ALREADY_REGISTERED.into());
    }
    Ok(error::REGISTRATION_CONFLICT.into())
}

/// A claim to the same document that was made online and never verified gives way to
/// the document at the counter: else a stranger who typed in somebody's number first
/// would keep her out for ever. Who was verified once stays: hers is to be verified again.
async fn supersede(tx: &Tx<'_>, row: &volunteer::Model) -> Result<(), Failure> {
    let Some(index) = &row.id_number_index else { return Ok(()) };
    let Some(found) = repository::find_by_id_number(&**tx, index).await? else { return Ok(()) };
    let claim = lock(tx, found.id).await?;
    let unproven = claim.state == VolunteerState::PendingVerification
        && claim.registered_via == RegisteredVia::SelfService
        && claim.admitted_at.is_none();
    if !unproven {
        return Ok(());
    }
    // Whoever typed the number in learns no more than that it takes the document itself.
    let words = ("证件持有人已到站点登记".to_owned(), "登记信息须凭证件原件到站点核对");
    let ended = closing::refuse(tx, &claim, words).await?;
    audit_row::record(tx, "volunteer_reject", Some(&ended.id.to_string()), "ok").await
}

/// Nobody clicks in the mini-program at a counter.
fn check_channels(consents: &[WitnessedConsent]) -> Result<(), Failure> {
    let wrong = consents.iter().position(|c| c.channel == ConsentChannel::MiniProgram);
    wrong.map_or(Ok(()), |at| {
        Err(Failure::field(&format!("/consents/{at}/channel"), "应为 paper 或 staff"))
    })
}
