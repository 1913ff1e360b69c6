//! Deciding on attendances: confirming with hours, disputing, marking who did not come.

use chrono::{DateTime, Utc};
use entity::attendance::{self, AttendanceSource, AttendanceState};
use entity::ids::{AccountId, ActivityId, AttendanceId, VolunteerId};
use entity::sign_up::SignUpState;
use entity::{activity as activity_row, service_record, site as site_row};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;

use super::domain::{Action, Reason, decide_action, is_service};
use super::hours::{ComputedHours, HoursLimits, Interval, Step, compute_hours, overlaps};
use super::repository;
use super::service::{bounds, run_by};
use crate::activity::{self, current_state, earns_hours};
use crate::auth::Caller;
use crate::journal;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site::{self, Settings};
use crate::volunteer;

/// One attendance to confirm, with the times staff saw where they differ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Confirmation {
    pub(super) attendance: AttendanceId,
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) ends_at: Option<DateTime<Utc>>,
}

/// Confirms one attendance: its hours are computed here, and the service record is
/// written. Confirming again what she has confirmed changes nothing.
///
/// # Errors
/// `must_recuse` for her own and her relatives', `wrong_state`, `activity_cancelled`,
/// `overlap` with another confirmed attendance, times outside the activity by field.
pub(super) async fn confirm(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
    item: Confirmation,
) -> Result<AttendanceId, Failure> {
    let (activity, site) = run_by(&**tx, caller, id).await?;
    let row = find(tx, id, item.attendance).await?;
    if row.state == AttendanceState::Confirmed && row.confirmed_by == Some(caller.account) {
        return Ok(row.id);
    }
    recuse(tx, caller, row.volunteer_id).await?;
    decide_action(Action::Confirm, row.state, current_state(&activity, tx.now))?;
    // One person's attendances are confirmed one after the other: the day's cap and
    // the overlap are judged by what is confirmed already.
    let person = volunteer::lock(tx, row.volunteer_id).await?;
    let attended = attended(&item, &row, &activity)?;
    let settings = site::effective_settings(&**tx, &site, tx.now).await?;
    let hours = hours(tx, &row, &activity, attended, &settings).await?;
    let counted = attended.and_then(|span| span.intersection(&whole(&activity)?));
    let serves = is_service(activity.kind) && earns_hours(&**tx, &activity).await?;
    let row = write(tx, caller, row, counted, (&hours, serves)).await?;
    if serves && hours.tenths > 0 {
        let record = record(tx, (caller.account, 1), &row, &activity, &site)?;
        repository::insert_record(tx, record).await?;
    }
    let data = json!({
        "activity_id": id, "volunteer_id": person.id, "hours_tenths": hours.tenths,
    });
    publish(tx, "attendance.confirmed", &row, data).await?;
    Ok(row.id)
}

