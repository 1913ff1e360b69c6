//! Use cases of volunteers: reading, changing, verifying, suspending.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::ids::{SiteId, VolunteerId};
use entity::site;
use entity::site::SiteKind;
use entity::volunteer::{self, VolunteerState};
use sea_orm::{ConnectionTrait, Iterable};
use serde_json::json;

use super::domain::{VolunteerAction, actions, is_minor, masked_name, needs_guardian};
use super::dto::{
    Shown, UpdateVolunteer, VolunteerCount, VolunteerCountQuery, VolunteerCounts, VolunteerPage,
    VolunteerQuery, VolunteerSummary, VolunteerView, labels,
};
use super::offer::Onlooker;
use super::reading::{self, Names, Reading, ReadingReason};
use super::repository::{self, Filter};
use super::search::{self, Search};
use super::{consent, error, kin, personal};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::tx::Tx;
use crate::platform::vault::Vault;
use crate::site as sites;

/// The volunteer.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn get(
    db: &impl ConnectionTrait,
    id: VolunteerId,
) -> Result<volunteer::Model, Failure> {
    repository::find(db, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// The volunteer, if there is one.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    id: VolunteerId,
) -> Result<Option<volunteer::Model>, Failure> {
    Ok(repository::find(db, id).await?)
}

/// The volunteer, its row locked until the end of the transaction.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn lock(tx: &Tx<'_>, id: VolunteerId) -> Result<volunteer::Model, Failure> {
    repository::lock(tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// The volunteer, unchanged until the end of the transaction: what changes her state or
/// her card locks her row first.
///
/// # Errors
/// `not_found`.
pub(crate) async fn share(tx: &Tx<'_>, id: VolunteerId) -> Result<volunteer::Model, Failure> {
    repository::share(tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// The volunteer for a change by whoever holds `permission` where she lives, locked.
pub(super) async fn lock_for(
    tx: &Tx<'_>,
    caller: &Caller,
    permission: Permission,
    id: VolunteerId,
) -> Result<(volunteer::Model, site::Model), Failure> {
    let row = lock(tx, id).await?;
    let site = sites::get(&**tx, row.site_id).await?;
    caller.require_at(permission, &site.path)?;
    Ok((row, site))
}

/// A station or institute where people live and that exists at `now`.
pub(super) async fn residence(
    db: &impl ConnectionTrait,
    id: SiteId,
    now: DateTime<Utc>,
) -> Result<site::Model, Failure> {
    let found = match sites::get(db, id).await {
        Ok(site) => Some(site),
        Err(failure) if failure.refusal().is_some() => None,
        Err(failure) => return Err(failure),
    };
    let today = local_day(now);
    let lives = |site: &site::Model| {
        site.kind != SiteKind::Center && site.valid_to.is_none_or(|last| last >= today)
    };
    found.filter(lives).ok_or_else(|| Failure::field("/site_id", "没有这个所或站"))
}

/// The view of a volunteer as `caller` may see her: her own or staff's.
///
/// # Errors
/// The database's.
pub(crate) async fn view_of(
    db: &impl ConnectionTrait,
    vault: &Vault,
    caller: &Caller,
    row: volunteer::Model,
    now: DateTime<Utc>,
) -> Result<VolunteerView, Failure> {
    seen(db, vault, caller, (row, Names::closed(local_day(now))), now).await
}

/// The same, a minor's name, birth date and phone only where somebody said why they are read.
async fn seen(
    db: &impl ConnectionTrait,
    vault: &Vault,
    caller: &Caller,
    (row, names): (volunteer::Model, Names),
    now: DateTime<Utc>,
) -> Result<VolunteerView, Failure> {
    let site = sites::get(db, row.site_id).await?;
    let settings = sites::effective_settings(db, &site, now).await?;
    let child = needs_guardian(row.birth_date, local_day(now), settings.guardian_age);
    let manages = caller.may_at(Permission::ManageVolunteers, &site.path);
    let opened = row.account_id == Some(caller.account) || !names.hides(row.birth_date);
    // Who only looks on sees that there is somebody, not who.
    let knows = opened && (manages || row.account_id == Some(caller.account));
    let shown = Shown {
        name: if knows { row.name.clone() } else { masked_name(&row.name) },
        birth_date: Some(row.birth_date).filter(|_| knows && row.state != VolunteerState::Closed),
        id_number: personal::masked_id_number(vault, &row)?,
        phone: personal::masked_phone(vault, &row)?.filter(|_| opened),
        needs_guardian: child,
        allowed_actions: if manages {
            offered(db, caller, &row, (child, settings.verify_by_registrar)).await?
        } else {
            Vec::new()
        },
    };
    Ok(VolunteerView::new(row, shown))
}

/// What her state allows, but for what this caller would be refused.
async fn offered(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: &volunteer::Model,
    (child, registrars_verify): (bool, bool),
) -> Result<Vec<VolunteerAction>, Failure> {
    let by = Onlooker {
        related: kin::is_related(db, caller, row.id).await?,
        typed: row.identity_by == Some(caller.account) && !registrars_verify,
        guardian_missing: child && !consent::has_guardian_consent(db, row.id).await?,
    };
    let mut open = actions(row.state, row.admitted_at.is_some());
    let stays = row.state == VolunteerState::Suspended && !by.guardian_missing;
    open.retain(|action| by.may(*action) && !(stays && *action == VolunteerAction::Close));
    Ok(open)
}

/// One volunteer for staff. Reading a minor's data is recorded before it is answered
/// (regulation on the protection of minors online, art. 36).
pub(super) async fn show(
    app: &App,
    actor: &Actor,
    caller: &Caller,
    (id, reason): (VolunteerId, Option<ReadingReason>),
) -> Result<VolunteerView, Failure> {
    let (db, now) = (&app.pools.read, app.clock.now());
    let names = Names::stated(local_day(now), reason.as_ref());
    let reading =
        Reading { permission: Permission::ViewVolunteers, action: "volunteer_get", reason };
    let row = reading::admit(app, actor, caller, id, reading).await?;
    seen(db, &app.vault, caller, (row, names), now).await
}

/// The subtrees a list is about: the caller's, or the part of them below a site.
async fn scopes(app: &App, caller: &Caller, site: Option<SiteId>) -> Result<Vec<String>, Failure> {
    let Some(id) = site else { return Ok(caller.scopes(Permission::ViewVolunteers)) };
    let site = sites::get(&app.pools.read, id).await?;
    caller.require_at(Permission::ViewVolunteers, &site.path)?;
    Ok(vec![site.path])
}

/// Of the sites these people live at, those whose volunteers the caller manages.
async fn managed(
    app: &App,
    caller: &Caller,
    rows: &[volunteer::Model],
) -> Result<HashSet<SiteId>, Failure> {
    let mut managed = HashSet::new();
    for id in rows.iter().map(|row| row.site_id).collect::<HashSet<_>>() {
        let site = sites::get(&app.pools.read, id).await?;
        if caller.may_at(Permission::ManageVolunteers, &site.path) {
            managed.insert(id);
        }
    }
    Ok(managed)
}

/// What is looked for, and where: names and phones among those whose names the caller sees in
/// full, cards by their ends by who sees nobody's.
fn look_for(
    app: &App,
    caller: &Caller,
    typed: Option<&str>,
    scopes: Vec<String>,
) -> Result<(Option<Search>, Vec<String>), Failure> {
    let Some(typed) = typed else { return Ok((None, scopes)) };
    let known = search::common(&scopes, &caller.scopes(Permission::ManageVolunteers));
    let (read, scopes) = if known.is_empty() {
        (Search::read_card_end(typed), scopes)
    } else {
        (Search::read(typed, |phone| personal::phone_index(&app.vault, phone)), known)
    };
    Ok((Some(read.map_err(|why| Failure::field("q", why))?), scopes))
}

pub(super) async fn list(
    app: &App,
    actor: &Actor,
    caller: &Caller,
    query: VolunteerQuery,
) -> Result<VolunteerPage, Failure> {
    let scopes = scopes(app, caller, query.site_id).await?;
    let (search, scopes) = look_for(app, caller, query.q.as_deref(), scopes)?;
    let name =
        format!("volunteers|{}|{:?}|{:?}|{search:?}", caller.account, query.state, query.site_id);
    let page = PageQuery { page_size: query.page_size, page_token: query.page_token };
    let pager = Pager::new(app, name, &page)?;
    let after = pager.after()?;
    let filter = Filter { scopes, state: query.state, search };
    let rows = repository::list(&app.pools.read, &filter, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |row| row.id.to_string())?;
    let people: Vec<_> = rows.iter().map(|row| (row.id, row.birth_date)).collect();
    let names =
        reading::open_names(app, actor, ("volunteer_list", None), people, query.reason).await?;
    let today = local_day(app.clock.now());
    let managed = managed(app, caller, &rows).await?;
    let summary = |row: volunteer::Model| {
        let phone = personal::masked_phone(&app.vault, &row)?;
        let phone = phone.filter(|_| !names.hides(row.birth_date));
        let known = managed.contains(&row.site_id);
        let name = if known { names.of(&row.name, row.birth_date) } else { masked_name(&row.name) };
        Ok(VolunteerSummary::new(&row, name, phone, is_minor(row.birth_date, today)))
    };
    let items = rows.into_iter().map(summary).collect::<Result<_, Failure>>()?;
    Ok(VolunteerPage { items, next_page_token })
}

pub(super) async fn count(
    app: &App,
    caller: &Caller,
    query: &VolunteerCountQuery,
) -> Result<VolunteerCounts, Failure> {
    let scopes = scopes(app, caller, query.site_id).await?;
    let filter = Filter { scopes, state: None, search: None };
    let counted = repository::count(&app.pools.read, &filter).await?;
    let of = |state| counted.iter().find(|(of, _)| *of == state).map_or(0, |(_, count)| *count);
    let items = VolunteerState::iter().map(|state| VolunteerCount { state, count: of(state) });
    Ok(VolunteerCounts { items: items.collect() })
}

/// Writes a changed row as its next version and tells of it.
pub(super) async fn store(
    tx: &Tx<'_>,
    row: volunteer::Model,
    kind: &str,
) -> Result<volunteer::Model, Failure> {
    let row = volunteer::Model { version: row.version + 1, updated_at: tx.now, ..row };
    repository::save(tx, &row).await?;
    tell(tx, kind, &row).await?;
    Ok(row)
}

/// Tells of a volunteer: ids and states, never who she is.
pub(super) async fn tell(tx: &Tx<'_>, kind: &str, row: &volunteer::Model) -> Result<(), Failure> {
    let data = json!({ "state": row.state, "version": row.version });
    journal::publish(tx, kind, "volunteer", row.id.into(), Some(row.site_id), data).await
}

/// Whether her document is another volunteer's.
pub(super) async fn is_taken_by_another(
    tx: &Tx<'_>,
    row: &volunteer::Model,
) -> Result<bool, Failure> {
    let Some(index) = &row.id_number_index else { return Ok(false) };
    let holder = repository::find_by_id_number(&**tx, index).await?;
    Ok(holder.is_some_and(|holder| holder.id != row.id))
}

fn next(action: VolunteerAction, state: VolunteerState) -> Result<VolunteerState, Failure> {
    action.apply(state).ok_or_else(|| code::WRONG_STATE.into())
}

pub(super) async fn update(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
    expected: i32,
    body: UpdateVolunteer,
) -> Result<volunteer::Model, Failure> {
    let (row, home) = lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    if row.version != expected {
        return Err(code::STALE.into());
    }
    let state = next(VolunteerAction::Update, row.state)?;
    let site = residence(&**tx, body.site_id, tx.now).await?;
    if site.town_id != home.town_id {
        return Err(Failure::field("/site_id", "须在本镇之内"));
    }
    let number = body.external_volunteer_no.map(String::from);
    if let Some(number) = number.as_deref()
        && repository::find_by_external_no(&**tx, number).await?.is_some_and(|has| has.id != id)
    {
        return Err(error::EXTERNAL_NO_TAKEN.into());
    }
    let changed = volunteer::Model {
        state,
        site_id: site.id,
        groups: labels("/groups", body.groups)?,
        skills: labels("/skills", body.skills)?,
        service_types: labels("/service_types", body.service_types)?,
        external_volunteer_no: number,
        ..row
    };
    store(tx, changed, VolunteerAction::Update.event()).await
}

/// A child comes back only with her guardian's consent.
async fn require_guardian(
    tx: &Tx<'_>,
    row: &volunteer::Model,
    site: &site::Model,
) -> Result<(), Failure> {
    let age = sites::effective_settings(&**tx, site, tx.now).await?.guardian_age;
    let child = needs_guardian(row.birth_date, local_day(tx.now), age);
    if child && !consent::has_guardian_consent(&**tx, row.id).await? {
        return Err(error::GUARDIAN_CONSENT_MISSING.into());
    }
    Ok(())
}

/// Suspends or reinstates.
pub(super) async fn change_state(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
    action: VolunteerAction,
    reason: String,
) -> Result<volunteer::Model, Failure> {
    let (row, site) = lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    let state = next(action, row.state)?;
    if kin::is_related(&**tx, caller, id).await? {
        return Err(code::MUST_RECUSE.into());
    }
    if action == VolunteerAction::Reinstate {
        require_guardian(tx, &row, &site).await?;
    }
    store(tx, volunteer::Model { state, state_reason: Some(reason), ..row }, action.event()).await
}
