//! Coming and going: by scan, or at the roll-call.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Asia::Shanghai;
use entity::attendance::{self, AttendanceSource, AttendanceState};
use entity::ids::{AccountId, ActivityId, AttendanceId, VolunteerId};
use entity::{activity as activity_row, site as site_row};
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::code::Direction;
use super::confirm::recuse;
use super::domain::{Entry, Exit, Reason, Situation, decide_in, decide_out};
use super::{error, repository};
use crate::activity::{self, Runner};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site::{self, Settings};
use crate::{card, journal};

/// Somebody at the door of an activity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    pub(super) activity: ActivityId,
    pub(super) volunteer: VolunteerId,
    pub(super) direction: Direction,
    pub(super) source: AttendanceSource,
    /// The scan's one-time value could not be checked.
    pub(super) unverified: bool,
    /// Whose device entered it.
    pub(super) entered_by: AccountId,
}

/// What the door has recorded.
#[derive(Clone, Debug)]
pub(super) struct Visited {
    pub(super) id: AttendanceId,
    pub(super) activity: ActivityId,
    pub(super) title: String,
    pub(super) state: AttendanceState,
    pub(super) checked_in_at: Option<DateTime<Utc>>,
    pub(super) checked_out_at: Option<DateTime<Utc>>,
    pub(super) unverified: bool,
    pub(super) repeated: bool,
}

/// From midnight to midnight in China.
pub(super) fn bounds(day: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
    // China has no clock changes: every local midnight exists, once.
    let midnight = |day: NaiveDate| {
        let local = day.and_time(NaiveTime::MIN).and_local_timezone(Shanghai);
        local.earliest().map_or(DateTime::<Utc>::MAX_UTC, |local| local.with_timezone(&Utc))
    };
    (midnight(day), midnight(day + Days::new(1)))
}

/// Lets somebody in or out.
///
/// # Errors
/// The [`Reason`]s.
pub(super) async fn visit(tx: &Tx<'_>, visit: Visit, rules: &Settings) -> Result<Visited, Failure> {
    let s = situation(tx, &visit).await?;
    match visit.direction {
        Direction::In => check_in(tx, &visit, s, rules).await,
        Direction::Out => check_out(tx, &visit, s, rules).await,
    }
}

async fn situation(tx: &Tx<'_>, visit: &Visit) -> Result<Situation, Failure> {
    let day = bounds(local_day(tx.now));
    let found = repository::situation(&**tx, visit.activity, visit.volunteer, tx.now, day).await?;
    found.ok_or_else(|| code::NOT_FOUND.into())
}

async fn check_in(
    tx: &Tx<'_>,
    visit: &Visit,
    s: Situation,
    rules: &Settings,
) -> Result<Visited, Failure> {
    let entry = decide_in(&s, rules, tx.now)?;
    if entry == Entry::Again {
        return again(visit, &s);
    }
    let id: AttendanceId = tx.new_id();
    if !enter(tx, new_row(tx, visit, id, &s)).await? {
        // Her other device was faster: here, or at another door.
        let s = situation(tx, visit).await?;
        return match decide_in(&s, rules, tx.now)? {
            Entry::Again => again(visit, &s),
            Entry::Listed | Entry::WalkIn => Err(Reason::Overlap.into()),
        };
    }
    tell(tx, "attendance.checked_in", visit, id, &s).await?;
    let event = (visit.activity, s.site_id);
    let (person, by) = (visit.volunteer, visit.entered_by);
    if entry == Entry::WalkIn && !activity::sign_up_at_door(tx, event, person, by).await? {
        return Err(Reason::CapacityFull.into());
    }
    Ok(Visited {
        id,
        activity: visit.activity,
        title: s.title,
        state: AttendanceState::CheckedIn,
        checked_in_at: Some(tx.now),
        checked_out_at: None,
        unverified: visit.unverified,
        repeated: false,
    })
}

/// Writes the attendance, unless there is one or she is inside somewhere else. One of
/// an activity that is over does not keep her out.
async fn enter(tx: &Tx<'_>, row: attendance::ActiveModel) -> Result<bool, Failure> {
    if repository::insert_once(tx, row.clone()).await? {
        return Ok(true);
    }
    let person = row.volunteer_id.clone().take();
    let person = person.ok_or_else(|| Failure::internal("an attendance of nobody"))?;
    repository::leave_ended(tx, person, tx.now).await?;
    Ok(repository::insert_once(tx, row).await?)
}

