//! Every reason at the door, and every pair of states and actions.

use entity::activity::ActivityState as A;
use entity::attendance::AttendanceState as S;
use sea_orm::Iterable;

use super::*;

fn at(minutes: i64) -> DateTime<Utc> {
    "2026-10-01T01:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

/// A two-hour activity with a listed, fit volunteer who has not come yet.
fn expected() -> Situation {
    Situation {
        site_id: uuid::Uuid::nil().into(),
        title: "清扫村道".into(),
        activity_state: A::Published,
        starts_at: at(0),
        ends_at: at(120),
        needs_sign_up: true,
        min_age: None,
        required_skill: None,
        risk_level: RiskLevel::Ordinary,
        retroactive: false,
        volunteer_state: VolunteerState::Active,
        birth_date: "2000-10-02".parse().unwrap(),
        skills: StringList(vec!["理发".into()]),
        has_active_card: true,
        guardian_consented: false,
        sign_up_state: Some(SignUpState::SignedUp),
        attendance_id: None,
        attendance_state: None,
        checked_in_at: None,
        checked_out_at: None,
        nonce_unverified: None,
        open_elsewhere: false,
        day_tenths: 0,
    }
}

fn rules() -> Settings {
    Settings::defaults()
}

type Change = fn(&mut Situation);

fn comes(change: Change, minute: i64) -> Result<Entry, Reason> {
    let mut situation = expected();
    change(&mut situation);
    decide_in(&situation, &rules(), at(minute))
}

fn goes(change: Change, minute: i64) -> Result<Exit, Reason> {
    let mut situation = expected();
    change(&mut situation);
    decide_out(&situation, &rules(), at(minute))
}

#[test]
fn the_door_opens_half_an_hour_before_and_closes_at_the_end() {
    for (minute, answer) in [
        (-31, Err(Reason::TooEarly)),
        (-30, Ok(Entry::Listed)),
        (0, Ok(Entry::Listed)),
        (119, Ok(Entry::Listed)),
        (120, Err(Reason::TooLate)),
    ] {
        assert_eq!(comes(|_| {}, minute), answer, "minute {minute}");
    }
}

#[test]
fn each_reason_stands_for_its_own_case() {
    let cases: [(Change, Result<Entry, Reason>); 17] = [
        (|s| s.activity_state = A::Cancelled, Err(Reason::ActivityCancelled)),
        (|s| s.activity_state = A::Draft, Err(Reason::TooEarly)),
        (|s| s.activity_state = A::Recorded, Err(Reason::TooLate)),
        (|s| s.retroactive = true, Err(Reason::TooLate)),
        (
            |s| s.volunteer_state = VolunteerState::Suspended,
            Err(Reason::VolunteerNotActive(VolunteerState::Suspended)),
        ),
        (|s| s.has_active_card = false, Err(Reason::CardNotActive)),
        (|s| s.sign_up_state = None, Err(Reason::NotSignedUp)),
        (|s| s.sign_up_state = Some(SignUpState::Waitlisted), Err(Reason::Waitlisted)),
        (|s| (s.sign_up_state, s.needs_sign_up) = (None, false), Ok(Entry::WalkIn)),
        (|s| s.required_skill = Some("理发".into()), Ok(Entry::Listed)),
        (|s| s.required_skill = Some("驾驶".into()), Err(Reason::NeedsSkill)),
        (|s| s.min_age = Some(26), Err(Reason::MinorBarred)),
        (|s| s.open_elsewhere = true, Err(Reason::Overlap)),
        (|s| s.day_tenths = 80, Err(Reason::DailyCap)),
        (|s| s.day_tenths = 79, Ok(Entry::Listed)),
        (|s| s.attendance_state = Some(S::CheckedIn), Ok(Entry::Again)),
        (|s| s.attendance_state = Some(S::CheckedOut), Err(Reason::AlreadyIn)),
    ];
    for (number, (change, answer)) in cases.into_iter().enumerate() {
        assert_eq!(comes(change, 0), answer, "case {number}");
    }
}

#[test]
fn the_young_come_where_the_law_lets_them() {
    // Twenty-five until the day after the activity.
    assert_eq!(comes(|s| s.min_age = Some(25), 0), Ok(Entry::Listed));
    let child: Change = |s| s.birth_date = "2013-10-01".parse().unwrap();
    assert_eq!(comes(child, 0), Err(Reason::MinorBarred), "thirteen, nobody consented");
    let allowed: Change = |s| {
        s.birth_date = "2013-10-01".parse().unwrap();
        s.guardian_consented = true;
    };
    assert_eq!(comes(allowed, 0), Ok(Entry::Listed));
    let dangerous: Change = |s| {
        s.birth_date = "2008-10-02".parse().unwrap();
        s.risk_level = RiskLevel::Dangerous;
    };
    assert_eq!(comes(dangerous, 0), Err(Reason::MinorBarred), "eighteen tomorrow");
}

#[test]
fn the_way_out_stays_open_half_an_hour() {
    let inside: Change = |s| s.attendance_state = Some(S::CheckedIn);
    assert_eq!(goes(inside, -10), Ok(Exit::Leaves));
    assert_eq!(goes(inside, 149), Ok(Exit::Leaves));
    assert_eq!(goes(inside, 150), Err(Reason::TooLate));
    assert_eq!(goes(|s| s.attendance_state = Some(S::CheckedOut), 150), Ok(Exit::Again));
    assert_eq!(goes(|s| s.attendance_state = Some(S::Confirmed), 0), Err(Reason::TooLate));
    assert_eq!(goes(|s| s.attendance_state = Some(S::NoShow), 0), Err(Reason::NotIn));
    assert_eq!(goes(|_| {}, 0), Err(Reason::NotIn));
    let suspended: Change = |s| {
        s.attendance_state = Some(S::CheckedIn);
        s.volunteer_state = VolunteerState::Suspended;
    };
    assert_eq!(goes(suspended, 60), Ok(Exit::Leaves), "who is in may always leave");
}

#[test]
fn every_pair_of_state_and_action() {
    for action in Action::ALL {
        for activity in A::iter() {
            for state in S::iter() {
                let answer = decide_action(action, state, activity);
                let open = matches!(state, S::CheckedIn | S::CheckedOut)
                    || (state == S::Disputed && action != Action::Dispute);
                let time = match activity {
                    A::Ended | A::Recorded => true,
                    A::InProgress => {
                        action == Action::Dispute
                            || (action == Action::Confirm && state == S::CheckedOut)
                    }
                    A::Draft | A::Submitted | A::Published | A::Archived | A::Cancelled => false,
                };
                assert_eq!(answer.is_ok(), open && time, "{action:?} {state:?} {activity:?}");
                let cancelled = answer == Err(ActionRefusal::Cancelled);
                assert_eq!(cancelled, open && activity == A::Cancelled);
            }
        }
    }
}

#[test]
fn every_reason_has_its_own_code() {
    let mut names: Vec<_> = Reason::ALL.iter().map(|reason| reason.code().name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Reason::ALL.len());
    assert!(Reason::ALL.iter().all(|reason| !reason.next_step().is_empty()));
}
