//! The life of an activity. Pure.

use chrono::{DateTime, Utc};
use entity::activity::{self, ActivityState};
use entity::ids::AccountId;

use crate::auth::{Caller, Permission};

/// The state an activity is in at `now`. Starting and ending are reached by time
/// alone, so that no decision depends on the job that writes them down.
#[must_use]
pub(crate) fn current_state(activity: &activity::Model, now: DateTime<Utc>) -> ActivityState {
    match activity.state {
        ActivityState::Published | ActivityState::InProgress => {
            if now >= activity.ends_at {
                ActivityState::Ended
            } else if now >= activity.starts_at {
                ActivityState::InProgress
            } else {
                ActivityState::Published
            }
        }
        state @ (ActivityState::Draft
        | ActivityState::Submitted
        | ActivityState::Ended
        | ActivityState::Recorded
        | ActivityState::Archived
        | ActivityState::Cancelled) => state,
    }
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
