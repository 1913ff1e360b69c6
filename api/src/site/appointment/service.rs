//! Use cases of appointments.

use chrono::NaiveDate;
use entity::ids::{AppointmentId, SiteId};
use entity::{appointment, site};
use serde_json::json;

use super::domain::{decide_end, decide_span};
use super::dto::CreateAppointment;
use super::repository;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::clock::local_day;
use crate::platform::core::Core;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::platform::tx::Tx;
use crate::site::service as sites;

/// One page of a site's appointments, past ones included.
pub(super) async fn list(
    core: &Core,
    caller: &Caller,
    id: SiteId,
    pager: &Pager<'_>,
) -> Result<(site::Model, Vec<appointment::Model>, Option<String>), Failure> {
    let db = &core.pools.read;
    let site = sites::get(db, id).await?;
    caller.require_at(Permission::ViewSites, &site.path)?;
    let after = pager.after()?;
    let rows = repository::list(db, id, after, pager.limit()).await?;
    let (rows, next) = pager.cut(rows, |row| row.id.to_string())?;
    Ok((site, rows, next))
}

/// Appoints a person to a post.
///
/// # Errors
/// `invalid_value` when it would end before it begins.
pub(super) async fn create(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SiteId,
    body: CreateAppointment,
) -> Result<appointment::Model, Failure> {
    let site = sites::get(&**tx, id).await?;
    caller.require_at(Permission::ManageSites, &site.path)?;
    decide_span(body.starts_on, body.ends_on)?;
    let row = appointment::Model {
        id: tx.new_id(),
        site_id: id,
        title: body.title.into(),
        person_name: body.person_name.into(),
        account_id: None,
        starts_on: body.starts_on,
        ends_on: body.ends_on,
        created_at: tx.now,
        version: 1,
    };
    repository::insert(tx, row.clone().into()).await?;
    let (kind, subject) = ("appointment.created", "appointment");
    journal::publish(tx, kind, subject, row.id.into(), Some(id), json!({})).await?;
    Ok(row)
}

/// Ends a post, today unless another day is given.
///
/// # Errors
/// `wrong_state` when it is over, `invalid_value` when it would end before it began.
pub(super) async fn end(
    tx: &Tx<'_>,
    caller: &Caller,
    (site_id, id): (SiteId, AppointmentId),
    ends_on: Option<NaiveDate>,
) -> Result<appointment::Model, Failure> {
    let site = sites::get(&**tx, site_id).await?;
    caller.require_at(Permission::ManageSites, &site.path)?;
    let row = repository::lock(tx, id).await?;
    let row = row.filter(|row| row.site_id == site_id).ok_or(code::NOT_FOUND)?;
    let today = local_day(tx.now);
    let last = ends_on.unwrap_or(today);
    decide_end(&row, last, today)?;

    let row = appointment::Model { ends_on: Some(last), version: row.version + 1, ..row };
    if !repository::save_end(tx, &row).await? {
        return Err(code::STALE.into());
    }
    let (kind, subject) = ("appointment.ended", "appointment");
    journal::publish(tx, kind, subject, id.into(), Some(site_id), json!({"ends_on": last})).await?;
    Ok(row)
}
