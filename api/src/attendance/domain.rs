//! Who may come and go, and what may become of an attendance. Pure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::activity::{ActivityKind, ActivityState, RiskLevel};
use entity::attendance::AttendanceState;
use entity::ids::{AttendanceId, SiteId};
use entity::sign_up::SignUpState;
use entity::string_list::StringList;
use entity::volunteer::VolunteerState;
use sea_orm::FromQueryResult;

use crate::platform::clock::local_day;
use crate::site::Settings;

/// Why somebody is not let in or out. Clients show each with its own next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Not a code of ours.
    UnknownCode,
    /// Shown too long ago.
    CodeExpired,
    /// Its screen was stopped.
    CodeRevoked,
    /// Of another activity than the one she has open.
    WrongActivity,
    /// For coming instead of going, or the reverse.
    WrongDirection,
    /// The activity wants sign-up, and she is not on the list.
    NotSignedUp,
    /// She is on the wait list.
    Waitlisted,
    /// The activity does not take place.
    ActivityCancelled,
    /// The door is not open yet.
    TooEarly,
    /// The door is closed.
    TooLate,
    /// She has been here and left already.
    AlreadyIn,
    /// She never came.
    NotIn,
    /// Not verified, suspended, disqualified or closed.
    VolunteerNotActive(VolunteerState),
    /// No card in use.
    CardNotActive,
    /// No place left.
    CapacityFull,
    /// The activity wants a skill she has not named.
    NeedsSkill,
    /// Too young.
    MinorBarred,
    /// She has not left another activity that is still going on.
    Overlap,
    /// Her hours of the day are used up.
    DailyCap,
}

impl Reason {
    /// Every reason; one state stands for all.
    pub(crate) const ALL: [Self; 19] = [
        Self::UnknownCode,
        Self::CodeExpired,
        Self::CodeRevoked,
        Self::WrongActivity,
        Self::WrongDirection,
        Self::NotSignedUp,
        Self::Waitlisted,
        Self::ActivityCancelled,
        Self::TooEarly,
        Self::TooLate,
        Self::AlreadyIn,
        Self::NotIn,
        Self::VolunteerNotActive(VolunteerState::Suspended),
        Self::CardNotActive,
        Self::CapacityFull,
        Self::NeedsSkill,
        Self::MinorBarred,
        Self::Overlap,
        Self::DailyCap,
    ];
}

/// Everything a check-in depends on, read in one statement.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, as a row has it")]
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Situation {
    pub(crate) site_id: SiteId,
    pub(crate) title: String,
    pub(crate) activity_state: ActivityState,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) needs_sign_up: bool,
    pub(crate) min_age: Option<i16>,
    pub(crate) required_skill: Option<String>,
    pub(crate) risk_level: RiskLevel,
    pub(crate) retroactive: bool,
    pub(crate) volunteer_state: VolunteerState,
    pub(crate) birth_date: NaiveDate,
    pub(crate) skills: StringList,
    pub(crate) has_active_card: bool,
    pub(crate) guardian_consented: bool,
    pub(crate) sign_up_state: Option<SignUpState>,
    pub(crate) attendance_id: Option<AttendanceId>,
    pub(crate) attendance_state: Option<AttendanceState>,
    pub(crate) checked_in_at: Option<DateTime<Utc>>,
    pub(crate) checked_out_at: Option<DateTime<Utc>>,
    pub(crate) nonce_unverified: Option<bool>,
    /// Checked in at another activity that is still going on.
    pub(crate) open_elsewhere: bool,
    /// Confirmed tenths of an hour of the day.
    pub(crate) day_tenths: i64,
}

/// How somebody comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// On the list.
    Listed,
    /// Not on the list, where none is needed: takes a place at the door.
    WalkIn,
    /// In already: the same answer again.
    Again,
}

/// How somebody goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Now.
    Leaves,
    /// Gone already: the same answer again.
    Again,
}

/// Whether she may come in at `now`.
///
/// # Errors
/// The first reason against it, the most helpful one first.
pub(crate) fn decide_in(
    s: &Situation,
    rules: &Settings,
    now: DateTime<Utc>,
) -> Result<Entry, Reason> {
    match s.attendance_state {
        Some(AttendanceState::CheckedIn) => return Ok(Entry::Again),
        Some(
            AttendanceState::CheckedOut
            | AttendanceState::Confirmed
            | AttendanceState::Disputed
            | AttendanceState::NoShow,
        ) => return Err(Reason::AlreadyIn),
        None => {}
    }
    takes_place(s)?;
    if now < s.starts_at - TimeDelta::minutes(rules.check_in_early_minutes) {
        return Err(Reason::TooEarly);
    }
    if now >= s.ends_at {
        return Err(Reason::TooLate);
    }
    fit(s, rules)?;
    let entry = place(s)?;
    if s.open_elsewhere {
        return Err(Reason::Overlap);
    }
    if s.day_tenths >= i64::from(rules.daily_hours_cap_tenths) {
        return Err(Reason::DailyCap);
    }
    Ok(entry)
}

/// Whether the activity receives people at all.
fn takes_place(s: &Situation) -> Result<(), Reason> {
    match s.activity_state {
        ActivityState::Cancelled => Err(Reason::ActivityCancelled),
        ActivityState::Draft | ActivityState::Submitted => Err(Reason::TooEarly),
        // Of an activity published after its start only late entries count.
        ActivityState::Published | ActivityState::InProgress | ActivityState::Ended => {
            if s.retroactive { Err(Reason::TooLate) } else { Ok(()) }
        }
        ActivityState::Recorded | ActivityState::Archived => Err(Reason::TooLate),
    }
}

