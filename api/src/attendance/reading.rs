//! Lists of attendances and service records.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use entity::activity::{self as activity_row, ActivityState};
use entity::attendance;
use entity::ids::{ActivityId, VolunteerId};
use entity::{service_record, volunteer as volunteer_row};

use super::confirm::limits;
use super::domain::{Action, decide_action};
use super::dto::{AttendancePage, AttendanceQuery, AttendanceView, MyAttendance, MyAttendancePage};
use super::hours::{Interval, compute_hours};
use super::record_dto::{ServiceRecordPage, ServiceRecordQuery, ServiceRecordView};
use super::records;
use super::service::bounds;
use crate::activity::{self, Runner, current_state, may_run};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::site::{self, Settings};
use crate::volunteer::{self, Names};

/// Everything about the activity that its attendances' views need.
struct Frame {
    activity: activity_row::Model,
    state: ActivityState,
    settings: Settings,
    /// Whether the reader decides on them, and so sees names.
    runs: bool,
    names: Names,
    /// Whose attendances she must leave to others.
    related: HashSet<VolunteerId>,
    /// Confirmed tenths of each person on that day.
    used: HashMap<VolunteerId, i64>,
}

/// The attendances of an activity, for staff and its organiser.
///
/// # Errors
/// `not_found` or `permission_denied` for others.
pub(super) async fn of_activity(
    app: &App,
    (actor, caller): (&Actor, &Caller),
    id: ActivityId,
    query: AttendanceQuery,
) -> Result<AttendancePage, Failure> {
    let (reason, query) = query.parts();
    let db = &app.pools.read;
    let activity = activity::get(db, id).await?;
    let site = site::get(db, activity.site_id).await?;
    let runs = may_run(Runner::of(caller, &site.path), &activity);
    if !runs {
        caller.require_at(Permission::ViewActivities, &site.path)?;
    }
    let pager = Pager::new(&app.core, format!("attendances|{}|{id}", caller.account), &query)?;
    let after = pager.after.as_deref().and_then(|after| after.parse().ok());
    let rows = records::of_activity(db, id, after, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |(row, _)| row.id.to_string())?;
    let now = app.clock.now();
    let born = rows.iter().filter_map(|(_, her)| her.as_ref().map(|her| (her.id, her.birth_date)));
    let (object, reason) = (("attendance_list", Some(id.to_string())), reason.filter(|_| runs));
    let names = volunteer::open_names(app, actor, object, born, reason).await?;
    let people: Vec<_> = rows.iter().map(|(row, _)| row.volunteer_id).collect();
    let related = volunteer::related_among(db, caller, people.iter().copied()).await?;
    let used = records::day_sums(db, people, bounds(local_day(activity.starts_at))).await?;
    let frame = Frame {
        state: current_state(&activity, now),
        settings: site::effective_settings(db, &site, now).await?,
        activity,
        runs,
        names,
        related,
        used: used.into_iter().map(|sum| (sum.volunteer_id, sum.tenths)).collect(),
    };
    let items = rows.into_iter().map(|(row, person)| view(&row, person, &frame)).collect();
    Ok(AttendancePage { items, next_page_token })
}

fn view(
    row: &attendance::Model,
    person: Option<volunteer_row::Model>,
    frame: &Frame,
) -> AttendanceView {
    let name = |her: volunteer_row::Model| {
        if frame.runs {
            frame.names.of(&her.name, her.birth_date)
        } else {
            volunteer::masked_name(&her.name)
        }
    };
    AttendanceView {
        id: row.id,
        activity_id: row.activity_id,
        volunteer_id: row.volunteer_id,
        volunteer_name: person.map(name).unwrap_or_default(),
        source: row.source,
        state: row.state,
        checked_in_at: row.checked_in_at,
        checked_out_at: row.checked_out_at,
        hours_tenths: row.hours_tenths,
        preview_tenths: preview(row, frame),
        explanation: row.explanation.clone(),
        nonce_unverified: row.nonce_unverified,
        dispute_reason: row.dispute_reason.clone(),
        allowed_actions: actions(row, frame).map(Action::as_str).collect(),
    }
}

