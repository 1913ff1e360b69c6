//! The life of a claim, and who may decide on it. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use entity::attendance::AttendanceState;
use entity::claim::{self, ClaimState, EnteredVia};
use entity::ids::{AccountId, ActivityId, ClaimId};
use entity::volunteer::VolunteerState;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

use ClaimState as S;

/// What can be done to a claim (可对积分申请进行的操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ClaimAction {
    /// 提交
    Submit,
    /// 撤回
    Withdraw,
    /// 认定
    Certify,
    /// 退回
    Return,
    /// 不予认定
    Reject,
    /// 撤销认定
    Revoke,
    /// 异议成立，重新进入认定
    Reopen,
}

use ClaimAction as A;

impl ClaimAction {
    /// What the volunteer does.
    const HERS: [Self; 2] = [A::Submit, A::Withdraw];
    /// What staff decide.
    const STAFFS: [Self; 4] = [A::Certify, A::Return, A::Reject, A::Revoke];

    /// The whole life of a claim: from which states, to which state.
    const fn edge(self) -> (&'static [S], S) {
        match self {
            A::Submit => (&[S::Draft, S::Returned], S::Submitted),
            A::Withdraw => (&[S::Draft, S::Submitted, S::Returned], S::Withdrawn),
            A::Certify => (&[S::Submitted, S::UnderReview], S::Certified),
            A::Return => (&[S::Submitted, S::UnderReview], S::Returned),
            A::Reject => (&[S::Submitted, S::UnderReview], S::Rejected),
            A::Revoke => (&[S::Certified], S::Revoked),
            A::Reopen => (&[S::Rejected], S::Submitted),
        }
    }

    /// The state reached from `from`, or the refusal.
    pub(super) fn apply(self, from: S) -> Result<S, ClaimRefusal> {
        let (allowed, to) = self.edge();
        if allowed.contains(&from) { Ok(to) } else { Err(ClaimRefusal::WrongState(from)) }
    }

    /// What the journal calls it.
    pub(super) const fn event(self) -> &'static str {
        match self {
            A::Submit => "claim.submitted",
            A::Withdraw => "claim.withdrawn",
            A::Certify => "claim.certified",
            A::Return => "claim.returned",
            A::Reject => "claim.rejected",
            A::Revoke => "claim.revoked",
            A::Reopen => "claim.reopened",
        }
    }
}

/// What a notice round does to a certified claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoticeStep {
    /// It is shown to everybody.
    Enter,
    /// The notice ended without an open question: it counts.
    TakeEffect,
    /// Somebody objects.
    Object,
    /// The objection was not upheld.
    Clear,
    /// It should not have been certified.
    Strike,
}

impl NoticeStep {
    /// Every step.
    #[cfg(test)]
    pub(super) const ALL: [Self; 5] =
        [Self::Enter, Self::TakeEffect, Self::Object, Self::Clear, Self::Strike];

    /// From which states, to which.
    pub(super) const fn edge(self) -> (&'static [S], S) {
        match self {
            Self::Enter => (&[S::Certified], S::InNotice),
            Self::TakeEffect => (&[S::InNotice], S::Effective),
            Self::Object => (&[S::InNotice], S::Objected),
            Self::Clear => (&[S::Objected, S::Recheck], S::InNotice),
            Self::Strike => (&[S::InNotice, S::Objected, S::Recheck, S::Effective], S::Revoked),
        }
    }

    /// What the journal calls it.
    pub(super) const fn event(self) -> &'static str {
        match self {
            Self::Enter => "claim.in_notice",
            Self::TakeEffect => "claim.effective",
            Self::Object => "claim.objected",
            Self::Clear => "claim.cleared",
            Self::Strike => "claim.struck",
        }
    }
}

/// Whether a claim in this state stands in the way of another for the same thing, and
/// counts under the caps.
pub(super) const fn is_live(state: S) -> bool {
    match state {
        S::Draft
        | S::Submitted
        | S::UnderReview
        | S::Certified
        | S::InNotice
        | S::Effective
        | S::Returned
        | S::Objected
        | S::Recheck => true,
        S::Rejected | S::Withdrawn | S::Revoked => false,
    }
}

