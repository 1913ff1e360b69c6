//! Use cases of late entry: writing down, agreeing, refusing.

use entity::attendance::{self, AttendanceSource, AttendanceState};
use entity::ids::{ActivityId, AttendanceId, LateEntryId, VolunteerId};
use entity::late_entry::{self, LateEntryState};
use entity::{activity as activity_row, site as site_row};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;

use super::super::confirm::recuse;
use super::super::domain::Reason;
use super::super::hours::Interval;
use super::super::repository as attendances;
use super::super::service::{bounds, discreet, run_by};
use super::domain::{Facts, LateAction, LateRefusal, check_window, decide, decide_entry};
use super::dto::LateEntryItem;
use super::repository;
use crate::activity::{self, current_state, record_due_day};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::{calendar, card, journal, site, volunteer};

/// Writes down that somebody took part. It counts for nothing until a second person
/// agrees. Writing the same down again changes nothing.
///
/// # Errors
/// `must_recuse` for herself and her kin, `late_window_over`, `late_entry_pending`, the
/// [`Reason`]s of the door.
pub(super) async fn enter(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
    item: LateEntryItem,
) -> Result<LateEntryId, Failure> {
    run_by(&**tx, caller, id).await?;
    // The activity before the volunteer: nobody records it meanwhile.
    let activity = activity::lock(tx, id).await?;
    let site = site::get(&**tx, activity.site_id).await?;
    let person = whom(tx, caller, &item).await?;
    recuse(tx, caller, person).await?;
    volunteer::lock(tx, person).await?;
    let row = written(tx, caller, &activity, (person, item));
    if let Some(same) = repository::find_same(&**tx, &row).await? {
        return Ok(same.id);
    }
    let settings = site::effective_settings(&**tx, &site, tx.now).await?;
    let calendar = calendar::working_days(&**tx, local_day(tx.now)).await?;
    let last = record_due_day(&activity, &calendar, settings.record_due_working_days);
    check_window(last, tx.now)?;
    let checked = check(tx, &activity, &site, &row).await;
    checked.map_err(|failure| discreet(caller, &site, failure))?;
    let (id, site_id) = (row.id, row.site_id);
    if !repository::insert(tx, row).await? {
        return Err(LateRefusal::Pending.into());
    }
    let data = json!({"activity_id": activity.id, "volunteer_id": person});
    journal::publish(tx, "late_entry.entered", "late_entry", id.into(), Some(site_id), data)
        .await?;
    Ok(id)
}

/// Exactly one of card and profile; a profile may be named only by staff who may look
/// it up.
async fn whom(tx: &Tx<'_>, caller: &Caller, item: &LateEntryItem) -> Result<VolunteerId, Failure> {
    match (&item.card_number, item.volunteer_id) {
        (Some(number), None) => Ok(card::resolve(&**tx, number.as_str()).await?.volunteer_id),
        (None, Some(id)) => {
            let home = site::get(&**tx, volunteer::get(&**tx, id).await?.site_id).await?;
            caller.require_at(Permission::ViewVolunteers, &home.path)?;
            Ok(id)
        }
        (None, None) => Err(Failure::field("/card_number", "卡号与志愿者编号须填一项")),
        (Some(_), Some(_)) => Err(Failure::field("/volunteer_id", "卡号与志愿者编号只能填一项")),
    }
}

fn written(
    tx: &Tx<'_>,
    caller: &Caller,
    activity: &activity_row::Model,
    (person, item): (VolunteerId, LateEntryItem),
) -> late_entry::Model {
    late_entry::Model {
        id: tx.new_id(),
        activity_id: activity.id,
        volunteer_id: person,
        site_id: activity.site_id,
        starts_at: item.starts_at,
        ends_at: item.ends_at,
        reason: item.reason.into(),
        evidence: item.evidence.into(),
        state: LateEntryState::Pending,
        entered_by: caller.account,
        entered_at: tx.now,
        decided_by: None,
        decided_at: None,
        decision_reason: None,
        attendance_id: None,
        version: 1,
    }
}

