//! The life of an activity: states, who may do what in each, what time alone does. Pure.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Asia::Shanghai;
use entity::activity::{self, ActivityState};
use entity::ids::AccountId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{Caller, Permission};
use crate::calendar::WorkingDays;
use crate::platform::clock::local_day;

use ActivityState as S;

/// 对活动可以进行的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ActivityAction {
    /// 修改
    Update,
    /// 提交审核
    Submit,
    /// 退回修改
    Return,
    /// 发布
    Publish,
    /// 提前结束
    End,
    /// 记录与评价
    Record,
    /// 归档
    Archive,
    /// 取消
    Cancel,
}

use ActivityAction as A;

/// The state does not allow the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WrongState(pub(super) ActivityState);

impl ActivityAction {
    /// Every action.
    pub(super) const ALL: [Self; 8] =
        [A::Update, A::Submit, A::Return, A::Publish, A::End, A::Record, A::Archive, A::Cancel];

    /// The whole life of an activity as far as people move it: from which states, to
    /// which state; an edit stays where it is. Starting and ending by the clock is
    /// [`current_state`].
    const fn edge(self) -> (&'static [S], Option<S>) {
        match self {
            A::Update => (&[S::Draft, S::Published], None),
            A::Submit => (&[S::Draft], Some(S::Submitted)),
            A::Return => (&[S::Submitted], Some(S::Draft)),
            A::Publish => (&[S::Submitted], Some(S::Published)),
            A::End => (&[S::InProgress], Some(S::Ended)),
            A::Record => (&[S::Ended], Some(S::Recorded)),
            A::Archive => (&[S::Recorded], Some(S::Archived)),
            A::Cancel => (&[S::Draft, S::Submitted, S::Published], Some(S::Cancelled)),
        }
    }

    /// The state reached from `from`.
    ///
    /// # Errors
    /// The state, when it does not allow this.
    pub(super) fn apply(self, from: S) -> Result<S, WrongState> {
        let (allowed, to) = self.edge();
        if allowed.contains(&from) { Ok(to.unwrap_or(from)) } else { Err(WrongState(from)) }
    }

    /// What the caller must be allowed at the activity's site.
    pub(super) const fn permission(self) -> Permission {
        match self {
            A::Update | A::Submit => Permission::ManageActivities,
            A::Return | A::Publish | A::Record | A::Archive | A::Cancel => {
                Permission::PublishActivities
            }
            A::End => Permission::RunAttendance,
        }
    }

    /// The journal's word for it.
    pub(super) const fn event(self) -> &'static str {
        match self {
            A::Update => "activity.updated",
            A::Submit => "activity.submitted",
            A::Return => "activity.returned",
            A::Publish => "activity.published",
            A::End => ENDED,
            A::Record => "activity.recorded",
            A::Archive => "activity.archived",
            A::Cancel => "activity.cancelled",
        }
    }
}

const STARTED: &str = "activity.started";
const ENDED: &str = "activity.ended";

/// What this caller may do with an activity in `state` at the site of that path.
pub(super) fn allowed_actions(caller: &Caller, path: &str, state: S) -> Vec<ActivityAction> {
    let allowed =
        |action: &A| action.apply(state).is_ok() && caller.may_at(action.permission(), path);
    A::ALL.into_iter().filter(allowed).collect()
}

/// The state an activity is in at `now`. Starting and ending are reached by time
/// alone, so that no decision depends on the job that writes them down.
#[must_use]
pub(crate) fn current_state(activity: &activity::Model, now: DateTime<Utc>) -> ActivityState {
    match activity.state {
        S::Published | S::InProgress => {
            if now >= activity.ends_at {
                S::Ended
            } else if now >= activity.starts_at {
                S::InProgress
            } else {
                S::Published
            }
        }
        state @ (S::Draft | S::Submitted | S::Ended | S::Recorded | S::Archived | S::Cancelled) => {
            state
        }
    }
}

/// The last day on which an activity must be recorded, and people may still be entered:
/// so many working days after its end, or after its publication when that came later.
#[must_use]
pub(crate) fn record_due_day(
    activity: &activity::Model,
    calendar: &WorkingDays,
    days: i64,
) -> NaiveDate {
    let over = match activity.published_at {
        Some(published) if activity.retroactive => activity.ends_at.max(published),
        Some(_) | None => activity.ends_at,
    };
    calendar.last_day_after(local_day(over), days)
}

/// What time did since the state was last written down, in the journal's words.
pub(super) fn passages(stored: S, current: S) -> Vec<&'static str> {
    let started = stored == S::Published && matches!(current, S::InProgress | S::Ended);
    let ended = stored != S::Ended && current == S::Ended;
    let passed = [(started, STARTED), (ended, ENDED)];
    passed.into_iter().filter_map(|(happened, word)| happened.then_some(word)).collect()
}

/// Whether everybody may see an activity in this state. A cancelled one is looked
/// at singly by those who signed up, see [`is_known_to_public`].
pub(super) const fn is_public(state: S) -> bool {
    match state {
        S::Published | S::InProgress | S::Ended | S::Recorded | S::Archived => true,
        S::Draft | S::Submitted | S::Cancelled => false,
    }
}

/// Whether everybody may open the activity: it is public, or was and got cancelled.
pub(super) fn is_known_to_public(activity: &activity::Model) -> bool {
    is_public(activity.state) || (activity.state == S::Cancelled && activity.published_at.is_some())
}

/// Who wants to run an activity, as far as the rule must know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Runner {
    /// The account.
    pub(crate) account: AccountId,
    /// Whether a role lets her run attendance at the activity's site.
    pub(crate) runs_attendance_here: bool,
}

impl Runner {
    /// Reads the facts off a caller.
    pub(crate) fn of(caller: &Caller, site_path: &str) -> Self {
        Self {
            account: caller.account,
            runs_attendance_here: caller.may_at(Permission::RunAttendance, site_path),
        }
    }
}

/// Whether she may run the roll-call of this activity: staff of the site who run
/// attendance, or its organiser.
#[must_use]
pub(crate) fn may_run(runner: Runner, activity: &activity::Model) -> bool {
    runner.runs_attendance_here || activity.organiser_account_id == Some(runner.account)
}

/// The first instant of a day in China.
pub(super) fn day_start(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = midnight.and_local_timezone(Shanghai).earliest();
    local.map_or_else(|| midnight.and_utc(), |instant| instant.with_timezone(&Utc))
}

#[cfg(test)]
#[path = "domain_tests.rs"]
pub(crate) mod tests;
