//! Use cases of the calendar.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use entity::{calendar_day, calendar_year};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::domain::{OrderFault, WorkingDays, check_order};
use super::dto::{CalendarYearView, DayBody, SetCalendarYear};
use super::repository;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site;

/// Years a calendar can be asked for.
const YEARS: RangeInclusive<i32> = 2000..=2200;
/// More exceptional days no year has.
const DAYS_MAX: usize = 80;

/// The working days from the year before `about` to the year after it: enough for every
/// period that is counted in working days.
///
/// # Errors
/// The database's.
pub(crate) async fn working_days(
    db: &impl ConnectionTrait,
    about: NaiveDate,
) -> Result<WorkingDays, Failure> {
    let years = repository::list_years(db).await?;
    let rows = repository::list_days(db, about.year() - 1..=about.year() + 1).await?;
    Ok(WorkingDays::new(years, rows))
}

pub(super) async fn get(db: &impl ConnectionTrait, year: i32) -> Result<CalendarYearView, Failure> {
    if !YEARS.contains(&year) {
        return Err(code::NOT_FOUND.into());
    }
    let row = repository::find_year(db, year).await?;
    Ok(CalendarYearView::new(year, row, repository::list_days(db, [year]).await?))
}

/// Enters or corrects a year. Deadlines already set stay as they were told.
///
/// # Errors
/// `stale_version`, and faults of the days by their place.
pub(super) async fn set(
    tx: &Tx<'_>,
    caller: &Caller,
    (year, expected): (i32, i32),
    body: SetCalendarYear,
) -> Result<CalendarYearView, Failure> {
    let center = site::center(&**tx).await?;
    caller.require_at(Permission::ManageSettings, &center.path)?;
    let this_year = local_day(tx.now).year();
    if !(2022..=this_year + 2).contains(&year) {
        return Err(Failure::field("year", "只能录入2022年至后年的安排"));
    }
    if body.days.is_empty() || body.days.len() > DAYS_MAX {
        return Err(Failure::field("/days", format!("应为1至{DAYS_MAX}天")));
    }
    let days: Vec<_> = body.days.iter().map(|row| (row.day, row.kind)).collect();
    check_order(year, &days).map_err(fault)?;

    let before = repository::lock_year(tx, year).await?;
    if before.as_ref().map_or(0, |row| row.version) != expected {
        return Err(code::STALE.into());
    }
    let row = calendar_year::Model {
        year,
        document_no: body.document_no.into(),
        set_by: Some(caller.account),
        updated_at: tx.now,
        version: expected + 1,
    };
    match before {
        Some(_) => repository::save_year(tx, &row).await?,
        None => repository::insert_year(tx, row.clone()).await?,
    }
    let days: Vec<_> = body.days.into_iter().map(|day| model(year, day)).collect();
    repository::replace_days(tx, year, days).await?;
    let data = json!({ "year": year, "version": row.version });
    journal::publish(tx, "calendar.set", "calendar", Uuid::nil(), Some(center.id), data).await?;
    let days = repository::list_days(&**tx, [year]).await?;
    Ok(CalendarYearView::new(year, Some(row), days))
}

fn model(year: i32, body: DayBody) -> calendar_day::Model {
    calendar_day::Model { day: body.day, year, kind: body.kind, name: body.name.into() }
}

fn fault(fault: OrderFault) -> Failure {
    match fault {
        OrderFault::OtherYear(at) => Failure::field(&format!("/days/{at}/day"), "不在这一年"),
        OrderFault::Twice(at) => Failure::field(&format!("/days/{at}/day"), "重复"),
        OrderFault::NotAWeekend(at) => {
            Failure::field(&format!("/days/{at}/kind"), "只有周末才会调休上班")
        }
    }
}