async fn check_out(
    tx: &Tx<'_>,
    visit: &Visit,
    s: Situation,
    rules: &Settings,
) -> Result<Visited, Failure> {
    if decide_out(&s, rules, tx.now)? == Exit::Again {
        return again(visit, &s);
    }
    let id = s.attendance_id.ok_or(Reason::NotIn)?;
    if !repository::check_out(tx, id, (tx.now, visit.entered_by), visit.unverified).await? {
        return again(visit, &situation(tx, visit).await?);
    }
    tell(tx, "attendance.checked_out", visit, id, &s).await?;
    Ok(Visited {
        id,
        activity: visit.activity,
        state: AttendanceState::CheckedOut,
        checked_in_at: s.checked_in_at,
        checked_out_at: Some(tx.now),
        unverified: visit.unverified || s.nonce_unverified.unwrap_or(false),
        repeated: false,
        title: s.title,
    })
}

/// The answer to somebody whose first answer was lost.
fn again(visit: &Visit, s: &Situation) -> Result<Visited, Failure> {
    let (Some(id), Some(state)) = (s.attendance_id, s.attendance_state) else {
        return Err(Failure::internal("an attendance was and is not"));
    };
    Ok(Visited {
        id,
        activity: visit.activity,
        title: s.title.clone(),
        state,
        checked_in_at: s.checked_in_at,
        checked_out_at: s.checked_out_at,
        unverified: s.nonce_unverified.unwrap_or(false),
        repeated: true,
    })
}

fn new_row(tx: &Tx<'_>, visit: &Visit, id: AttendanceId, s: &Situation) -> attendance::ActiveModel {
    attendance::ActiveModel {
        id: Set(id),
        activity_id: Set(visit.activity),
        volunteer_id: Set(visit.volunteer),
        site_id: Set(s.site_id),
        source: Set(visit.source),
        state: Set(AttendanceState::CheckedIn),
        checked_in_at: Set(Some(tx.now)),
        checked_out_at: Set(None),
        checked_out_by: Set(None),
        is_inside: Set(true),
        starts_at: Set(None),
        ends_at: Set(None),
        hours_tenths: Set(None),
        nonce_unverified: Set(visit.unverified),
        entered_by: Set(visit.entered_by),
        approved_by: Set(None),
        confirmed_by: Set(None),
        confirmed_at: Set(None),
        dispute_reason: Set(None),
        explanation: Set(None),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
    }
}

async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    visit: &Visit,
    id: AttendanceId,
    s: &Situation,
) -> Result<(), Failure> {
    let data = json!({
        "activity_id": visit.activity, "volunteer_id": visit.volunteer,
        "source": visit.source.as_str(),
    });
    journal::publish(tx, kind, "attendance", id.into(), Some(s.site_id), data).await
}

/// The activity with its site, for somebody who runs its attendance: staff of the
/// site or the organiser.
///
/// # Errors
/// `not_found` for another town's activity, `permission_denied` within her own.
pub(super) async fn run_by(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: ActivityId,
) -> Result<(activity_row::Model, site_row::Model), Failure> {
    let activity = activity::get(db, id).await?;
    let site = site::get(db, activity.site_id).await?;
    if !activity::may_run(Runner::of(caller, &site.path), &activity) {
        caller.require_at(Permission::RunAttendance, &site.path)?;
    }
    Ok((activity, site))
}

/// A refusal in the words this reader may have: staff of the site learn the person's standing,
/// an organiser from among the villagers does not.
pub(super) fn discreet(caller: &Caller, site: &site_row::Model, failure: Failure) -> Failure {
    if caller.may_at(Permission::RunAttendance, &site.path) {
        failure
    } else {
        error::without_standing(failure)
    }
}

/// Records somebody by her card, for those who cannot scan. The same rules hold.
///
/// # Errors
/// `card_unknown`, `card_not_active`, `must_recuse` for one's own card
/// and those of kin, the [`Reason`]s.
pub(super) async fn roll_call(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ActivityId,
    card_number: &str,
    direction: Direction,
) -> Result<Visited, Failure> {
    let (_, site) = run_by(&**tx, caller, id).await?;
    let card = card::resolve(&**tx, card_number).await?;
    recuse(tx, caller, card.volunteer_id).await?;
    let rules = site::effective_settings(&**tx, &site, tx.now).await?;
    let entry = Visit {
        activity: id,
        volunteer: card.volunteer_id,
        direction,
        source: AttendanceSource::RollCall,
        unverified: false,
        entered_by: caller.account,
    };
    visit(tx, entry, &rules).await.map_err(|failure| discreet(caller, &site, failure))
}
