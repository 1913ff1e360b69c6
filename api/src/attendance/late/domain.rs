//! Who may be entered late, and who may agree to it. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use entity::activity::ActivityState;
use entity::ids::AccountId;
use entity::late_entry::{self, LateEntryState};
use entity::sign_up::SignUpState;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::domain::{Reason, Situation, fit};
use super::super::hours::{Interval, overlaps};
use crate::platform::clock::local_day;
use crate::site::Settings;

/// What the second person does with a late entry (对补录的操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LateAction {
    /// 复核通过
    Approve,
    /// 不予通过
    Reject,
}

impl LateAction {
    /// Every action.
    pub(super) const ALL: [Self; 2] = [Self::Approve, Self::Reject];

    /// From which state, and to which.
    const fn edge(self) -> (LateEntryState, LateEntryState) {
        match self {
            Self::Approve => (LateEntryState::Pending, LateEntryState::Approved),
            Self::Reject => (LateEntryState::Pending, LateEntryState::Rejected),
        }
    }

    /// The state reached.
    pub(super) const fn target(self) -> LateEntryState {
        self.edge().1
    }
}

/// Why an entry is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LateRefusal {
    /// As at the door.
    Door(Reason),
    /// The time is not within the activity, or not over yet: the pointer and the words.
    Field(&'static str, &'static str),
    /// Entering was possible until this day.
    WindowOver(NaiveDate),
    /// Another entry for the same person waits.
    Pending,
    /// Decided already.
    WrongState,
    /// One person neither enters and approves nor decides about herself and her kin.
    MustRecuse,
}

impl From<Reason> for LateRefusal {
    fn from(reason: Reason) -> Self {
        Self::Door(reason)
    }
}

/// What a late entry depends on beside the situation at the door.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The activity's state now.
    pub(super) state: ActivityState,
    pub(super) attended: Interval,
    /// When else she was somewhere, or is said to have been.
    pub(super) elsewhere: Vec<Interval>,
    /// How many took part.
    pub(super) present: u64,
    pub(super) capacity: i32,
}

/// Whether somebody may be written down as having taken part.
///
/// # Errors
/// The first reason against it.
pub(super) fn decide_entry(
    s: &Situation,
    facts: &Facts,
    rules: &Settings,
    now: DateTime<Utc>,
) -> Result<(), LateRefusal> {
    match facts.state {
        ActivityState::Cancelled => return Err(Reason::ActivityCancelled.into()),
        ActivityState::Draft | ActivityState::Submitted | ActivityState::Published => {
            return Err(Reason::TooEarly.into());
        }
        ActivityState::Recorded | ActivityState::Archived => return Err(Reason::TooLate.into()),
        ActivityState::InProgress | ActivityState::Ended => {}
    }
    check_times(s, &facts.attended, now)?;
    if s.attendance_state.is_some() {
        return Err(Reason::AlreadyIn.into());
    }
    fit(s, rules)?;
    // Nobody could sign up for what was published after its start.
    let listed = match s.sign_up_state {
        Some(SignUpState::SignedUp) => true,
        Some(SignUpState::Waitlisted) if !s.retroactive => return Err(Reason::Waitlisted.into()),
        Some(SignUpState::Waitlisted | SignUpState::Withdrawn) | None => false,
    };
    if !listed && s.needs_sign_up && !s.retroactive {
        return Err(Reason::NotSignedUp.into());
    }
    if facts.present >= u64::try_from(facts.capacity).unwrap_or(0) {
        return Err(Reason::CapacityFull.into());
    }
    if facts.elsewhere.iter().any(|other| overlaps(other, &facts.attended)) {
        return Err(Reason::Overlap.into());
    }
    if s.day_tenths >= i64::from(rules.daily_hours_cap_tenths) {
        return Err(Reason::DailyCap.into());
    }
    Ok(())
}

fn check_times(s: &Situation, attended: &Interval, now: DateTime<Utc>) -> Result<(), LateRefusal> {
    if attended.start() < s.starts_at || attended.start() >= s.ends_at {
        return Err(LateRefusal::Field("/starts_at", "应在活动时间之内"));
    }
    if attended.end() > s.ends_at {
        return Err(LateRefusal::Field("/ends_at", "应在活动时间之内"));
    }
    if attended.end() > now {
        return Err(LateRefusal::Field("/ends_at", "还没有到这个时间"));
    }
    Ok(())
}

/// Entering is over after the day on which the activity must be recorded.
pub(super) fn check_window(last: NaiveDate, now: DateTime<Utc>) -> Result<(), LateRefusal> {
    if local_day(now) > last { Err(LateRefusal::WindowOver(last)) } else { Ok(()) }
}