/// Whether a claim in this state stands, or stood, on a public notice, from which it is
/// struck rather than revoked.
pub(super) const fn is_public(state: S) -> bool {
    match state {
        S::InNotice | S::Effective | S::Objected | S::Recheck => true,
        S::Draft
        | S::Submitted
        | S::UnderReview
        | S::Certified
        | S::Returned
        | S::Rejected
        | S::Withdrawn
        | S::Revoked => false,
    }
}

/// Whether a claim in this state can be frozen: something is still to come of it, and it does
/// not stand in a notice, where its entry is frozen instead.
pub(super) const fn can_be_frozen(state: S) -> bool {
    match state {
        S::Submitted | S::UnderReview | S::Certified => true,
        S::Draft
        | S::InNotice
        | S::Effective
        | S::Returned
        | S::Objected
        | S::Recheck
        | S::Rejected
        | S::Withdrawn
        | S::Revoked => false,
    }
}

/// Whether a claim in this state waits for staff.
pub(super) const fn is_waiting(state: S) -> bool {
    matches!(state, S::Submitted | S::UnderReview)
}

/// Why something about claims is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ClaimRefusal {
    /// The claim's state does not allow it.
    WrongState(S),
    /// She is close to it.
    MustRecuse,
    /// It changed meanwhile.
    Stale,
    /// This live claim is for the same thing.
    AlreadyClaimed(ClaimId),
    /// It was taken back after somebody's objection.
    Struck,
    /// The organiser has not confirmed the attendance.
    NotConfirmed,
    /// Too late.
    WindowClosed,
    /// There is no rule item for it.
    EarnsNoPoints,
    /// It comes to nothing; the computation in words.
    NoPointsLeft(String),
    /// Only active volunteers earn.
    EarningSuspended,
    /// No rules are in force.
    NoRules,
}

/// Whose hand enters a claim, and by what right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) by: AccountId,
    pub(super) via: EnteredVia,
    /// Why staff do it for her.
    pub(super) reason: Option<&'a str>,
}

impl<'a> Entry<'a> {
    /// By staff, for this reason.
    pub(super) const fn of_staff(by: AccountId, reason: &'a str) -> Self {
        Self { by, via: EnteredVia::Staff, reason: Some(reason) }
    }

    /// From somebody's own phone: the volunteer's, or that of who acts for her now. Nobody
    /// else knows of it.
    pub(super) const fn from_phone(by: AccountId, own: bool, acts_for: bool) -> Option<Self> {
        let via = match (own, acts_for) {
            (true, _) => EnteredVia::Own,
            (false, true) => EnteredVia::Proxy,
            (false, false) => return None,
        };
        Some(Self { by, via, reason: None })
    }
}

/// A claim with everything that is shown of it and that a decision depends on.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Case {
    #[sea_orm(nested)]
    pub(super) claim: claim::Model,
    pub(super) volunteer_name: String,
    pub(super) volunteer_birth_date: NaiveDate,
    pub(super) volunteer_state: VolunteerState,
    pub(super) item_code: String,
    pub(super) item_name: String,
    pub(super) site_name: String,
    pub(super) site_path: String,
    pub(super) activity_id: Option<ActivityId>,
    pub(super) activity_title: Option<String>,
    pub(super) activity_starts_at: Option<DateTime<Utc>>,
    pub(super) hours_tenths: Option<i32>,
    pub(super) attendance_state: Option<AttendanceState>,
    pub(super) attendance_entered_by: Option<AccountId>,
    pub(super) attendance_checked_out_by: Option<AccountId>,
    pub(super) attendance_approved_by: Option<AccountId>,
}

/// Who decides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decider {
    pub(super) account: AccountId,
    /// The volunteer's own account, a relative's, or that of who acts for her.
    pub(super) is_related: bool,
}

