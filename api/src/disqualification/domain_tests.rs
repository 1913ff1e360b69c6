//! Tests of the case's rules.

use chrono::TimeDelta;
use sea_orm::Iterable;
use uuid::Uuid;

use super::*;

fn at(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::hours(hours)
}

fn account(n: u128) -> AccountId {
    Uuid::from_u128(n).into()
}

const PROPOSER: u128 = 1;
const SUPERVISOR: u128 = 2;
const REVIEWER: u128 = 3;
const DECIDER: u128 = 4;
const EXECUTOR: u128 = 5;
const STRANGER: u128 = 9;

/// A case in `state` whose hearing ended at hour zero and all of whose steps have hands.
fn case(state: S) -> disqualification::Model {
    let id = Uuid::from_u128(7);
    disqualification::Model {
        id: id.into(),
        volunteer_id: id.into(),
        site_id: id.into(),
        state,
        ground: Ground::ViolationOfLaw,
        document_no: "青公（行）罚决字〔2026〕12号".into(),
        document_issuer: "青山县公安局".into(),
        document_date: "2026-05-01".parse().unwrap(),
        ground_note: None,
        proposed_by: account(PROPOSER),
        proposed_at: at(-200),
        notified_by: Some(account(PROPOSER)),
        notified_at: Some(at(-199)),
        delivered_via: None,
        delivered_at: Some(at(-198)),
        delivery_witness: None,
        delivered_by: None,
        statement_until: Some(at(0)),
        statement: None,
        statement_via: None,
        statement_at: None,
        supervised_by: Some(account(SUPERVISOR)),
        supervised_at: None,
        supervisor_note: None,
        reviewed_by: Some(account(REVIEWER)),
        reviewed_at: None,
        review_opinion: None,
        review_note: None,
        decided_by: Some(account(DECIDER)),
        decided_at: None,
        decision_note: None,
        executed_by: Some(account(EXECUTOR)),
        executed_at: None,
        points_taken: None,
        suspended_through: None,
        state_before: None,
        readmitted_at: None,
        appeal: None,
        appeal_via: None,
        appeal_entered_by: None,
        appealed_at: None,
        appeal_decided_by: None,
        appeal_decided_at: None,
        appeal_note: None,
        dropped_by: None,
        dropped_at: None,
        drop_reason: None,
        version: 1,
        updated_at: at(0),
    }
}

fn stranger() -> Person {
    Person { account: account(STRANGER), is_related: false, entered_statement: false }
}

/// Heard, and no supervisor was there yet.
fn silent() -> disqualification::Model {
    disqualification::Model { supervised_by: None, ..case(S::StatementPeriod) }
}

#[test]
fn every_pair_of_action_and_state() {
    let open = [S::Proposed, S::Notified, S::StatementPeriod, S::Reviewed, S::Decided];
    for action in A::ALL {
        for state in S::iter() {
            let expected = match (action, state) {
                (A::Notify, S::Proposed) => Some(S::Notified),
                (A::Deliver, S::Notified) | (A::Speak | A::Supervise, S::StatementPeriod) => {
                    Some(S::StatementPeriod)
                }
                (A::Review, S::StatementPeriod) => Some(S::Reviewed),
                (A::Decide, S::Reviewed) => Some(S::Decided),
                (A::Execute, S::Decided) => Some(S::Executed),
                (A::Appeal, S::Executed) => Some(S::Appealed),
                (A::Overturn, S::Appealed) => Some(S::Overturned),
                (A::Uphold, S::Appealed) => Some(S::Upheld),
                (A::Drop, from) if open.contains(&from) => Some(S::Dropped),
                (A::End, S::Executed | S::Upheld) => Some(S::Ended),
                _ => None,
            };
            assert_eq!(action.apply(state).ok(), expected, "{action:?} {state}");
        }
    }
}

