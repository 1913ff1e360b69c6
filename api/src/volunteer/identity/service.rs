//! Use cases of identities. Whoever types an identity in does not confirm it: a second
//! person compares the number on the document with the registered one.

use entity::ids::VolunteerId;
use entity::{identity_correction, volunteer};
use sea_orm::{ActiveModelTrait, IntoActiveModel};

use super::domain::Identity;
use super::dto::{CorrectIdentity, IdentityCorrectionView, VerifyVolunteer};
use super::repository;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::text::document_number::DocumentNumber;
use crate::platform::tx::Tx;
use crate::platform::vault::Vault;
use crate::site as sites;
use crate::volunteer::domain::{
    NumberShown, VerificationCase, Verifier, VolunteerAction, check_identity, decide_verification,
    needs_guardian,
};
use crate::volunteer::reading::{self, Reading, ReadingReason};
use crate::volunteer::{consent, error, kin, personal, service};

/// How the number typed in from the document compares with the registered one; only
/// keyed hashes are compared.
fn compare(
    vault: &Vault,
    row: &volunteer::Model,
    shown: Option<&DocumentNumber>,
    dry_run: bool,
) -> NumberShown {
    let Some(shown) = shown else {
        return if dry_run { NumberShown::NotNeeded } else { NumberShown::Missing };
    };
    let index = personal::id_number_index(vault, shown);
    let agrees = row.id_number_index.as_ref() == Some(&index);
    if agrees { NumberShown::Agrees } else { NumberShown::Differs }
}

pub(super) async fn verify(
    tx: &Tx<'_>,
    vault: &Vault,
    caller: &Caller,
    id: VolunteerId,
    (body, dry_run): (VerifyVolunteer, bool),
) -> Result<volunteer::Model, Failure> {
    let (row, site) = service::lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    let settings = sites::effective_settings(&**tx, &site, tx.now).await?;
    let typed = row.identity_by == Some(caller.account) && !settings.verify_by_registrar;
    let standing = if kin::is_related(&**tx, caller, id).await? {
        Verifier::Related
    } else if typed {
        Verifier::Registrar
    } else {
        Verifier::Independent
    };
    let state = decide_verification(VerificationCase {
        state: row.state,
        verifier: standing,
        number: compare(vault, &row, body.id_number.as_ref(), dry_run),
        needs_guardian: needs_guardian(row.birth_date, local_day(tx.now), settings.guardian_age),
        guardian_consented: consent::has_guardian_consent(&**tx, id).await?,
    })?;
    let verified = volunteer::Model {
        state,
        verified_by: Some(caller.account),
        verified_at: Some(tx.now),
        admitted_at: row.admitted_at.or(Some(tx.now)),
        state_reason: body.note.map(String::from),
        ..row
    };
    service::store(tx, verified, VolunteerAction::Verify.event()).await
}

/// Staff correct what was typed in wrongly.
pub(super) async fn correct(
    tx: &Tx<'_>,
    vault: &Vault,
    caller: &Caller,
    id: VolunteerId,
    body: CorrectIdentity,
) -> Result<volunteer::Model, Failure> {
    let (row, _) = service::lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    if kin::is_related(&**tx, caller, id).await? {
        return Err(code::MUST_RECUSE.into());
    }
    let row = volunteer::Model { identity_by: Some(caller.account), ..row };
    apply(tx, vault, caller, row, body).await
}

/// The volunteer corrects herself.
pub(super) async fn correct_own(
    tx: &Tx<'_>,
    vault: &Vault,
    caller: &Caller,
    body: CorrectIdentity,
) -> Result<volunteer::Model, Failure> {
    let row = service::lock(tx, caller.volunteer()?).await?;
    apply(tx, vault, caller, volunteer::Model { identity_by: None, ..row }, body).await
}

