//! Use cases of settings.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entity::ids::{SettingId, SiteId};
use entity::{setting, setting_withdrawal, site};
use sea_orm::{ConnectionTrait, Set};
use serde_json::json;

use super::catalogue::SettingKey;
use super::domain::{
    History, State, decide_start, has_own, holds_since, in_force, inheriting, state,
};
use super::dto::SetSetting;
use super::effective::{PublicTexts, Settings};
use super::repository;
use super::supervision::SupervisionSettings;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::core::Core;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site::domain::lineage;
use crate::site::service as sites;

/// Every setting in force at a site at `now`: its own, or the nearest one above.
///
/// # Errors
/// The database's.
pub(crate) async fn effective_settings(
    db: &impl ConnectionTrait,
    site: &site::Model,
    now: DateTime<Utc>,
) -> Result<Settings, Failure> {
    let lineage = lineage(&site.path);
    let rows = repository::list_begun(db, &lineage, now).await?;
    let set = |key| {
        let row = in_force(&rows, &lineage, key, now)?;
        Some((row.value.clone(), holds_since(&rows, &lineage, key, now)?))
    };
    Settings::read(set).map_err(Failure::internal)
}

/// Whether points end anywhere, or ended: where no site ever set a term, nobody needs to ask by
/// which terms hers do.
///
/// # Errors
/// The database's.
pub(crate) async fn do_points_end_anywhere(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let key = SettingKey::PointsValidityMonths.as_str();
    Ok(repository::is_begun_anywhere(db, key, now).await?)
}

/// What stands on the public pages of a site at `now`.
///
/// # Errors
/// The database's.
pub(crate) async fn public_texts(
    db: &impl ConnectionTrait,
    site: &site::Model,
    now: DateTime<Utc>,
) -> Result<PublicTexts, Failure> {
    let lineage = lineage(&site.path);
    let rows = repository::list_begun(db, &lineage, now).await?;
    let set = |key| in_force(&rows, &lineage, key, now).map(|row| row.value.clone());
    Ok(PublicTexts::read(set))
}

/// What supervision goes by at a site at `now`.
///
/// # Errors
/// The database's.
pub(crate) async fn supervision_settings(
    db: &impl ConnectionTrait,
    site: &site::Model,
    now: DateTime<Utc>,
) -> Result<SupervisionSettings, Failure> {
    let lineage = lineage(&site.path);
    let rows = repository::list_begun(db, &lineage, now).await?;
    let set = |key| in_force(&rows, &lineage, key, now).map(|row| row.value.clone());
    SupervisionSettings::read(set).map_err(Failure::internal)
}

/// Where a setting's value comes from, with the site's name.
#[derive(Debug)]
pub(super) struct Explained {
    pub(super) key: SettingKey,
    pub(super) state: State,
    /// The site that set the value in force; none for the default.
    pub(super) origin: Option<site::Model>,
}

/// Some keys at a site, each with its value and origin.
pub(super) async fn explain(
    db: &impl ConnectionTrait,
    site: &site::Model,
    keys: &[SettingKey],
    now: DateTime<Utc>,
) -> Result<Vec<Explained>, Failure> {
    let lineage = lineage(&site.path);
    let history = repository::list(db, &lineage).await?;
    let mut above = Vec::new();
    for id in &lineage {
        above.push(sites::get(db, *id).await?);
    }
    let explained = keys.iter().map(|key| {
        let state = state(&history, &lineage, *key, now);
        let origin = state.in_force.as_ref().map(|row| row.site_id);
        let origin = above.iter().find(|site| Some(site.id) == origin).cloned();
        Explained { key: *key, state, origin }
    });
    Ok(explained.collect())
}

/// Some keys at a site, for staff who may look there.
pub(super) async fn read(
    core: &Core,
    caller: &Caller,
    id: SiteId,
    keys: &[SettingKey],
) -> Result<Vec<Explained>, Failure> {
    let db = &core.pools.read;
    let site = sites::get(db, id).await?;
    caller.require_at(Permission::ViewSites, &site.path)?;
    explain(db, &site, keys, core.clock.now()).await
}

/// The site, locked for a change of its settings: two who set at once are counted one after
/// the other.
async fn lock_site(tx: &Tx<'_>, caller: &Caller, id: SiteId) -> Result<site::Model, Failure> {
    let site = sites::lock(tx, id).await?;
    caller.require_at(Permission::ManageSettings, &site.path)?;
    Ok(site)
}

