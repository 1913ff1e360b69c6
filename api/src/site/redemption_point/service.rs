//! Use cases of redemption points.

use entity::ids::SiteId;
use entity::redemption_point;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{RedemptionPointRefusal, name};
use super::dto::{OpenRedemptionPoint, UpdateRedemptionPoint};
use super::repository;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site::service as sites;

/// The site's redemption point.
///
/// # Errors
/// `not_found` when the site is not there or has none.
pub(super) async fn get(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<redemption_point::Model, Failure> {
    repository::find(db, site).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// Whether this reader manages the site.
pub(super) async fn manages(
    db: &impl ConnectionTrait,
    reader: Option<&Caller>,
    site: SiteId,
) -> Result<bool, Failure> {
    let Some(reader) = reader else { return Ok(false) };
    let site = sites::get(db, site).await?;
    Ok(reader.may_at(Permission::ManageSites, &site.path))
}

/// Opens the site's redemption point; its name is made from the site's places.
///
/// # Errors
/// `redemption_point_exists`, or `redemption_point_not_here` at a center.
pub(super) async fn open(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SiteId,
    body: OpenRedemptionPoint,
) -> Result<redemption_point::Model, Failure> {
    // Locked, so that of two who open at once the second is told.
    let site = sites::lock(tx, id).await?;
    caller.require_at(Permission::ManageSites, &site.path)?;
    let name = name(&site)?;
    if repository::find(&**tx, id).await?.is_some() {
        return Err(RedemptionPointRefusal::Exists.into());
    }
    let row = redemption_point::Model {
        id: tx.new_id(),
        site_id: id,
        name,
        responsible_person: body.responsible_person.into(),
        address: body.address.map(String::from),
        opened_on: body.opened_on,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    repository::insert(tx, row.clone().into()).await?;
    tell(tx, "redemption_point.opened", &row).await?;
    Ok(row)
}

/// Changes who is responsible and where it is; the name follows the site's places.
///
/// # Errors
/// `stale_version` when it changed since it was read.
pub(super) async fn update(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SiteId,
    expected: i32,
    body: UpdateRedemptionPoint,
) -> Result<redemption_point::Model, Failure> {
    let site = sites::lock(tx, id).await?;
    caller.require_at(Permission::ManageSites, &site.path)?;
    let row = get(&**tx, id).await?;
    if row.version != expected {
        return Err(code::STALE.into());
    }
    let row = redemption_point::Model {
        name: name(&site)?,
        responsible_person: body.responsible_person.into(),
        address: body.address.map(String::from),
        version: row.version + 1,
        updated_at: tx.now,
        ..row
    };
    if !repository::save_details(tx, &row).await? {
        return Err(code::STALE.into());
    }
    tell(tx, "redemption_point.changed", &row).await?;
    Ok(row)
}

async fn tell(tx: &Tx<'_>, kind: &str, row: &redemption_point::Model) -> Result<(), Failure> {
    let data = json!({"version": row.version});
    let (subject, site) = ("redemption_point", Some(row.site_id));
    journal::publish(tx, kind, subject, row.id.into(), site, data).await
}