/// Asks the same of an entry when it is written and when it is agreed to: much may have
/// happened in between.
async fn check(
    tx: &Tx<'_>,
    activity: &activity_row::Model,
    site: &site_row::Model,
    row: &late_entry::Model,
) -> Result<(), Failure> {
    let attended = Interval::new(row.starts_at, row.ends_at)
        .map_err(|_| Failure::field("/ends_at", "应晚于到场时间"))?;
    let (id, person) = (row.activity_id, row.volunteer_id);
    let day = bounds(local_day(activity.starts_at));
    let s = attendances::situation(&**tx, id, person, tx.now, day).await?;
    let s = s.ok_or(code::NOT_FOUND)?;
    let span = (row.starts_at, row.ends_at);
    let elsewhere = repository::spans_elsewhere(&**tx, person, id, span).await?;
    let elsewhere = elsewhere.into_iter().filter_map(|(from, to)| Interval::new(from, to).ok());
    let facts = Facts {
        state: current_state(activity, tx.now),
        attended,
        elsewhere: elsewhere.collect(),
        present: repository::count_present(&**tx, id).await?,
        capacity: activity.capacity,
    };
    let settings = site::effective_settings(&**tx, site, tx.now).await?;
    Ok(decide_entry(&s, &facts, &settings, tx.now)?)
}

/// Decides as the second person. Approving makes the attendance, to be confirmed like
/// any other; deciding the same again changes nothing.
///
/// # Errors
/// `must_recuse` for who entered it, for herself and her kin; `wrong_state`; when
/// approving the [`Reason`]s of the door.
pub(super) async fn settle(
    tx: &Tx<'_>,
    caller: &Caller,
    id: LateEntryId,
    (action, reason): (LateAction, Option<String>),
) -> Result<(), Failure> {
    let found = repository::find(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    caller.require_at(Permission::RunAttendance, &found.site_path)?;
    let activity = activity::lock(tx, found.row.activity_id).await?;
    let row = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    if row.state == action.target() && row.decided_by == Some(caller.account) {
        return Ok(());
    }
    let related = volunteer::is_related(&**tx, caller, row.volunteer_id).await?;
    let state = decide(action, &row, caller.account, related)?;
    let attendance_id = match action {
        LateAction::Approve => Some(attend(tx, caller, &activity, &row).await?),
        LateAction::Reject => None,
    };
    let row = late_entry::Model {
        state,
        decided_by: Some(caller.account),
        decided_at: Some(tx.now),
        decision_reason: reason,
        attendance_id,
        version: row.version + 1,
        ..row
    };
    let data = json!({"activity_id": row.activity_id, "volunteer_id": row.volunteer_id});
    let kind = format!("late_entry.{state}");
    repository::save(tx, row).await?;
    journal::publish(tx, &kind, "late_entry", id.into(), Some(activity.site_id), data).await
}

/// Makes the attendance of an entry both agree to.
async fn attend(
    tx: &Tx<'_>,
    caller: &Caller,
    activity: &activity_row::Model,
    entry: &late_entry::Model,
) -> Result<AttendanceId, Failure> {
    let site = site::get(&**tx, activity.site_id).await?;
    volunteer::lock(tx, entry.volunteer_id).await?;
    check(tx, activity, &site, entry).await?;
    let row = attendance::Model {
        id: tx.new_id(),
        activity_id: activity.id,
        volunteer_id: entry.volunteer_id,
        site_id: activity.site_id,
        source: AttendanceSource::LateEntry,
        state: AttendanceState::CheckedOut,
        checked_in_at: Some(entry.starts_at),
        checked_out_at: Some(entry.ends_at),
        checked_out_by: Some(entry.entered_by),
        is_inside: false,
        starts_at: None,
        ends_at: None,
        hours_tenths: None,
        nonce_unverified: false,
        entered_by: entry.entered_by,
        approved_by: Some(caller.account),
        confirmed_by: None,
        confirmed_at: None,
        dispute_reason: None,
        explanation: None,
        version: 1,
        created_at: tx.now,
        updated_at: tx.now,
    };
    let id = row.id;
    if attendances::insert_once(tx, row.into_active_model().reset_all()).await? {
        Ok(id)
    } else {
        Err(Reason::AlreadyIn.into())
    }
}
