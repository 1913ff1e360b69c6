//! Tests of the life of a claim.

use sea_orm::Iterable;
use uuid::Uuid;

use super::super::fixture;
use super::*;

const ACTIONS: [A; 7] =
    [A::Submit, A::Withdraw, A::Certify, A::Return, A::Reject, A::Revoke, A::Reopen];

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn case(state: S) -> Case {
    Case {
        claim: claim::Model { decided_by: Some(id(12)), ..fixture::claim(state) },
        volunteer_name: "张秀兰".into(),
        volunteer_birth_date: NaiveDate::from_ymd_opt(1952, 3, 8).unwrap(),
        volunteer_state: VolunteerState::Active,
        item_code: "HJ01".into(),
        item_name: "环境卫生".into(),
        site_name: "李家村站".into(),
        site_path: "/".into(),
        activity_id: Some(id(6)),
        activity_title: Some("清扫村道".into()),
        activity_starts_at: None,
        hours_tenths: Some(20),
        attendance_state: Some(AttendanceState::Confirmed),
        attendance_entered_by: Some(id(11)),
        attendance_checked_out_by: Some(id(13)),
        attendance_approved_by: Some(id(14)),
    }
}

fn by(account: u128) -> Decider {
    Decider { account: id(account), is_related: false }
}

#[test]
fn every_pair_of_state_and_action() {
    for state in S::iter() {
        for action in ACTIONS {
            let expected = match (action, state) {
                (A::Submit, S::Draft | S::Returned) | (A::Reopen, S::Rejected) => {
                    Some(S::Submitted)
                }
                (A::Withdraw, S::Draft | S::Submitted | S::Returned) => Some(S::Withdrawn),
                (A::Certify, S::Submitted | S::UnderReview) => Some(S::Certified),
                (A::Return, S::Submitted | S::UnderReview) => Some(S::Returned),
                (A::Reject, S::Submitted | S::UnderReview) => Some(S::Rejected),
                (A::Revoke, S::Certified) => Some(S::Revoked),
                _ => None,
            };
            let expected = expected.ok_or(ClaimRefusal::WrongState(state));
            assert_eq!(action.apply(state), expected, "{action:?} {state:?}");
        }
    }
}

#[test]
fn what_has_ended_is_not_live_and_nothing_can_be_done_to_it() {
    for state in S::iter() {
        if !is_live(state) {
            // Only an upheld objection brings back what was refused.
            let mut others = ACTIONS.iter().filter(|action| **action != A::Reopen);
            assert!(others.all(|action| action.apply(state).is_err()), "{state:?}");
        }
        if is_waiting(state) {
            assert_eq!(A::Certify.apply(state), Ok(S::Certified));
        }
    }
    assert!(is_live(S::Returned) && is_live(S::Certified) && !is_live(S::Withdrawn));
}

#[test]
fn who_is_close_to_a_claim_decides_nothing_about_it() {
    let case = case(S::Submitted);
    for action in [A::Certify, A::Return, A::Reject] {
        assert!(decide(action, &case, by(99)).is_ok());
        for hand in [10, 11, 13, 14] {
            assert_eq!(decide(action, &case, by(hand)).unwrap_err(), ClaimRefusal::MustRecuse);
        }
        let relative = Decider { is_related: true, ..by(99) };
        assert_eq!(decide(action, &case, relative).unwrap_err(), ClaimRefusal::MustRecuse);
    }
}

#[test]
fn the_certifier_does_not_revoke_her_own_certification() {
    let case = case(S::Certified);
    assert_eq!(decide(A::Revoke, &case, by(12)).unwrap_err(), ClaimRefusal::MustRecuse);
    assert_eq!(decide(A::Revoke, &case, by(99)).unwrap().state(), S::Revoked);
}

#[test]
fn only_confirmed_service_of_active_volunteers_is_certified() {
    let mut case = case(S::Submitted);
    case.attendance_state = Some(AttendanceState::Disputed);
    assert_eq!(decide(A::Certify, &case, by(99)).unwrap_err(), ClaimRefusal::NotConfirmed);
    assert!(decide(A::Return, &case, by(99)).is_ok(), "a doubtful claim can be given back");
    case.attendance_state = None;
    case.volunteer_state = VolunteerState::Disqualified;
    assert_eq!(decide(A::Certify, &case, by(99)).unwrap_err(), ClaimRefusal::EarningSuspended);
    assert!(decide(A::Reject, &case, by(99)).is_ok());
}