#[test]
fn nobody_decides_before_she_could_speak() {
    for (action, state) in [
        (A::Supervise, S::StatementPeriod),
        (A::Review, S::StatementPeriod),
        (A::Decide, S::StatementPeriod),
        (A::Execute, S::StatementPeriod),
    ] {
        let early = decide_step(&case(state), action, stranger(), at(-1));
        assert_eq!(early, Err(CaseRefusal::StatementPeriodRunning(at(0))), "{action:?}");
        let dropped = decide_step(&case(S::Dropped), action, stranger(), at(-1));
        assert_eq!(dropped, Err(CaseRefusal::WrongState(S::Dropped)), "{action:?}");
    }
    assert_eq!(
        decide_step(&case(S::StatementPeriod), A::Review, stranger(), at(0)),
        Ok(S::Reviewed)
    );
    assert_eq!(
        decide_step(&silent(), A::Review, stranger(), at(1)),
        Err(CaseRefusal::SupervisorMissing)
    );
    assert_eq!(decide_step(&silent(), A::Supervise, stranger(), at(1)), Ok(S::StatementPeriod));
    assert_eq!(
        decide_step(&case(S::StatementPeriod), A::Supervise, stranger(), at(1)),
        Err(CaseRefusal::SupervisedAlready),
        "the first stays on record"
    );
}

#[test]
fn who_was_to_be_let_go_is_not_zeroed() {
    let reviewed =
        |opinion| disqualification::Model { review_opinion: Some(opinion), ..case(S::Reviewed) };
    let decided = |opinion| decide_step(&reviewed(opinion), A::Decide, stranger(), at(1));
    assert_eq!(decided(ReviewOpinion::Proceed), Ok(S::Decided));
    assert_eq!(decided(ReviewOpinion::Drop), Err(CaseRefusal::ReviewAgainst));
    let dropped = decide_step(&reviewed(ReviewOpinion::Drop), A::Drop, stranger(), at(1));
    assert_eq!(dropped, Ok(S::Dropped));
}

#[test]
fn steps_that_are_kept_apart_need_different_people() {
    let refused = |state, action, who| {
        let by = Person { account: account(who), is_related: false, entered_statement: false };
        decide_step(&case(state), action, by, at(1)) == Err(CaseRefusal::MustRecuse)
    };
    assert!(!refused(S::Proposed, A::Notify, PROPOSER));
    assert!(refused(S::Notified, A::Deliver, PROPOSER), "the notice");
    assert!(!refused(S::Notified, A::Deliver, STRANGER));
    assert!(refused(S::StatementPeriod, A::Speak, PROPOSER), "what she says to it");
    assert!(!refused(S::StatementPeriod, A::Speak, STRANGER));
    assert!(refused(S::StatementPeriod, A::Supervise, PROPOSER));
    assert!(refused(S::StatementPeriod, A::Review, SUPERVISOR));
    assert!(refused(S::StatementPeriod, A::Review, PROPOSER), "her own proposal");
    assert!(!refused(S::StatementPeriod, A::Review, STRANGER));
    assert!(refused(S::Reviewed, A::Decide, PROPOSER));
    assert!(refused(S::Reviewed, A::Decide, REVIEWER), "decided by another than reviewed");
    assert!(refused(S::Decided, A::Execute, DECIDER));
    assert!(refused(S::Decided, A::Execute, PROPOSER));
    assert!(!refused(S::Reviewed, A::Drop, PROPOSER));
    assert!(refused(S::Decided, A::Drop, PROPOSER), "what others decided is not hers to undo");
    assert!(!refused(S::Decided, A::Drop, STRANGER));
    assert!(refused(S::Executed, A::Appeal, PROPOSER), "the only appeal is not theirs to spend");
    assert!(refused(S::Executed, A::Appeal, DECIDER));
    assert!(!refused(S::Executed, A::Appeal, EXECUTOR));
    for who in [PROPOSER, SUPERVISOR, REVIEWER, DECIDER, EXECUTOR] {
        assert!(refused(S::Appealed, A::Overturn, who));
        assert!(refused(S::Appealed, A::Uphold, who));
    }
    assert!(!refused(S::Appealed, A::Overturn, STRANGER));
    let entered = disqualification::Model {
        notified_by: None,
        delivered_by: Some(account(STRANGER)),
        ..case(S::Appealed)
    };
    let by = Person { account: account(STRANGER), is_related: false, entered_statement: false };
    let handed_over = decide_step(&entered, A::Uphold, by, at(1));
    assert_eq!(handed_over, Err(CaseRefusal::MustRecuse), "who handed over the notice");
    let by = Person { entered_statement: true, ..by };
    let wrote = decide_step(&case(S::Appealed), A::Uphold, by, at(1));
    assert_eq!(wrote, Err(CaseRefusal::MustRecuse), "who wrote down what she said");
}

