//! Use cases of settings.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entity::ids::{SettingId, SiteId};
use entity::{setting, site};
use sea_orm::{ConnectionTrait, Set};
use serde_json::json;

use super::domain::{PublicTexts, SettingKey, Settings, State, decide_start, in_force, state};
use super::dto::SetSetting;
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
        in_force(&rows, &lineage, key, now).map(|row| (row.value.clone(), row.effective_from))
    };
    Settings::read(set).map_err(Failure::internal)
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
    let rows = repository::list(db, &lineage).await?;
    let mut above = Vec::new();
    for id in &lineage {
        above.push(sites::get(db, *id).await?);
    }
    let explained = keys.iter().map(|key| {
        let state = state(&rows, &lineage, *key, now);
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
    // Locked, so that two who set at once are counted one after the other.
    let site = sites::lock(tx, id).await?;
    caller.require_at(Permission::ManageSettings, &site.path)?;
    key.kind().check(&body.value).map_err(|why| Failure::field("/value", why))?;
    let rows = repository::list(&**tx, &lineage(&site.path)).await?;
    let own: Vec<_> =
        rows.iter().filter(|row| row.site_id == id && row.key == key.as_str()).collect();
    if i32::try_from(own.len()) != Ok(expected) {
        return Err(code::STALE.into());
    }
    let from = body.effective_from.unwrap_or(tx.now);
    // PostgreSQL keeps microseconds: cut here, so that both back ends hold the same.
    let from = from.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(from);
    let taken: Vec<_> = own.iter().map(|row| row.effective_from).collect();
    decide_start(from, &taken, tx.now).map_err(|why| Failure::field("/effective_from", why))?;

    let row = setting::ActiveModel {
        id: Set(tx.new_id::<SettingId>()),
        site_id: Set(id),
        key: Set(key.as_str().into()),
        value: Set(body.value),
        effective_from: Set(from),
        set_by: Set(tx.actor.account),
        created_at: Set(tx.now),
    };
    repository::insert(tx, row).await?;
    let data = json!({"key": key.as_str(), "effective_from": from});
    journal::publish(tx, "setting.set", "site", id.into(), Some(id), data).await?;
    let explained = explain(&**tx, &site, &[key], tx.now).await?;
    explained.into_iter().next().ok_or_else(|| Failure::internal("a setting without state"))
}
