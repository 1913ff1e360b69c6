//! Every pair of states and actions, and who is kept from which step.

use super::*;
use chrono::{DateTime, Utc};
use entity::ids::{ObjectionId, SiteId, VolunteerId};
use entity::objection::ObjectionChannel;
use sea_orm::Iterable;
use uuid::Uuid;

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Filed by account 1 about what account 2 decided.
fn row(state: S) -> objection::Model {
    let at: DateTime<Utc> = "2026-09-28T02:00:00Z".parse().unwrap();
    objection::Model {
        id: id::<ObjectionId>(9),
        kind: ObjectionKind::Objection,
        channel: ObjectionChannel::App,
        filed_by: Some(id(1)),
        filer_volunteer_id: None,
        filer_key: Some("account:1".into()),
        entered_by: None,
        witness: None,
        receipt_hash: None,
        contact_sealed: None,
        subject_kind: ObjectionSubject::Claim,
        subject_id: Uuid::from_u128(7),
        subject_volunteer_id: id::<VolunteerId>(8),
        first_decider: Some(id(2)),
        site_id: id::<SiteId>(6),
        state,
        text: "请核实".into(),
        accept_due: day("2026-10-10"),
        decide_due: None,
        admitted_by: None,
        admitted_at: None,
        investigated_by: None,
        decided_by: None,
        decided_at: None,
        outcome: None,
        executed_by: None,
        executed_at: None,
        effect: None,
        closed_by: None,
        appeal_of: None,
        filed_at: at,
        version: 1,
        updated_at: at,
    }
}

fn stranger(n: u128) -> Person {
    Person { account: id(n), is_related: false }
}

#[test]
fn every_pair_of_state_and_action_is_as_drawn() {
    use S::{Accepted, Closed, Decided, Executed, Filed, Investigating, NotAccepted, Withdrawn};
    let drawn = [
        (Filed, A::Accept, Accepted),
        (Filed, A::Refuse, NotAccepted),
        (Accepted, A::Investigate, Investigating),
        (Investigating, A::Decide, Decided),
        (Decided, A::Execute, Executed),
        (NotAccepted, A::Close, Closed),
        (Decided, A::Close, Closed),
        (Executed, A::Close, Closed),
        (Filed, A::Withdraw, Withdrawn),
        (Accepted, A::Withdraw, Withdrawn),
        (Investigating, A::Withdraw, Withdrawn),
        (NotAccepted, A::Appeal, NotAccepted),
        (Decided, A::Appeal, Decided),
        (Executed, A::Appeal, Executed),
        (Closed, A::Appeal, Closed),
    ];
    let mut pairs = 0;
    for state in S::iter() {
        for action in A::iter() {
            let to = drawn.iter().find(|(from, by, _)| (*from, *by) == (state, action));
            let expected = to.map_or(Err(ObjectionRefusal::WrongState(state)), |(.., to)| Ok(*to));
            assert_eq!(apply(action, state), expected, "{action:?} in {state:?}");
            pairs += 1;
        }
    }
    assert_eq!((pairs, ALL.len()), (72, A::iter().count()));
}

#[test]
fn who_filed_it_or_decided_first_or_is_close_takes_no_step() {
    let none = EarlierHands::default();
    let later = EarlierHands { deciders: vec![id(3)], ..EarlierHands::default() };
    for (state, action) in [(S::Filed, A::Accept), (S::Accepted, A::Investigate)] {
        let row = row(state);
        assert!(decide_step(&row, action, stranger(5), &none).is_ok());
        let kin = Person { account: id(5), is_related: true };
        let close =
            [(stranger(1), &none), (stranger(2), &none), (stranger(3), &later), (kin, &none)];
        for (by, earlier) in close {
            let refused = decide_step(&row, action, by, earlier);
            assert_eq!(refused, Err(ObjectionRefusal::MustRecuse), "{action:?} by {by:?}");
        }
    }
}

#[test]
fn who_decides_does_not_execute_and_who_typed_it_in_does_not_decide() {
    let none = EarlierHands::default();
    let decided = objection::Model {
        decided_by: Some(id(4)),
        outcome: Some(ObjectionOutcome::Upheld),
        ..row(S::Decided)
    };
    let own = decide_step(&decided, A::Execute, stranger(4), &none);
    assert_eq!(own, Err(ObjectionRefusal::MustRecuse));
    assert_eq!(decide_step(&decided, A::Execute, stranger(5), &none), Ok(S::Executed));
    let entered = objection::Model { entered_by: Some(id(4)), ..row(S::Investigating) };
    let own = decide_step(&entered, A::Decide, stranger(4), &none);
    assert_eq!(own, Err(ObjectionRefusal::MustRecuse));
}

#[test]
fn what_was_upheld_is_executed_before_it_is_closed_and_what_was_rejected_is_not() {
    let none = EarlierHands::default();
    for (outcome, executes, closes) in [
        (ObjectionOutcome::Upheld, true, false),
        (ObjectionOutcome::Partly, true, false),
        (ObjectionOutcome::Rejected, false, true),
    ] {
        let row = objection::Model { outcome: Some(outcome), ..row(S::Decided) };
        let by = stranger(5);
        assert_eq!(decide_step(&row, A::Execute, by, &none).is_ok(), executes, "{outcome:?}");
        assert_eq!(decide_step(&row, A::Close, by, &none).is_ok(), closes, "{outcome:?}");
    }
}