#[test]
fn her_kin_take_no_step_at_all() {
    let kin = Person { is_related: true, ..stranger() };
    for action in A::ALL {
        for state in S::iter() {
            assert!(decide_step(&case(state), action, kin, at(1)).is_err(), "{action:?} {state}");
        }
    }
}

#[test]
fn an_appeal_is_in_time_through_its_last_day() {
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    let executed = case(S::Executed);
    let last = day("2026-06-10");
    assert_eq!(decide_appeal(&executed, last, last), Ok(S::Appealed));
    assert_eq!(
        decide_appeal(&executed, last, day("2026-06-11")),
        Err(CaseRefusal::AppealWindowClosed)
    );
    assert!(decide_appeal(&case(S::Decided), last, last).is_err());
}

#[test]
fn the_year_ends_on_its_last_day() {
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    assert_eq!(suspended_through(day("2026-02-28")), day("2026-12-31"));
    assert_eq!(suspended_through(day("2026-12-31")), day("2026-12-31"));
    let through = Some(day("2026-12-31"));
    let running = disqualification::Model { suspended_through: through, ..case(S::Executed) };
    assert!(!is_over(&running, day("2026-12-31")));
    assert!(is_over(&running, day("2027-01-01")));
    assert!(!is_over(&case(S::Decided), day("2030-01-01")));
}

#[test]
fn a_case_ends_when_the_year_and_her_time_to_appeal_are_over() {
    let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
    let through = Some(day("2026-12-31"));
    let of = |state| disqualification::Model { suspended_through: through, ..case(state) };
    let until = Some(day("2027-01-20"));
    assert_eq!(ended_state(&of(S::Executed), until, day("2026-12-31")), None);
    assert_eq!(ended_state(&of(S::Executed), until, day("2027-01-20")), None, "she may appeal");
    assert_eq!(ended_state(&of(S::Executed), until, day("2027-01-21")), Some(S::Ended));
    assert_eq!(ended_state(&of(S::Upheld), until, day("2027-01-01")), Some(S::Ended));
    assert_eq!(ended_state(&of(S::Appealed), until, day("2027-02-01")), None);
}

#[test]
fn the_file_keeps_no_text_of_a_penalty() {
    let (today, yesterday) = ("2026-05-02".parse().unwrap(), "2026-05-01".parse().unwrap());
    let check = |ground, note| check_proposal(ground, note, yesterday, today);
    assert_eq!(check(Ground::ViolationOfLaw, false), Ok(()));
    assert_eq!(check(Ground::ViolationOfLaw, true), Err(ProposalFault::NoteUnwanted));
    assert_eq!(check(Ground::ExposedMisconduct, true), Err(ProposalFault::NoteUnwanted));
    assert_eq!(check(Ground::Other, false), Err(ProposalFault::NoteMissing));
    assert_eq!(check(Ground::Other, true), Ok(()));
    let early = check_proposal(Ground::Other, true, today, yesterday);
    assert_eq!(early, Err(ProposalFault::DocumentDate));
}