/// Who she is now, and who she says she is.
fn read(
    vault: &Vault,
    row: &volunteer::Model,
    body: &CorrectIdentity,
) -> Result<(Identity, Identity), Failure> {
    let number = personal::id_number(vault, row)?.ok_or(code::WRONG_STATE)?;
    let before = Identity {
        name: row.name.clone(),
        gender: row.gender,
        birth_date: row.birth_date,
        id_type: row.id_type,
        id_number: number,
        phone: personal::phone(vault, row)?,
    };
    let given = body.clone();
    let after = Identity {
        name: given.name.map_or_else(|| before.name.clone(), String::from),
        gender: given.gender.unwrap_or(before.gender),
        birth_date: given.birth_date.unwrap_or(before.birth_date),
        id_type: given.id_type.unwrap_or(before.id_type),
        id_number: given.id_number.unwrap_or_else(|| before.id_number.clone()),
        phone: given.phone.or_else(|| before.phone.clone()),
    };
    Ok((before, after))
}

/// Another identity waits for verification again; another phone number does not.
async fn apply(
    tx: &Tx<'_>,
    vault: &Vault,
    caller: &Caller,
    row: volunteer::Model,
    body: CorrectIdentity,
) -> Result<volunteer::Model, Failure> {
    let (before, after) = read(vault, &row, &body)?;
    if before == after {
        return Err(error::NOTHING_TO_CORRECT.into());
    }
    let action = if before.is_another(&after) {
        VolunteerAction::Correct
    } else {
        VolunteerAction::CorrectPhone
    };
    let state = action.apply(row.state).ok_or(code::WRONG_STATE)?;
    let mut changed = with(tx, vault, row, &before, &after);
    if action == VolunteerAction::Correct {
        let today = local_day(tx.now);
        check_identity(after.id_type, &after.id_number, after.birth_date, after.gender, today)?;
        changed = volunteer::Model {
            state,
            verified_by: None,
            verified_at: None,
            state_reason: None,
            ..changed
        };
    }
    if service::is_taken_by_another(tx, &changed).await? {
        return Err(error::REGISTRATION_CONFLICT.into());
    }
    let record = identity_correction::Model {
        id: tx.new_id(),
        volunteer_id: changed.id,
        changes: serde_json::to_value(before.changes(&after)).map_err(Failure::internal)?,
        reason: body.reason.into(),
        corrected_by: caller.account,
        created_at: tx.now,
    };
    repository::insert(tx, record.into_active_model().reset_all()).await?;
    service::store(tx, changed, action.event()).await
}

fn with(
    tx: &Tx<'_>,
    vault: &Vault,
    row: volunteer::Model,
    before: &Identity,
    after: &Identity,
) -> volunteer::Model {
    let id = row.id;
    let mut row = volunteer::Model {
        name: after.name.clone(),
        gender: after.gender,
        birth_date: after.birth_date,
        id_type: after.id_type,
        ..row
    };
    if before.id_number != after.id_number {
        row.id_number_sealed = Some(personal::seal_id_number(vault, tx, id, &after.id_number));
        row.id_number_index = Some(personal::id_number_index(vault, &after.id_number));
    }
    if let (true, Some(phone)) = (before.phone != after.phone, &after.phone) {
        row.phone_sealed = Some(personal::seal_phone(vault, tx, id, phone));
        row.phone_index = Some(personal::phone_index(vault, phone));
        row.phone_verified = false;
    }
    row
}

pub(super) async fn list(
    app: &App,
    actor: &Actor,
    caller: &Caller,
    (id, reason): (VolunteerId, Option<ReadingReason>),
) -> Result<Vec<IdentityCorrectionView>, Failure> {
    let permission = Permission::ManageVolunteers;
    let reading = Reading { permission, action: "volunteer_corrections", reason };
    reading::admit(app, actor, caller, id, reading).await?;
    let view = |row: identity_correction::Model| {
        let changes = serde_json::from_value(row.changes.clone()).map_err(Failure::internal)?;
        Ok(IdentityCorrectionView::new(row, changes))
    };
    repository::list(&app.pools.read, id).await?.into_iter().map(view).collect()
}