#[test]
fn the_county_decides_an_appeal_with_fresh_eyes() {
    let appeal = objection::Model { kind: ObjectionKind::Appeal, ..row(S::Investigating) };
    let earlier = EarlierHands { answerers_before: vec![id(4)], ..EarlierHands::default() };
    let refused = decide_step(&appeal, A::Decide, stranger(4), &earlier);
    assert_eq!(refused, Err(ObjectionRefusal::MustRecuse));
    assert!(decide_step(&appeal, A::Decide, stranger(5), &earlier).is_ok());
}

#[test]
fn who_had_a_hand_in_the_answer_is_known_and_who_typed_it_in_is_none_of_them() {
    let answered = objection::Model {
        entered_by: Some(id(3)),
        admitted_by: Some(id(4)),
        decided_by: Some(id(5)),
        closed_by: Some(id(6)),
        ..row(S::Closed)
    };
    let expected: Vec<AccountId> = vec![id(4), id(5), id(6)];
    assert_eq!(answerers(&answered).collect::<Vec<_>>(), expected);
    assert!(hands(&answered).contains(&id(3)));
}

#[test]
fn one_appeals_once_in_time_and_not_against_what_was_granted() {
    let refused = row(S::NotAccepted);
    let (last, after) = (day("2026-10-20"), day("2026-10-21"));
    assert_eq!(decide_appeal(&refused, false, (last, last)), Ok(S::NotAccepted));
    let late = decide_appeal(&refused, false, (last, after));
    assert_eq!(late, Err(ObjectionRefusal::AppealWindowClosed));
    let twice = decide_appeal(&refused, true, (last, last));
    assert_eq!(twice, Err(ObjectionRefusal::AppealedAlready));
    let appeal = objection::Model { kind: ObjectionKind::Appeal, ..row(S::NotAccepted) };
    let again = decide_appeal(&appeal, false, (last, last));
    assert_eq!(again, Err(ObjectionRefusal::AppealedAlready));
    let outcome = Some(ObjectionOutcome::Upheld);
    let granted = objection::Model { outcome, ..row(S::Decided) };
    let granted = decide_appeal(&granted, false, (last, last));
    assert_eq!(granted, Err(ObjectionRefusal::WrongOutcome));
}

#[test]
fn a_step_is_overdue_on_the_day_after_its_last() {
    let filed = row(S::Filed);
    assert!(!is_overdue(&filed, day("2026-10-10")));
    assert!(is_overdue(&filed, day("2026-10-11")));
    let accepted = objection::Model { decide_due: Some(day("2026-10-30")), ..row(S::Accepted) };
    assert!(!is_overdue(&accepted, day("2026-10-30")));
    assert!(is_overdue(&accepted, day("2026-10-31")));
    assert!(!is_overdue(&row(S::Closed), day("2027-01-01")));
}

#[test]
fn what_cannot_be_done_by_itself_is_said() {
    use ObjectionEffect as E;
    use ObjectionSubject as O;
    assert_eq!(effect_of(O::Claim, PutRight::Revoked), E::Reversed);
    assert_eq!(effect_of(O::LedgerEntry, PutRight::Reopened), E::Reopened);
    assert_eq!(effect_of(O::Redemption, PutRight::Nothing), E::ReturnNeeded);
    assert_eq!(effect_of(O::Attendance, PutRight::Nothing), E::CorrectionNeeded);
}

/// Who decided about it before, and carried that out, judges it no more; what others decide now she
/// may carry out: a town has not endlessly many offices.
#[test]
fn who_corrected_it_before_may_still_carry_out() {
    let earlier = EarlierHands { correctors: vec![id(7)], ..EarlierHands::default() };
    let by = Person { account: id(7), is_related: false };
    let recuses = |action| must_recuse(&row(S::Filed), action, by, &earlier);
    assert!([A::Accept, A::Refuse, A::Investigate, A::Decide].into_iter().all(recuses));
    assert!(![A::Execute, A::Close].into_iter().any(recuses));
}

#[test]
fn a_decision_says_of_an_attendance_what_it_may_and_must() {
    use ObjectionOutcome::{Partly, Rejected, Upheld};
    use ObjectionSubject::{Attendance, Claim};
    let said = |outcome, over| decide_said(Claim, outcome, (true, over));
    assert_eq!(said(Upheld, Some(true)), Ok(()));
    assert_eq!(said(Partly, Some(true)), Ok(()));
    assert_eq!(said(Rejected, Some(true)), Err(SaidRefusal::NotGranted));
    assert_eq!(said(Upheld, None), Err(SaidRefusal::NoAttendance));
    let silent = |subject, outcome, over| decide_said(subject, outcome, (false, over));
    assert_eq!(silent(Attendance, Upheld, Some(true)), Err(SaidRefusal::Missing));
    assert_eq!(silent(Attendance, Upheld, Some(false)), Ok(()));
    assert_eq!(silent(Attendance, Partly, Some(true)), Ok(()));
    assert_eq!(silent(Claim, Upheld, Some(true)), Ok(()));
}
