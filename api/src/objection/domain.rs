//! The life of an objection, and who may do what in it. Pure.

use chrono::NaiveDate;
use entity::ids::AccountId;
use entity::objection::{
    self, ObjectionEffect, ObjectionKind, ObjectionOutcome, ObjectionState, ObjectionSubject,
};
use entity::objection_step::ObjectionAction;

use ObjectionAction as A;
use ObjectionState as S;

/// Every action.
pub(super) const ALL: [A; 9] = [
    A::File,
    A::Accept,
    A::Refuse,
    A::Investigate,
    A::Decide,
    A::Execute,
    A::Close,
    A::Withdraw,
    A::Appeal,
];

/// The whole life of an objection: from which states, to which; `None` leaves the state.
/// Filing is its beginning and comes from nowhere.
const fn edge(action: A) -> (&'static [S], Option<S>) {
    match action {
        A::File => (&[], Some(S::Filed)),
        A::Accept => (&[S::Filed], Some(S::Accepted)),
        A::Refuse => (&[S::Filed], Some(S::NotAccepted)),
        A::Investigate => (&[S::Accepted], Some(S::Investigating)),
        A::Decide => (&[S::Investigating], Some(S::Decided)),
        A::Execute => (&[S::Decided], Some(S::Executed)),
        A::Close => (&[S::NotAccepted, S::Decided, S::Executed], Some(S::Closed)),
        A::Withdraw => (&[S::Filed, S::Accepted, S::Investigating], Some(S::Withdrawn)),
        A::Appeal => (&[S::NotAccepted, S::Decided, S::Executed, S::Closed], None),
    }
}

/// The state reached from `from`, or the refusal.
pub(super) fn apply(action: A, from: S) -> Result<S, ObjectionRefusal> {
    let (allowed, to) = edge(action);
    let reached = to.unwrap_or(from);
    if allowed.contains(&from) { Ok(reached) } else { Err(ObjectionRefusal::WrongState(from)) }
}

/// What the journal calls it.
pub(super) const fn event(action: A) -> &'static str {
    match action {
        A::File => "objection.filed",
        A::Accept => "objection.accepted",
        A::Refuse => "objection.not_accepted",
        A::Investigate => "objection.investigating",
        A::Decide => "objection.decided",
        A::Execute => "objection.executed",
        A::Close => "objection.closed",
        A::Withdraw => "objection.withdrawn",
        A::Appeal => "objection.appealed",
    }
}

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ObjectionRefusal {
    /// The state does not allow it.
    WrongState(S),
    /// Whoever acts is close to it, or took a step that must be another's.
    MustRecuse,
    /// What was upheld is executed before it is closed; what was rejected is not executed.
    WrongOutcome,
    /// The county was asked before, or its own answer is the last.
    AppealedAlready,
    /// The time to turn to the county is over.
    AppealWindowClosed,
}

/// Whoever takes a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) account: AccountId,
    /// The holder of the record or the filer herself, a relative, or who acts for her.
    pub(super) is_related: bool,
}

/// Who had a part before: entered the record or decided about it, and handled the objection that
/// is appealed against.
#[derive(Clone, Debug, Default)]
pub(super) struct EarlierHands {
    pub(super) deciders: Vec<AccountId>,
    /// Who put it right before, and decided that: they may still carry out what others decide.
    pub(super) correctors: Vec<AccountId>,
    pub(super) answerers_before: Vec<AccountId>,
}

/// Decides whether a person of the staff may take this step now.
pub(super) fn decide_step(
    row: &objection::Model,
    action: A,
    by: Person,
    earlier: &EarlierHands,
) -> Result<S, ObjectionRefusal> {
    let state = apply(action, row.state)?;
    if must_recuse(row, action, by, earlier) {
        return Err(ObjectionRefusal::MustRecuse);
    }
    let granted = row.outcome.is_some_and(|outcome| outcome != ObjectionOutcome::Rejected);
    let open_decision = row.state == S::Decided;
    match action {
        A::Execute if !granted => Err(ObjectionRefusal::WrongOutcome),
        A::Close if open_decision && granted => Err(ObjectionRefusal::WrongOutcome),
        A::File
        | A::Accept
        | A::Refuse
        | A::Investigate
        | A::Decide
        | A::Execute
        | A::Close
        | A::Withdraw
        | A::Appeal => Ok(state),
    }
}

/// Whether this person must leave the step to somebody else.
pub(super) fn must_recuse(
    row: &objection::Model,
    action: A,
    by: Person,
    earlier: &EarlierHands,
) -> bool {
    let own = [row.filed_by, row.first_decider];
    let apart = match action {
        A::Decide => row.entered_by,
        A::Execute => row.decided_by,
        A::File | A::Accept | A::Refuse | A::Investigate | A::Close | A::Withdraw | A::Appeal => {
            None
        }
    };
    let took_part = match action {
        // The county looks at it with fresh eyes; what it decided may be done at home.
        A::Accept | A::Refuse | A::Investigate | A::Decide => {
            earlier.answerers_before.contains(&by.account)
                || earlier.correctors.contains(&by.account)
        }
        A::File | A::Execute | A::Close | A::Withdraw | A::Appeal => false,
    };
    by.is_related
        || took_part
        || own.contains(&Some(by.account))
        || apart == Some(by.account)
        || (decides_about_record(action) && earlier.deciders.contains(&by.account))
}

