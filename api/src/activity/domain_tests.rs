//! Every pair of state and action, and what time does.

use chrono::TimeDelta;
use entity::activity::{ActivityKind, RiskLevel};
use sea_orm::Iterable;
use uuid::Uuid;

use super::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

/// Starts at second 0, ends at second 7200.
pub(crate) fn activity(state: S) -> activity::Model {
    activity::Model {
        id: Uuid::from_u128(1).into(),
        site_id: Uuid::from_u128(2).into(),
        title: "清扫村道".into(),
        kind: ActivityKind::Service,
        state,
        content: "集中清扫".into(),
        place: "文化广场".into(),
        starts_at: at(0),
        ends_at: at(7200),
        sign_up_opens_at: None,
        sign_up_closes_at: None,
        capacity: 10,
        min_age: None,
        required_skill: None,
        conditions: None,
        risks: None,
        guarantees: None,
        risk_level: RiskLevel::Ordinary,
        insurance_policy_no: None,
        needs_sign_up: true,
        service_type: None,
        organiser_account_id: None,
        contact_person: None,
        retroactive: false,
        rule_version_id: None,
        rule_item_code: None,
        submitted_by: None,
        published_by: None,
        published_at: None,
        state_reason: None,
        evaluation: None,
        signed_up_count: 0,
        created_by: Uuid::from_u128(3).into(),
        version: 1,
        created_at: at(-9999),
        updated_at: at(-9999),
    }
}

#[test]
fn every_pair_of_state_and_action() {
    // The life of an activity once more, as the rows read: from, action, to.
    let edges = [
        (S::Draft, A::Update, S::Draft),
        (S::Draft, A::Submit, S::Submitted),
        (S::Draft, A::Cancel, S::Cancelled),
        (S::Submitted, A::Return, S::Draft),
        (S::Submitted, A::Publish, S::Published),
        (S::Submitted, A::Cancel, S::Cancelled),
        (S::Published, A::Update, S::Published),
        (S::Published, A::Cancel, S::Cancelled),
        (S::InProgress, A::End, S::Ended),
        (S::Ended, A::Record, S::Recorded),
        (S::Recorded, A::Archive, S::Archived),
    ];
    for from in S::iter() {
        for action in A::ALL {
            let edge = edges.iter().find(|edge| edge.0 == from && edge.1 == action);
            let expected = edge.map_or(Err(WrongState(from)), |edge| Ok(edge.2));
            assert_eq!(action.apply(from), expected, "{action:?} from {from}");
        }
    }
}

#[test]
fn time_moves_published_activities_and_nothing_else() {
    for state in S::iter() {
        let row = activity(state);
        let seen = [at(-1), at(0), at(7199), at(7200)].map(|now| current_state(&row, now));
        let moved = matches!(state, S::Published | S::InProgress);
        let expected =
            if moved { [S::Published, S::InProgress, S::InProgress, S::Ended] } else { [state; 4] };
        assert_eq!(seen, expected, "{state}");
    }
}

#[test]
fn the_journal_hears_of_every_passage_once() {
    assert_eq!(passages(S::Published, S::Ended), [STARTED, ENDED]);
    assert_eq!(passages(S::Published, S::InProgress), [STARTED]);
    assert_eq!(passages(S::InProgress, S::Ended), [ENDED]);
    for state in S::iter() {
        assert!(passages(state, state).is_empty(), "{state}");
    }
}

#[test]
fn the_organiser_runs_her_activity_and_staff_of_the_site_run_any() {
    let me = AccountId::from(Uuid::from_u128(8));
    let plain = Runner { account: me, runs_attendance_here: false };
    let mut row = activity(S::InProgress);
    assert!(!may_run(plain, &row));
    assert!(may_run(Runner { runs_attendance_here: true, ..plain }, &row));
    row.organiser_account_id = Some(me);
    assert!(may_run(plain, &row));
    row.organiser_account_id = Some(Uuid::from_u128(9).into());
    assert!(!may_run(plain, &row));
}

#[test]
fn what_was_never_published_stays_hidden_even_when_cancelled() {
    let mut row = activity(S::Cancelled);
    assert!(!is_known_to_public(&row));
    row.published_at = Some(at(0));
    assert!(is_known_to_public(&row));
    row.state = S::Draft;
    assert!(!is_known_to_public(&row));
}

#[test]
fn a_day_in_china_starts_eight_hours_before_greenwich() {
    let day = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
    assert_eq!(day_start(day) + TimeDelta::hours(8), day.and_time(NaiveTime::MIN).and_utc());
}