#[test]
fn a_retry_is_told_from_a_second_decision() {
    let case = case(S::Certified);
    assert!(is_repeated(A::Certify, &case.claim, id(12)));
    assert!(!is_repeated(A::Certify, &case.claim, id(99)));
    assert!(!is_repeated(A::Return, &case.claim, id(12)));
}

#[test]
fn each_side_sees_its_own_actions() {
    let hers = |state| allowed_to_her(&case(state).claim);
    assert_eq!(hers(S::Submitted), [A::Withdraw]);
    assert_eq!(hers(S::Returned), [A::Submit, A::Withdraw]);
    assert_eq!(hers(S::Certified), []);
    let waiting = case(S::Submitted);
    assert_eq!(allowed_to_staff(&waiting, by(99), true), [A::Certify, A::Return, A::Reject]);
    assert_eq!(allowed_to_staff(&waiting, by(99), false), []);
    assert_eq!(allowed_to_staff(&waiting, by(11), true), []);
}

#[test]
fn an_upheld_objection_touches_only_what_was_decided_and_not_by_the_decider() {
    for state in S::iter() {
        let known = [(S::Certified, A::Revoke), (S::Rejected, A::Reopen)];
        let expected = known.into_iter().find(|(from, _)| *from == state).map(|(_, does)| does);
        assert_eq!(put_right_by(state), expected, "{state:?}");
    }
    let claim = case(S::Certified).claim;
    assert_eq!(upheld(A::Revoke, &claim, id(12)).err(), Some(ClaimRefusal::MustRecuse));
    assert_eq!(upheld(A::Revoke, &claim, id(99)).map(|d| d.state()).ok(), Some(S::Revoked));
}

#[test]
fn a_notice_takes_a_claim_its_own_way_and_back_to_nobody() {
    let certified_and_on = [S::Certified, S::InNotice, S::Objected, S::Recheck, S::Effective];
    for step in NoticeStep::ALL {
        let (from, to) = step.edge();
        for state in S::iter().filter(|state| from.contains(state)) {
            assert!(certified_and_on.contains(&state), "{step:?} from {state}");
            assert_ne!(state, to);
        }
        assert!(!from.contains(&S::Revoked) && !from.contains(&S::Submitted), "{step:?}");
    }
    let effective = NoticeStep::TakeEffect.edge();
    let uncleared: &[S] = &[S::InNotice];
    assert_eq!(effective, (uncleared, S::Effective), "nothing counts uncleared");
}

#[test]
fn a_frozen_claim_offers_nothing_and_only_what_waits_can_be_frozen() {
    let mut frozen = case(S::Submitted);
    frozen.claim.frozen_until = Some(DateTime::UNIX_EPOCH);
    assert_eq!(allowed_to_her(&frozen.claim), []);
    assert_eq!(allowed_to_staff(&frozen, by(99), true), []);
    let freezable: Vec<_> = S::iter().filter(|state| can_be_frozen(*state)).collect();
    assert_eq!(freezable, [S::Submitted, S::UnderReview, S::Certified]);
    assert!(freezable.into_iter().all(|state| !is_public(state)));
}

#[test]
fn who_entered_or_submitted_it_last_keeps_away_whatever_became_of_her_right() {
    let mut claimed = case(S::Submitted);
    claimed.claim.submitted_by = Some(id(15));
    for hand in [10, 15] {
        assert!(must_recuse(&claimed, by(hand)), "{hand}");
    }
    assert!(!must_recuse(&claimed, by(16)));
}

#[test]
fn only_she_and_who_acts_for_her_now_enter_from_a_phone() {
    let via = |own, acts_for| Entry::from_phone(id(1), own, acts_for).map(|entry| entry.via);
    assert_eq!(via(true, false), Some(EnteredVia::Own));
    assert_eq!(via(true, true), Some(EnteredVia::Own));
    assert_eq!(via(false, true), Some(EnteredVia::Proxy));
    assert_eq!(via(false, false), None);
}