fn actions(row: &attendance::Model, frame: &Frame) -> impl Iterator<Item = Action> {
    let may = frame.runs && !frame.related.contains(&row.volunteer_id);
    let (state, activity) = (row.state, frame.state);
    let possible = move |action: &Action| may && decide_action(*action, state, activity).is_ok();
    Action::ALL.into_iter().filter(possible)
}

/// The hours a confirmation would give now, where one is possible.
fn preview(row: &attendance::Model, frame: &Frame) -> Option<u32> {
    decide_action(Action::Confirm, row.state, frame.state).ok()?;
    let activity = &frame.activity;
    let whole = Interval::new(activity.starts_at, activity.ends_at).ok()?;
    let from = row.checked_in_at.unwrap_or(activity.starts_at);
    let to = row.checked_out_at.unwrap_or(activity.ends_at);
    let used = frame.used.get(&row.volunteer_id).copied().unwrap_or(0);
    let Ok(attended) = Interval::new(from, to) else { return Some(0) };
    Some(compute_hours(&attended, &whole, &limits(&frame.settings, used)).tenths)
}

/// The caller's own attendances, newest first.
///
/// # Errors
/// `permission_denied` for who is no volunteer.
pub(super) async fn mine(
    app: &App,
    caller: &Caller,
    query: &PageQuery,
) -> Result<MyAttendancePage, Failure> {
    let me = caller.volunteer()?;
    let pager = Pager::new(&app.core, format!("my-attendances|{}", caller.account), query)?;
    let before = pager.after.as_deref().and_then(|after| after.parse().ok());
    let rows = records::of_volunteer(&app.pools.read, me, before, pager.limit()).await?;
    let (rows, next_page_token) = pager.cut(rows, |(row, _)| row.id.to_string())?;
    let items = rows.into_iter().map(|(row, activity)| my_view(row, activity)).collect();
    Ok(MyAttendancePage { items, next_page_token })
}

fn my_view(row: attendance::Model, activity: Option<activity_row::Model>) -> MyAttendance {
    let (title, place) = activity.map(|found| (found.title, found.place)).unwrap_or_default();
    MyAttendance {
        id: row.id,
        activity_id: row.activity_id,
        activity_title: title,
        place,
        state: row.state,
        source: row.source,
        checked_in_at: row.checked_in_at,
        checked_out_at: row.checked_out_at,
        hours_tenths: row.hours_tenths,
        explanation: row.explanation,
    }
}

/// The caller's service records of a year, newest first, with the year's hours.
///
/// # Errors
/// `permission_denied` for who is no volunteer.
pub(super) async fn my_records(
    app: &App,
    caller: &Caller,
    query: ServiceRecordQuery,
) -> Result<ServiceRecordPage, Failure> {
    let me = caller.volunteer()?;
    let year = query.year.unwrap_or_else(|| local_day(app.clock.now()).year());
    let wrong = || Failure::field("year", "年份应在2000至2100之间");
    let days = (2000..=2100).contains(&year).then(|| days_of(year)).flatten().ok_or_else(wrong)?;
    let name = format!("my-service-records|{}|{year}", caller.account);
    let page = PageQuery { page_size: query.page_size, page_token: query.page_token };
    let pager = Pager::new(&app.core, name, &page)?;
    let before = pager.after.as_deref().and_then(|after| after.parse().ok());
    let db = &app.pools.read;
    let rows = records::latest(db, me, days, before, pager.limit()).await?;
    let (rows, next_page_token) =
        pager.cut(rows, |(row, _): &(service_record::Model, _)| row.id.to_string())?;
    Ok(ServiceRecordPage {
        items: rows.into_iter().map(|(row, of)| ServiceRecordView::new(row, of)).collect(),
        next_page_token,
        year,
        year_hours_tenths: records::sum_of_latest(db, me, days).await?,
    })
}

fn days_of(year: i32) -> Option<(NaiveDate, NaiveDate)> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
    Some((first, NaiveDate::from_ymd_opt(year, 12, 31)?))
}