/// Sets a key at a site from an instant on.
///
/// # Errors
/// `stale_version` when somebody else set it since it was read; `invalid_value`
/// naming the value or the instant.
pub(super) async fn set(
    tx: &Tx<'_>,
    caller: &Caller,
    (id, key): (SiteId, SettingKey),
    expected: i32,
    body: SetSetting,
) -> Result<Explained, Failure> {
    let site = lock_site(tx, caller, id).await?;
    key.kind().check(&body.value).map_err(|why| Failure::field("/value", why))?;
    let history = repository::list(&**tx, &lineage(&site.path)).await?;
    if state(&history, &[id], key, tx.now).times_set != expected {
        return Err(code::STALE.into());
    }
    write(tx, (&site, key), &history, (body.value, body.effective_from)).await?;
    one(tx, &site, key).await
}

/// Has a site inherit a key again from an instant on. Earlier values stay on record.
///
/// # Errors
/// `wrong_state` when it has no value of its own then; `invalid_value` naming the instant.
pub(super) async fn inherit(
    tx: &Tx<'_>,
    caller: &Caller,
    (id, key): (SiteId, SettingKey),
    effective_from: Option<DateTime<Utc>>,
) -> Result<Explained, Failure> {
    let site = lock_site(tx, caller, id).await?;
    let history = repository::list(&**tx, &lineage(&site.path)).await?;
    if !has_own(&history.rows, id, key, effective_from.unwrap_or(tx.now)) {
        return Err(code::WRONG_STATE.into());
    }
    write(tx, (&site, key), &history, (inheriting(), effective_from)).await?;
    one(tx, &site, key).await
}

async fn write(
    tx: &Tx<'_>,
    (site, key): (&site::Model, SettingKey),
    history: &History,
    (value, from): (serde_json::Value, Option<DateTime<Utc>>),
) -> Result<(), Failure> {
    let from = from.unwrap_or(tx.now);
    // PostgreSQL keeps microseconds: cut here, so that both back ends hold the same.
    let from = from.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(from);
    let own = history.rows.iter().filter(|row| row.site_id == site.id && row.key == key.as_str());
    let taken: Vec<_> = own.map(|row| row.effective_from).collect();
    decide_start(from, &taken, tx.now).map_err(|why| Failure::field("/effective_from", why))?;

    let row = setting::ActiveModel {
        id: Set(tx.new_id::<SettingId>()),
        site_id: Set(site.id),
        key: Set(key.as_str().into()),
        value: Set(value),
        effective_from: Set(from),
        set_by: Set(tx.actor.account),
        created_at: Set(tx.now),
    };
    repository::insert(tx, row).await?;
    tell(tx, "setting.set", (site.id, key), from).await
}

async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    (site, key): (SiteId, SettingKey),
    from: DateTime<Utc>,
) -> Result<(), Failure> {
    let data = json!({"key": key.as_str(), "effective_from": from});
    journal::publish(tx, kind, "site", site.into(), Some(site), data).await
}

async fn one(tx: &Tx<'_>, site: &site::Model, key: SettingKey) -> Result<Explained, Failure> {
    let explained = explain(&**tx, site, &[key], tx.now).await?;
    explained.into_iter().next().ok_or_else(|| Failure::internal("a setting without state"))
}

/// Takes a value back that is still to come.
///
/// # Errors
/// `not_found` for a value that is not this site's or was taken back; `wrong_state` once it
/// is in force.
pub(super) async fn withdraw(
    tx: &Tx<'_>,
    caller: &Caller,
    (id, key): (SiteId, SettingKey),
    value: SettingId,
) -> Result<Explained, Failure> {
    let site = lock_site(tx, caller, id).await?;
    let history = repository::list(&**tx, &[id]).await?;
    let mut own = history.rows.iter().filter(|row| row.key == key.as_str());
    let row = own.find(|row| row.id == value).ok_or(code::NOT_FOUND)?;
    if row.effective_from <= tx.now {
        return Err(code::WRONG_STATE.into());
    }
    let withdrawal = setting_withdrawal::ActiveModel {
        setting_id: Set(value),
        withdrawn_by: Set(tx.actor.account),
        withdrawn_at: Set(tx.now),
    };
    repository::insert_withdrawal(tx, withdrawal).await?;
    tell(tx, "setting.withdrawn", (id, key), row.effective_from).await?;
    one(tx, &site, key).await
}