/// Whether this person may decide; `related` when it is about herself or her kin.
///
/// # Errors
/// `WrongState` once it is decided, `MustRecuse` for who entered it and for kin.
pub(super) fn decide(
    action: LateAction,
    entry: &late_entry::Model,
    by: AccountId,
    related: bool,
) -> Result<LateEntryState, LateRefusal> {
    let (from, to) = action.edge();
    if entry.state != from {
        return Err(LateRefusal::WrongState);
    }
    if related || entry.entered_by == by {
        return Err(LateRefusal::MustRecuse);
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use entity::activity::RiskLevel;
    use entity::attendance::AttendanceState;
    use entity::string_list::StringList;
    use entity::volunteer::VolunteerState;
    use sea_orm::Iterable;
    use uuid::Uuid;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        "2026-10-01T01:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
    }

    fn span(from: i64, to: i64) -> Interval {
        Interval::new(at(from), at(to)).unwrap()
    }

    fn situation() -> Situation {
        Situation {
            site_id: Uuid::nil().into(),
            title: "清扫村道".into(),
            activity_state: ActivityState::Ended,
            starts_at: at(0),
            ends_at: at(120),
            needs_sign_up: true,
            min_age: None,
            required_skill: None,
            risk_level: RiskLevel::Ordinary,
            retroactive: true,
            volunteer_state: VolunteerState::Active,
            birth_date: "2000-10-02".parse().unwrap(),
            skills: StringList::default(),
            has_active_card: true,
            guardian_consented: false,
            sign_up_state: None,
            attendance_id: None,
            attendance_state: None,
            checked_in_at: None,
            checked_out_at: None,
            nonce_unverified: None,
            open_elsewhere: false,
            day_tenths: 0,
        }
    }

    fn facts() -> Facts {
        let state = ActivityState::Ended;
        Facts { state, attended: span(0, 120), elsewhere: Vec::new(), present: 0, capacity: 5 }
    }

    type Change = fn(&mut Situation, &mut Facts);

    fn decided(change: Change) -> Result<(), LateRefusal> {
        let (mut s, mut facts) = (situation(), facts());
        change(&mut s, &mut facts);
        decide_entry(&s, &facts, &Settings::defaults(), at(130))
    }

    #[test]
    fn each_reason_stands_for_its_own_case() {
        let door = |reason| Err(LateRefusal::Door(reason));
        let cases: [(Change, Result<(), LateRefusal>); 15] = [
            (|_, _| {}, Ok(())),
            (|_, f| f.state = ActivityState::Cancelled, door(Reason::ActivityCancelled)),
            (|_, f| f.state = ActivityState::Submitted, door(Reason::TooEarly)),
            (|_, f| f.state = ActivityState::Recorded, door(Reason::TooLate)),
            (|_, f| f.state = ActivityState::InProgress, Ok(())),
            (|s, _| s.attendance_state = Some(AttendanceState::NoShow), door(Reason::AlreadyIn)),
            (
                |s, _| s.volunteer_state = VolunteerState::Suspended,
                door(Reason::VolunteerNotActive(VolunteerState::Suspended)),
            ),
            (|s, _| s.retroactive = false, door(Reason::NotSignedUp)),
            (
                |s, _| {
                    s.retroactive = false;
                    s.sign_up_state = Some(SignUpState::Waitlisted);
                },
                door(Reason::Waitlisted),
            ),
            (
                |s, _| {
                    s.retroactive = false;
                    s.sign_up_state = Some(SignUpState::SignedUp);
                },
                Ok(()),
            ),
            (|s, _| (s.retroactive, s.needs_sign_up) = (false, false), Ok(())),
            (|_, f| f.present = 5, door(Reason::CapacityFull)),
            (|_, f| f.elsewhere = vec![span(119, 180)], door(Reason::Overlap)),
            (|_, f| f.elsewhere = vec![span(120, 180)], Ok(())),
            (|s, _| s.day_tenths = 80, door(Reason::DailyCap)),
        ];
        for (number, (change, answer)) in cases.into_iter().enumerate() {
            assert_eq!(decided(change), answer, "case {number}");
        }
    }

    #[test]
    fn times_lie_within_the_activity_and_in_the_past() {
        let pointer = |change: Change| match decided(change) {
            Err(LateRefusal::Field(pointer, _)) => pointer,
            other => panic!("{other:?}"),
        };
        assert_eq!(pointer(|_, f| f.attended = span(-1, 60)), "/starts_at");
        assert_eq!(pointer(|_, f| f.attended = span(120, 121)), "/starts_at");
        assert_eq!(pointer(|_, f| f.attended = span(60, 121)), "/ends_at");
        let future: Change = |s, f| {
            s.ends_at = at(200);
            f.attended = span(60, 131);
        };
        assert_eq!(pointer(future), "/ends_at");
    }

    #[test]
    fn the_last_day_counts() {
        let last: NaiveDate = "2026-10-01".parse().unwrap();
        assert_eq!(check_window(last, at(0)), Ok(()));
        let next = at(24 * 60);
        assert_eq!(check_window(last, next), Err(LateRefusal::WindowOver(last)));
    }

    #[test]
    fn a_second_person_decides_once() {
        let account = |n: u128| AccountId::from(Uuid::from_u128(n));
        for state in LateEntryState::iter() {
            let entry = late_entry::Model {
                id: Uuid::nil().into(),
                activity_id: Uuid::nil().into(),
                volunteer_id: Uuid::nil().into(),
                site_id: Uuid::nil().into(),
                starts_at: at(0),
                ends_at: at(1),
                reason: String::new(),
                evidence: String::new(),
                state,
                entered_by: account(1),
                entered_at: at(0),
                decided_by: None,
                decided_at: None,
                decision_reason: None,
                attendance_id: None,
                version: 1,
            };
            for action in LateAction::ALL {
                let pending = state == LateEntryState::Pending;
                let first = decide(action, &entry, account(1), false);
                let kin = decide(action, &entry, account(2), true);
                let second = decide(action, &entry, account(2), false);
                let refusal =
                    if pending { LateRefusal::MustRecuse } else { LateRefusal::WrongState };
                assert_eq!((first, kin), (Err(refusal), Err(refusal)));
                let answer =
                    if pending { Ok(action.target()) } else { Err(LateRefusal::WrongState) };
                assert_eq!(second, answer);
            }
        }
    }
}