async fn find(
    tx: &Tx<'_>,
    activity: ActivityId,
    id: AttendanceId,
) -> Result<attendance::Model, Failure> {
    repository::lock(tx, activity, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// Nobody decides on her own attendance, nor on that of those close to her.
pub(super) async fn recuse(
    tx: &Tx<'_>,
    caller: &Caller,
    person: VolunteerId,
) -> Result<(), Failure> {
    let own = caller.volunteer == Some(person);
    if own || volunteer::is_related(&**tx, caller, person).await? {
        return Err(code::MUST_RECUSE.into());
    }
    Ok(())
}

/// From the activity's beginning to its end.
pub(super) fn whole(activity: &activity_row::Model) -> Option<Interval> {
    Interval::new(activity.starts_at, activity.ends_at).ok()
}

/// When she was there: as scanned, or less where staff say so. Staff cannot give more
/// than the scans: hours without a scan need a second person.
fn attended(
    item: &Confirmation,
    row: &attendance::Model,
    activity: &activity_row::Model,
) -> Result<Option<Interval>, Failure> {
    let earliest = row.checked_in_at.map_or(activity.starts_at, |at| at.max(activity.starts_at));
    let latest = row.checked_out_at.map_or(activity.ends_at, |at| at.min(activity.ends_at));
    if item.starts_at.is_some_and(|at| at < earliest || at >= activity.ends_at) {
        return Err(Failure::field("/starts_at", "应在活动时间之内，且不早于签到时间"));
    }
    if item.ends_at.is_some_and(|at| at > latest || at <= activity.starts_at) {
        return Err(Failure::field("/ends_at", "应在活动时间之内，且不晚于签退时间"));
    }
    let from = item.starts_at.or(row.checked_in_at).unwrap_or(activity.starts_at);
    let to = item.ends_at.or(row.checked_out_at).unwrap_or(activity.ends_at);
    let given = item.starts_at.is_some() || item.ends_at.is_some();
    match Interval::new(from, to) {
        Ok(span) => Ok(Some(span)),
        Err(_) if given => Err(Failure::field("/ends_at", "应晚于开始时间")),
        // Came and went within the same instant.
        Err(_) => Ok(None),
    }
}

/// What being there at that time counts for, beside her other confirmed attendances.
///
/// # Errors
/// `overlap` with one of them.
pub(super) async fn hours(
    tx: &Tx<'_>,
    row: &attendance::Model,
    activity: &activity_row::Model,
    attended: Option<Interval>,
    settings: &Settings,
) -> Result<ComputedHours, Failure> {
    let (Some(attended), Some(whole)) = (attended, whole(activity)) else {
        return Ok(ComputedHours { tenths: 0, cuts: Vec::new() });
    };
    let day = bounds(local_day(activity.starts_at));
    let (from, to) = (day.0.min(activity.starts_at), day.1.max(activity.ends_at));
    let others = repository::confirmed_between(&**tx, row.volunteer_id, from, to).await?;
    let counted = attended.intersection(&whole);
    let others: Vec<_> = others.into_iter().filter(|other| other.id != row.id).collect();
    for other in &others {
        let span = other.starts_at.zip(other.ends_at);
        let span = span.and_then(|(from, to)| Interval::new(from, to).ok());
        if span.zip(counted).is_some_and(|(span, counted)| overlaps(&span, &counted)) {
            return Err(Reason::Overlap.into());
        }
    }
    let today = others
        .iter()
        .filter(|other| other.starts_at.is_some_and(|start| start >= day.0 && start < day.1));
    let used = today.filter_map(|other| other.hours_tenths).map(i64::from).sum();
    Ok(compute_hours(&attended, &whole, &limits(settings, used)))
}

/// What limits hours when `used` tenths of the day are confirmed already.
pub(super) fn limits(settings: &Settings, used: i64) -> HoursLimits {
    let left = i64::from(settings.daily_hours_cap_tenths) - used;
    let step = u32::try_from(settings.hours_step_minutes).ok();
    HoursLimits {
        step: step.and_then(|minutes| Step::new(minutes).ok()).unwrap_or(Step::DEFAULT),
        activity_cap_tenths: u32::try_from(settings.activity_hours_cap_tenths).ok(),
        day_left_tenths: Some(u32::try_from(left).unwrap_or(0)),
    }
}

async fn write(
    tx: &Tx<'_>,
    caller: &Caller,
    row: attendance::Model,
    counted: Option<Interval>,
    (hours, serves): (&ComputedHours, bool),
) -> Result<attendance::Model, Failure> {
    let version = row.version;
    let tenths = i32::try_from(hours.tenths).map_err(Failure::internal)?;
    let mut new = row.into_active_model();
    new.state = Set(AttendanceState::Confirmed);
    new.is_inside = Set(false);
    new.starts_at = Set(counted.map(|span| span.start()));
    new.ends_at = Set(counted.map(|span| span.end()));
    new.hours_tenths = Set(Some(tenths));
    new.explanation = Set(Some(hours.in_words(serves)));
    new.confirmed_by = Set(Some(caller.account));
    new.confirmed_at = Set(Some(tx.now));
    new.version = Set(version + 1);
    new.updated_at = Set(tx.now);
    Ok(repository::update(tx, new).await?)
}

/// A version of the service record of a confirmed attendance.
pub(super) fn record(
    tx: &Tx<'_>,
    (by, revision): (AccountId, i32),
    row: &attendance::Model,
    activity: &activity_row::Model,
    site: &site_row::Model,
) -> Result<service_record::ActiveModel, Failure> {
    let missing = || Failure::internal("a confirmed attendance without its times");
    let (starts_at, ends_at) = row.starts_at.zip(row.ends_at).ok_or_else(missing)?;
    Ok(service_record::ActiveModel {
        id: Set(tx.new_id()),
        attendance_id: Set(row.id),
        revision: Set(revision),
        volunteer_id: Set(row.volunteer_id),
        activity_id: Set(activity.id),
        site_id: Set(activity.site_id),
        served_on: Set(local_day(starts_at)),
        place: Set(activity.place.clone()),
        content: Set(activity.content.clone()),
        starts_at: Set(starts_at),
        ends_at: Set(ends_at),
        hours_tenths: Set(row.hours_tenths.ok_or_else(missing)?),
        organiser: Set(site.name.clone()),
        person_in_charge: Set(in_charge(activity, site)),
        evaluation: Set(activity.evaluation.clone()),
        created_by: Set(by),
        created_at: Set(tx.now),
    })
}

fn in_charge(activity: &activity_row::Model, site: &site_row::Model) -> String {
    activity.contact_person.clone().unwrap_or_else(|| site.short_name.clone())
}

/// Tells the journal of an attendance.
pub(super) async fn publish(
    tx: &Tx<'_>,
    kind: &str,
    row: &attendance::Model,
    data: serde_json::Value,
) -> Result<(), Failure> {
    journal::publish(tx, kind, "attendance", row.id.into(), Some(row.site_id), data).await
}

/// Sets an attendance aside until a person decides: by staff, or by the volunteer
/// whose it is.
///
/// # Errors
/// `wrong_state` when it is decided already; `not_found` for others'.
pub(super) async fn dispute(
    tx: &Tx<'_>,
    caller: &Caller,
    activity_id: ActivityId,
    id: AttendanceId,
    reason: &str,
) -> Result<attendance::Model, Failure> {
    let row = find(tx, activity_id, id).await?;
    if caller.volunteer != Some(row.volunteer_id) {
        run_by(&**tx, caller, activity_id).await?;
    }
    let activity = activity::get(&**tx, activity_id).await?;
    decide_action(Action::Dispute, row.state, current_state(&activity, tx.now))?;
    let version = row.version;
    let mut new = row.into_active_model();
    new.state = Set(Action::Dispute.edge().1);
    new.is_inside = Set(false);
    new.dispute_reason = Set(Some(reason.to_owned()));
    new.version = Set(version + 1);
    new.updated_at = Set(tx.now);
    let row = repository::update(tx, new).await?;
    publish(tx, "attendance.disputed", &row, json!({"activity_id": activity_id})).await?;
    Ok(row)
}

/// Puts this text where it says what somebody who is leaving disputed; the row does not tell her
/// words from staff's about her.
///
/// # Errors
/// The database's.
pub(crate) async fn forget_words(
    tx: &Tx<'_>,
    person: VolunteerId,
    text: &str,
) -> Result<(), Failure> {
    Ok(repository::forget_words(tx, person, text).await?)
}

/// Marks that somebody on the list did not come, or that a disputed scan was nobody's
/// coming. Marking again changes nothing.
///
/// # Errors
/// `wrong_state` before the end or when it is confirmed, `not_signed_up`, `must_recuse`.
pub(super) async fn mark_no_show(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
    person: VolunteerId,
) -> Result<AttendanceId, Failure> {
    let (activity, _) = run_by(&**tx, caller, id).await?;
    recuse(tx, caller, person).await?;
    let state = current_state(&activity, tx.now);
    let row = match repository::lock_of(tx, id, person).await? {
        Some(row) if row.state == AttendanceState::NoShow => return Ok(row.id),
        Some(row) => {
            decide_action(Action::MarkNoShow, row.state, state)?;
            let version = row.version;
            let mut new = row.into_active_model();
            new.state = Set(AttendanceState::NoShow);
            new.is_inside = Set(false);
            new.version = Set(version + 1);
            new.updated_at = Set(tx.now);
            repository::update(tx, new).await?
        }
        None => {
            decide_action(Action::MarkNoShow, AttendanceState::CheckedIn, state)?;
            absent(tx, caller, &activity, person).await?
        }
    };
    publish(tx, "attendance.no_show", &row, json!({"activity_id": id})).await?;
    Ok(row.id)
}

async fn absent(
    tx: &Tx<'_>,
    caller: &Caller,
    activity: &activity_row::Model,
    person: VolunteerId,
) -> Result<attendance::Model, Failure> {
    let listed = activity::find_sign_up(&**tx, activity.id, person).await?;
    if listed.is_none_or(|row| row.state != SignUpState::SignedUp) {
        return Err(Reason::NotSignedUp.into());
    }
    let row = attendance::Model {
        id: tx.new_id(),
        activity_id: activity.id,
        volunteer_id: person,
        site_id: activity.site_id,
        source: AttendanceSource::RollCall,
        state: AttendanceState::NoShow,
        checked_in_at: None,
        checked_out_at: None,
        checked_out_by: None,
        is_inside: false,
        starts_at: None,
        ends_at: None,
        hours_tenths: None,
        nonce_unverified: false,
        entered_by: caller.account,
        approved_by: None,
        confirmed_by: None,
        confirmed_at: None,
        dispute_reason: None,
        explanation: None,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    let new: attendance::ActiveModel = row.clone().into();
    if repository::insert_once(tx, new.reset_all()).await? {
        return Ok(row);
    }
    Err(code::WRONG_STATE.into())
}