/// Proof that something was decided. Only `decide` makes one; the write demands it.
#[derive(Debug)]
pub(super) struct Decided {
    to: S,
}

impl Decided {
    /// The state reached.
    pub(super) const fn state(&self) -> S {
        self.to
    }
}

/// Whether this person must leave the decision to somebody else. Entering, also for somebody
/// else, and certifying are kept apart, so that nobody makes points alone; confirming an
/// attendance that somebody else entered does not count as entering.
pub(super) fn must_recuse(case: &Case, by: Decider) -> bool {
    let hands = [
        Some(case.claim.entered_by),
        case.claim.submitted_by,
        case.attendance_entered_by,
        case.attendance_checked_out_by,
        case.attendance_approved_by,
    ];
    by.is_related || hands.contains(&Some(by.account))
}

/// Decides: the state must allow it and the decider be a stranger to the claim. Only
/// what is confirmed is certified, for volunteers who may earn. A certification is
/// revoked by somebody else than who made it.
pub(super) fn decide(
    action: ClaimAction,
    case: &Case,
    by: Decider,
) -> Result<Decided, ClaimRefusal> {
    let to = action.apply(case.claim.state)?;
    let own_decision = action == A::Revoke && case.claim.decided_by == Some(by.account);
    if own_decision || must_recuse(case, by) {
        return Err(ClaimRefusal::MustRecuse);
    }
    if action == A::Certify {
        let confirmed = matches!(case.attendance_state, None | Some(AttendanceState::Confirmed));
        if !confirmed {
            return Err(ClaimRefusal::NotConfirmed);
        }
        if case.volunteer_state != VolunteerState::Active {
            return Err(ClaimRefusal::EarningSuspended);
        }
    }
    Ok(Decided { to })
}

/// What an upheld objection does to a claim in this state; nothing where no decision stands.
pub(super) const fn put_right_by(state: S) -> Option<ClaimAction> {
    match state {
        S::Certified => Some(A::Revoke),
        S::Rejected => Some(A::Reopen),
        S::Draft
        | S::Submitted
        | S::UnderReview
        | S::InNotice
        | S::Effective
        | S::Returned
        | S::Withdrawn
        | S::Objected
        | S::Recheck
        | S::Revoked => None,
    }
}

/// Decides what was decided about an objection already: only who decided on the claim
/// keeps away.
pub(super) fn upheld(
    action: ClaimAction,
    claim: &claim::Model,
    by: AccountId,
) -> Result<Decided, ClaimRefusal> {
    if claim.decided_by == Some(by) {
        return Err(ClaimRefusal::MustRecuse);
    }
    ruled(action, claim.state)
}

/// What follows of itself from what was decided about the attendance: who decided that, and who
/// carries it out, kept away from who had decided on the claim.
pub(super) fn ruled(action: ClaimAction, from: S) -> Result<Decided, ClaimRefusal> {
    action.apply(from).map(|to| Decided { to })
}

/// Whether this person did exactly this before: a retry, not a second decision.
pub(super) fn is_repeated(action: ClaimAction, claim: &claim::Model, by: AccountId) -> bool {
    let (_, to) = action.edge();
    claim.state == to && claim.decided_by == Some(by)
}

/// What the volunteer may do now.
pub(super) fn allowed_to_her(claim: &claim::Model) -> Vec<ClaimAction> {
    let open = |action: &ClaimAction| action.apply(claim.state).is_ok();
    A::HERS.into_iter().filter(|action| claim.frozen_until.is_none() && open(action)).collect()
}

/// What this member of staff may do now.
pub(super) fn allowed_to_staff(case: &Case, by: Decider, may_certify: bool) -> Vec<ClaimAction> {
    let may_certify = may_certify && case.claim.frozen_until.is_none();
    let may = |action: &ClaimAction| may_certify && decide(*action, case, by).is_ok();
    A::STAFFS.into_iter().filter(may).collect()
}

#[cfg(test)]
#[path = "domain_tests.rs"]
mod tests;
