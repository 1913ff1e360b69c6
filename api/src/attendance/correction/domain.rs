//! What a decision may say of an attendance, and how it is told. Pure.

use entity::activity::ActivityState;
use entity::attendance::{self, AttendanceState};

use super::super::hours::{Interval, in_hours};

/// What a decision says: that she was not there, or when she was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// She was not there.
    Absent,
    /// She was there.
    Present(Interval),
}

impl Said {
    /// When she was there, if she was.
    pub(super) const fn span(self) -> Option<Interval> {
        match self {
            Self::Absent => None,
            Self::Present(span) => Some(span),
        }
    }

    /// What becomes of the attendance, whatever it was.
    pub(super) const fn state(self) -> AttendanceState {
        match self {
            Self::Absent => AttendanceState::NoShow,
            Self::Present(_) => AttendanceState::Confirmed,
        }
    }
}

/// Why a decision cannot say this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SaidRefusal {
    /// The activity goes on, or was called off.
    NotOver,
    /// It began before the activity.
    StartOutside,
    /// It ended after the activity.
    EndOutside,
    /// It is less than stands there, and she was right that there is too little.
    Less,
    /// It is what stands there, and somebody was right that this is wrong.
    Same,
}

/// How far the objection is granted by a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Granted {
    /// In all, to the holder of the record.
    ToHer,
    /// In all, to somebody else.
    ToOthers,
    /// In part.
    InPart,
}

/// Whether an activity in this state has attendances that can be put right: while it goes on its
/// people decide, and what was called off had none.
pub(super) const fn can_be_corrected(activity: ActivityState) -> bool {
    match activity {
        ActivityState::Ended | ActivityState::Recorded | ActivityState::Archived => true,
        ActivityState::Draft
        | ActivityState::Submitted
        | ActivityState::Published
        | ActivityState::InProgress
        | ActivityState::Cancelled => false,
    }
}

/// Nobody was at an activity outside its hours.
pub(super) fn check(said: Said, state: ActivityState, whole: &Interval) -> Result<(), SaidRefusal> {
    if !can_be_corrected(state) {
        return Err(SaidRefusal::NotOver);
    }
    let Some(span) = said.span() else { return Ok(()) };
    if span.start() < whole.start() || span.start() >= whole.end() {
        return Err(SaidRefusal::StartOutside);
    }
    if span.end() > whole.end() {
        return Err(SaidRefusal::EndOutside);
    }
    Ok(())
}

/// Nobody who was right in all is answered with what stands already, for against such an answer
/// there is no appeal. What the holder says of her own attendance is that it wrongs her: it does
/// not become less by it.
pub(super) fn check_granted(
    granted: Granted,
    before: &attendance::Model,
    (said, tenths): (Said, u32),
) -> Result<(), SaidRefusal> {
    if granted == Granted::InPart {
        return Ok(());
    }
    let stands = match before.state {
        AttendanceState::Confirmed => before.hours_tenths.unwrap_or(0).unsigned_abs(),
        AttendanceState::CheckedIn
        | AttendanceState::CheckedOut
        | AttendanceState::Disputed
        | AttendanceState::NoShow => 0,
    };
    let times = said.span().map(|span| (span.start(), span.end()));
    if said.state() == before.state && times == before.starts_at.zip(before.ends_at) {
        return Err(SaidRefusal::Same);
    }
    if granted == Granted::ToHer && tenths < stands {
        return Err(SaidRefusal::Less);
    }
    Ok(())
}

/// What she reads beside the corrected attendance.
pub(super) fn in_words(now: &str, before: &attendance::Model) -> String {
    format!("{now}；按异议处理决定更正，原记录为{}", was(before))
}

fn was(before: &attendance::Model) -> String {
    match before.state {
        AttendanceState::Confirmed => in_hours(before.hours_tenths.unwrap_or(0).unsigned_abs()),
        AttendanceState::NoShow => "未到场".into(),
        AttendanceState::CheckedIn | AttendanceState::CheckedOut | AttendanceState::Disputed => {
            "未确认".into()
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use sea_orm::Iterable;

    use super::*;

    fn span(from: i64, to: i64) -> Interval {
        let at = |minutes| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minutes);
        Interval::new(at(from), at(to)).unwrap()
    }

    #[test]
    fn only_what_is_over_and_took_place_is_put_right() {
        use ActivityState::{Archived, Ended, Recorded};
        let over: Vec<_> = ActivityState::iter().filter(|state| can_be_corrected(*state)).collect();
        assert_eq!(over, [Ended, Recorded, Archived]);
        let refused = check(Said::Absent, ActivityState::Cancelled, &span(0, 60));
        assert_eq!(refused, Err(SaidRefusal::NotOver));
    }

    #[test]
    fn nobody_was_there_outside_its_hours() {
        let said =
            |from, to| check(Said::Present(span(from, to)), ActivityState::Ended, &span(0, 60));
        assert_eq!(said(0, 60), Ok(()));
        assert_eq!(said(59, 60), Ok(()));
        assert_eq!(said(-1, 60), Err(SaidRefusal::StartOutside));
        assert_eq!(said(60, 61), Err(SaidRefusal::StartOutside));
        assert_eq!(said(0, 61), Err(SaidRefusal::EndOutside));
        assert_eq!(check(Said::Absent, ActivityState::Ended, &span(0, 60)), Ok(()));
    }
}