/// Putting it away decides nothing; who executed the decision may do it, though the record
/// names her as its last decider from then on.
const fn decides_about_record(action: A) -> bool {
    !matches!(action, A::Close)
}

/// Everybody of the staff who had a part in it.
pub(super) fn hands(row: &objection::Model) -> Vec<AccountId> {
    row.entered_by.into_iter().chain(answerers(row)).collect()
}

/// Everybody who had a hand in its answer: an appeal against it is entered by somebody else.
pub(super) fn answerers(row: &objection::Model) -> impl Iterator<Item = AccountId> + use<> {
    let all =
        [row.admitted_by, row.investigated_by, row.decided_by, row.executed_by, row.closed_by];
    all.into_iter().flatten()
}

/// Decides whether its filer may turn to the county: once, in time, against an answer that
/// did not give her all she asked for. An appeal she took back is none.
pub(super) fn decide_appeal(
    row: &objection::Model,
    appealed: bool,
    (last_day, today): (NaiveDate, NaiveDate),
) -> Result<S, ObjectionRefusal> {
    let state = apply(A::Appeal, row.state)?;
    if row.outcome == Some(ObjectionOutcome::Upheld) {
        return Err(ObjectionRefusal::WrongOutcome);
    }
    if row.kind == ObjectionKind::Appeal || appealed {
        return Err(ObjectionRefusal::AppealedAlready);
    }
    if today > last_day {
        return Err(ObjectionRefusal::AppealWindowClosed);
    }
    Ok(state)
}

/// Whether a step is waited for beyond its day.
pub(super) fn is_overdue(row: &objection::Model, today: NaiveDate) -> bool {
    let due = match row.state {
        S::Filed => Some(row.accept_due),
        S::Accepted | S::Investigating => row.decide_due,
        S::NotAccepted | S::Decided | S::Executed | S::Closed | S::Withdrawn => None,
    };
    due.is_some_and(|last| last < today)
}

/// Why a decision cannot say this of the attendance the record rests on, or say nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SaidRefusal {
    /// What is not granted changes nothing.
    NotGranted,
    /// The record rests on none.
    NoAttendance,
    /// An attendance that was objected to with right must become something else.
    Missing,
}

/// Decides whether a decision may say, or leave open, what was with the attendance. `is_over` when
/// the record rests on one whose activity is over.
pub(super) fn decide_said(
    subject: ObjectionSubject,
    outcome: ObjectionOutcome,
    (says, is_over): (bool, Option<bool>),
) -> Result<(), SaidRefusal> {
    let must = subject == ObjectionSubject::Attendance && outcome == ObjectionOutcome::Upheld;
    match (says, outcome, is_over) {
        (true, ObjectionOutcome::Rejected, _) => Err(SaidRefusal::NotGranted),
        (true, _, None) => Err(SaidRefusal::NoAttendance),
        (false, _, Some(true)) if must => Err(SaidRefusal::Missing),
        (true, _, Some(_)) | (false, ..) => Ok(()),
    }
}

/// What a record's own slice did when the decision was put into effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PutRight {
    /// The certification is gone, with its points; or what was taken over is.
    Revoked,
    /// The refused claim waits to be decided again.
    Reopened,
    /// The state of the record left nothing to do by itself.
    Nothing,
}

/// What the execution amounts to.
pub(super) const fn effect_of(subject: ObjectionSubject, done: PutRight) -> ObjectionEffect {
    match (subject, done) {
        (_, PutRight::Revoked) => ObjectionEffect::Reversed,
        (_, PutRight::Reopened) => ObjectionEffect::Reopened,
        (ObjectionSubject::Redemption, PutRight::Nothing) => ObjectionEffect::ReturnNeeded,
        (
            ObjectionSubject::Claim
            | ObjectionSubject::LedgerEntry
            | ObjectionSubject::Attendance
            | ObjectionSubject::NoticeEntry,
            PutRight::Nothing,
        ) => ObjectionEffect::CorrectionNeeded,
    }
}

/// Whether the holder of the record has filed it.
pub(super) fn is_hers(row: &objection::Model) -> bool {
    row.filer_volunteer_id == Some(row.subject_volunteer_id)
}

/// What a person of the staff may do now; `may` says which her roles allow.
pub(super) fn allowed_to_staff(
    row: &objection::Model,
    by: Person,
    earlier: &EarlierHands,
    may: impl Fn(A) -> bool,
) -> Vec<A> {
    let hers = |action: &A| !matches!(action, A::File | A::Withdraw | A::Appeal);
    let open = |action: &A| may(*action) && decide_step(row, *action, by, earlier).is_ok();
    ALL.into_iter().filter(hers).filter(open).collect()
}

#[cfg(test)]
#[path = "domain_tests.rs"]
mod tests;
