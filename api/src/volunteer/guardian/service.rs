//! Use cases of guardians.

use chrono::{DateTime, Utc};
use entity::consent::{ConsentChannel, ConsentPurpose};
use entity::guardian;
use entity::ids::{GuardianId, VolunteerId};
use sea_orm::{ActiveModelTrait, IntoActiveModel};

use super::dto::{AddGuardian, GuardianView};
use super::repository;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;
use crate::platform::vault::Vault;
use crate::site as sites;
use crate::volunteer::consent::{self, Grant};
use crate::volunteer::domain::{is_minor, masked_name};
use crate::volunteer::reading::{self, ReadingReason};
use crate::volunteer::{error, personal, service};

/// Records a guardian who consents, and the consent.
pub(super) async fn add(
    tx: &Tx<'_>,
    vault: &Vault,
    caller: &Caller,
    id: VolunteerId,
    body: AddGuardian,
) -> Result<GuardianView, Failure> {
    let (child, _) = service::lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    if !is_minor(child.birth_date, local_day(tx.now)) {
        return Err(error::GUARDIAN_NOT_NEEDED.into());
    }
    if !body.consented {
        return Err(Failure::field("/consented", "监护人同意后才能登记"));
    }
    if body.channel == ConsentChannel::MiniProgram {
        return Err(Failure::field("/channel", "应为 paper 或 staff"));
    }
    let version = body.text_version.as_str();
    let text = consent::known(ConsentPurpose::Guardian, version, "/text_version")?;
    let known = repository::find_by_name(&**tx, id, body.name.as_str()).await?;
    let (new, recorded) =
        known.map_or((true, (tx.new_id(), tx.now)), |row| (false, (row.id, row.created_at)));
    let row = guardian_of(tx, vault, caller, (id, recorded), &body);
    let stored = row.clone().into_active_model().reset_all();
    // Recorded again she is the same guardian, with what is known of her now.
    if new {
        repository::insert(tx, stored).await?;
    } else {
        repository::save(tx, stored).await?;
    }
    let grant = Grant { text, channel: body.channel, witness: row.witness.clone() };
    consent::record(tx, &child, grant).await?;
    Ok(GuardianView::new(row, body.phone.to_string()))
}

fn guardian_of(
    tx: &Tx<'_>,
    vault: &Vault,
    caller: &Caller,
    (child, (id, created_at)): (VolunteerId, (GuardianId, DateTime<Utc>)),
    body: &AddGuardian,
) -> guardian::Model {
    let number = body.id_number.as_ref();
    guardian::Model {
        id,
        volunteer_id: child,
        name: body.name.as_str().to_owned(),
        relation: body.relation.as_str().to_owned(),
        phone_sealed: personal::seal_guardian_phone(vault, tx, id, &body.phone),
        id_number_sealed: number
            .map(|number| personal::seal_guardian_id_number(vault, tx, id, number)),
        consented_at: Some(tx.now),
        channel: Some(body.channel),
        witness: Some(body.witness.as_str().to_owned()),
        recorded_by: caller.account,
        created_at,
    }
}

/// A child's guardians. Reading them is reading a minor's data, so it leaves a trace.
pub(super) async fn list(
    app: &App,
    actor: &Actor,
    caller: &Caller,
    (id, reason): (VolunteerId, Option<ReadingReason>),
) -> Result<Vec<GuardianView>, Failure> {
    let db = &app.pools.read;
    let child = service::get(db, id).await?;
    let site = sites::get(db, child.site_id).await?;
    caller.require_at(Permission::ViewVolunteers, &site.path)?;
    let rows = repository::list(db, id).await?;
    if !rows.is_empty() {
        reading::record(app, actor, "guardian_list", (id, reason)).await?;
    }
    // Who only looks on, a supervisor above all, sees nobody's whole name.
    let manages = caller.may_at(Permission::ManageVolunteers, &site.path);
    let shown = |row: guardian::Model| {
        if manages {
            return row;
        }
        let (name, witness) = (masked_name(&row.name), row.witness.map(|name| masked_name(&name)));
        guardian::Model { name, witness, ..row }
    };
    let view = |row: guardian::Model| {
        let phone = personal::masked_guardian_phone(&app.vault, row.id, &row.phone_sealed)?;
        Ok(GuardianView::new(shown(row), phone))
    };
    rows.into_iter().map(view).collect()
}