/// Whether this person may take part.
pub(super) fn fit(s: &Situation, rules: &Settings) -> Result<(), Reason> {
    if s.volunteer_state != VolunteerState::Active {
        return Err(Reason::VolunteerNotActive(s.volunteer_state));
    }
    if !s.has_active_card {
        return Err(Reason::CardNotActive);
    }
    let age = local_day(s.starts_at).years_since(s.birth_date).unwrap_or(0);
    let dangerous = (s.risk_level == RiskLevel::Dangerous).then_some(rules.dangerous_min_age);
    if i64::from(age) < i64::from(rules.guardian_age) && !s.guardian_consented {
        return Err(Reason::MinorBarred);
    }
    let least = s.min_age.into_iter().chain(dangerous).max().unwrap_or(0);
    if i64::from(age) < i64::from(least) {
        return Err(Reason::MinorBarred);
    }
    match &s.required_skill {
        Some(skill) if !s.skills.0.contains(skill) => Err(Reason::NeedsSkill),
        Some(_) | None => Ok(()),
    }
}

fn place(s: &Situation) -> Result<Entry, Reason> {
    match s.sign_up_state {
        Some(SignUpState::SignedUp) => Ok(Entry::Listed),
        Some(SignUpState::Waitlisted) => Err(Reason::Waitlisted),
        Some(SignUpState::Withdrawn) | None if s.needs_sign_up => Err(Reason::NotSignedUp),
        Some(SignUpState::Withdrawn) | None => Ok(Entry::WalkIn),
    }
}

/// Whether she may go out at `now`. Leaving is recorded whatever has become of her
/// membership meanwhile: what counts is decided at the confirmation.
///
/// # Errors
/// The first reason against it.
pub(crate) fn decide_out(
    s: &Situation,
    rules: &Settings,
    now: DateTime<Utc>,
) -> Result<Exit, Reason> {
    match s.attendance_state {
        Some(AttendanceState::CheckedOut) => return Ok(Exit::Again),
        Some(AttendanceState::CheckedIn) => {}
        // A person has decided already.
        Some(AttendanceState::Confirmed | AttendanceState::Disputed) => {
            return Err(Reason::TooLate);
        }
        Some(AttendanceState::NoShow) | None => return Err(Reason::NotIn),
    }
    takes_place(s)?;
    if now >= s.ends_at + TimeDelta::minutes(rules.check_in_late_minutes) {
        return Err(Reason::TooLate);
    }
    Ok(Exit::Leaves)
}

/// What staff do with an attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// It counts.
    Confirm,
    /// Something is wrong with it; it earns nothing until a person decides.
    Dispute,
    /// She was not there.
    MarkNoShow,
}

impl Action {
    /// Every action.
    pub(crate) const ALL: [Self; 3] = [Self::Confirm, Self::Dispute, Self::MarkNoShow];

    /// From which states, and to which.
    pub(crate) const fn edge(self) -> (&'static [AttendanceState], AttendanceState) {
        use AttendanceState::{CheckedIn, CheckedOut, Confirmed, Disputed, NoShow};
        match self {
            Self::Confirm => (&[CheckedIn, CheckedOut, Disputed], Confirmed),
            Self::Dispute => (&[CheckedIn, CheckedOut], Disputed),
            Self::MarkNoShow => (&[CheckedIn, CheckedOut, Disputed], NoShow),
        }
    }

    /// Whether it may happen in `state`.
    pub(crate) fn allowed(self, state: AttendanceState) -> bool {
        self.edge().0.contains(&state)
    }

    /// Its name in views.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Dispute => "dispute",
            Self::MarkNoShow => "mark_no_show",
        }
    }
}

/// Why staff cannot do this now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActionRefusal {
    /// Not in this state of the attendance or of the activity.
    WrongState,
    /// The activity did not take place.
    Cancelled,
}

/// Whether the action may happen, given the attendance's and the activity's state.
///
/// # Errors
/// Why not.
pub(crate) fn decide_action(
    action: Action,
    state: AttendanceState,
    activity: ActivityState,
) -> Result<(), ActionRefusal> {
    if !action.allowed(state) {
        return Err(ActionRefusal::WrongState);
    }
    match (activity, action) {
        (ActivityState::Cancelled, _) => Err(ActionRefusal::Cancelled),
        // An activity is not recorded before all is decided; what came in at that very
        // moment can still be, until it is put away.
        (ActivityState::Ended | ActivityState::Recorded, _)
        | (ActivityState::InProgress, Action::Dispute) => Ok(()),
        // Who has left may be confirmed while the others go on.
        (ActivityState::InProgress, Action::Confirm) if state == AttendanceState::CheckedOut => {
            Ok(())
        }
        (
            ActivityState::Draft
            | ActivityState::Submitted
            | ActivityState::Published
            | ActivityState::InProgress
            | ActivityState::Archived,
            Action::Confirm | Action::Dispute | Action::MarkNoShow,
        ) => Err(ActionRefusal::WrongState),
    }
}

/// Whether attending such an activity is volunteer service: only that makes hours
/// on record (Regulations on Volunteer Services, art. 19). Listening to a lecture is none.
pub(crate) const fn is_service(kind: ActivityKind) -> bool {
    match kind {
        ActivityKind::Service => true,
        ActivityKind::Lecture
        | ActivityKind::Practice
        | ActivityKind::Training
        | ActivityKind::RedemptionFair => false,
    }
}

#[cfg(test)]
#[path = "domain_tests.rs"]
mod tests;
