//! Use cases of the site tree.

use chrono::NaiveDate;
use entity::ids::SiteId;
use entity::site::{self, SiteKind};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{Details, change, county_of, decide_place, path_below};
use super::dto::{CreateSite, PlaceName};
use super::error;
use super::repository::{self, Filter};
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::clock::local_day;
use crate::platform::core::Core;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::platform::tx::{Tx, in_tx};

/// The site.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn get(db: &impl ConnectionTrait, id: SiteId) -> Result<site::Model, Failure> {
    repository::find(db, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// The county's center, at the root of the tree.
///
/// # Errors
/// `not_found` before the county was founded.
pub(crate) async fn center(db: &impl ConnectionTrait) -> Result<site::Model, Failure> {
    repository::find_center(db).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// Every town with its stations, as they exist on a day: the institute first.
///
/// # Errors
/// The database's.
pub(crate) async fn list_towns(
    db: &impl ConnectionTrait,
    day: NaiveDate,
) -> Result<Vec<site::Model>, Failure> {
    Ok(repository::list_towns(db, day).await?)
}

/// The site, its row locked until the end of the transaction.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn lock(tx: &Tx<'_>, id: SiteId) -> Result<site::Model, Failure> {
    repository::lock(tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// One page of the sites that exist today, and the next page's token.
pub(super) async fn list(
    core: &Core,
    filter: &Filter,
    pager: &Pager<'_>,
) -> Result<(Vec<site::Model>, Option<String>), Failure> {
    let (db, today) = (&core.pools.read, local_day(core.clock.now()));
    let after = pager.after.as_deref();
    let rows = repository::list(db, filter, today, after, pager.limit()).await?;
    pager.cut(rows, |row| row.division_code.clone())
}

/// A site to be founded.
struct NewSite {
    kind: SiteKind,
    name: String,
    short_name: String,
    place_name: String,
    division_code: String,
    address: Option<String>,
    resident_population: Option<i32>,
    valid_from: NaiveDate,
}

/// Founds an institute or a station.
///
/// # Errors
/// What the place refuses, `division_code_taken`, or the caller's lack of permission
/// at the parent.
pub(super) async fn create(
    tx: &Tx<'_>,
    caller: &Caller,
    body: CreateSite,
) -> Result<site::Model, Failure> {
    let parent = get(&**tx, body.parent_id).await?;
    caller.require_at(Permission::ManageSites, &parent.path)?;
    let today = local_day(tx.now);
    if parent.valid_to.is_some_and(|last| last < today) {
        return Err(Failure::field("/parent_id", "上级已撤销"));
    }
    if body.resident_population.is_some_and(|number| number < 0) {
        return Err(Failure::field("/resident_population", "不能为负"));
    }
    let new = NewSite {
        kind: body.kind,
        name: body.name.into(),
        short_name: body.short_name.into(),
        place_name: body.place_name.into(),
        division_code: body.division_code.into(),
        address: body.address.map(String::from),
        resident_population: body.resident_population,
        valid_from: body.valid_from.unwrap_or(today),
    };
    found(tx, Some(&parent), new).await
}

async fn found(
    tx: &Tx<'_>,
    parent: Option<&site::Model>,
    new: NewSite,
) -> Result<site::Model, Failure> {
    let code = decide_place(parent, new.kind, &new.division_code)?;
    if repository::find_by_division(&**tx, code.as_str()).await?.is_some() {
        return Err(error::DIVISION_CODE_TAKEN.into());
    }
    let id: SiteId = tx.new_id();
    let place = new.place_name;
    let county_name = parent.map_or_else(|| place.clone(), |parent| parent.county_name.clone());
    let (town_id, town_name, village_name) = match new.kind {
        SiteKind::Center => (None, None, None),
        SiteKind::Institute => (Some(id), Some(place), None),
        SiteKind::Station => (
            parent.and_then(|parent| parent.town_id),
            parent.and_then(|parent| parent.town_name.clone()),
            Some(place),
        ),
    };
    let row = site::Model {
        id,
        kind: new.kind,
        parent_id: parent.map(|parent| parent.id),
        town_id,
        path: path_below(parent.map_or("/", |parent| &parent.path), id),
        name: new.name,
        short_name: new.short_name,
        county_name,
        town_name,
        village_name,
        division_code: code.as_str().into(),
        star_level: None,
        resident_population: new.resident_population,
        address: new.address,
        valid_from: new.valid_from,
        valid_to: None,
        time_zone: "Asia/Shanghai".into(),
        version: 1,
    };
    repository::insert(tx, row.clone().into()).await?;
    let data = json!({"kind": row.kind, "parent_id": row.parent_id});
    journal::publish(tx, "site.created", "site", id.into(), Some(id), data).await?;
    Ok(row)
}

/// Changes what may be changed of a site: never its place in the tree. Stars are the
/// county's to award, and sites the county's to close.
///
/// # Errors
/// `stale_version` when it changed since it was read; `county_only` when a town asks for
/// what the county decides.
pub(super) async fn update(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SiteId,
    expected: i32,
    details: Details,
) -> Result<site::Model, Failure> {
    let row = lock(tx, id).await?;
    caller.require_at(Permission::ManageSites, &row.path)?;
    if row.version != expected {
        return Err(code::STALE.into());
    }
    let graded = row.star_level != details.star_level || row.valid_to != details.valid_to;
    if graded && !caller.may_at(Permission::ManageSites, county_of(&row.path)) {
        return Err(error::COUNTY_ONLY.into());
    }
    let row = change(row, details).map_err(|(at, why)| Failure::field(at, why))?;
    if !repository::save_details(tx, &row).await? {
        return Err(code::STALE.into());
    }
    let data = json!({"version": row.version});
    journal::publish(tx, "site.changed", "site", id.into(), Some(id), data).await?;
    Ok(row)
}

/// Founds the county's center in an empty database; an operator does this once.
///
/// # Errors
/// `wrong_state` when there is a site already, or what the code is not.
pub(crate) async fn found_county(
    core: &Core,
    name: &str,
    division_code: &str,
    request_id: String,
) -> Result<site::Model, Failure> {
    let name = PlaceName::parse(name).map_err(|why| Failure::field("/name", why))?;
    let name = name.as_str();
    let actor = Actor::system("county", request_id);
    in_tx(core, &actor, async |tx| {
        if repository::count(&**tx).await? > 0 {
            return Err(code::WRONG_STATE.into());
        }
        let new = NewSite {
            kind: SiteKind::Center,
            name: format!("{name}新时代文明实践中心"),
            short_name: format!("{name}中心"),
            place_name: name.into(),
            division_code: division_code.into(),
            address: None,
            resident_population: None,
            valid_from: local_day(tx.now),
        };
        let row = found(tx, None, new).await?;
        audit_row::record(tx, "site_create", Some(&row.id.to_string()), "ok").await?;
        Ok(row)
    })
    .await
}

/// The site of a division, for an operator who knows no ids.
pub(super) async fn find_by_division(
    db: &impl ConnectionTrait,
    code: &str,
) -> Result<Option<site::Model>, Failure> {
    Ok(repository::find_by_division(db, code).await?)
}
