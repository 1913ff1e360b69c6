//! The rules, one by one.

use super::*;
use sea_orm::Iterable;
use uuid::Uuid;

fn at(day: u32, hour: u32) -> DateTime<Utc> {
    use chrono::TimeZone;
    Utc.with_ymd_and_hms(2026, 11, day, hour, 0, 0).unwrap()
}

fn account(n: u128) -> AccountId {
    Uuid::from_u128(n).into()
}

fn session(state: RedemptionSessionState) -> redemption_session::Model {
    redemption_session::Model {
        id: Uuid::nil().into(),
        site_id: Uuid::nil().into(),
        title: "十一月集中兑换".into(),
        state,
        starts_at: at(10, 0),
        ends_at: at(12, 0),
        threshold: 50,
        limit_per_person: None,
        pickup_until: at(20, 0),
        created_by: Uuid::nil().into(),
        version: 1,
        created_at: at(1, 0),
        updated_at: at(1, 0),
    }
}

fn redemption(state: RedemptionState) -> redemption::Model {
    redemption::Model {
        id: Uuid::nil().into(),
        session_id: Uuid::nil().into(),
        session_item_id: Uuid::nil().into(),
        goods_id: Uuid::nil().into(),
        site_id: Uuid::nil().into(),
        volunteer_id: Uuid::from_u128(7).into(),
        quantity: 1,
        points: 30,
        state,
        pickup_code_hash: String::new(),
        receipt_no: String::new(),
        created_by: Uuid::nil().into(),
        delegate_name: None,
        delegate_id: None,
        ready_by: None,
        ready_at: None,
        fulfilled_by: None,
        fulfilled_at: None,
        signature_kind: None,
        ended_reason: None,
        ended_at: None,
        returned_by: None,
        returned_as: None,
        expires_at: at(13, 0),
        version: 1,
        created_at: at(10, 0),
        updated_at: at(10, 0),
        frozen_at: None,
        frozen_until: None,
        frozen_reason: None,
    }
}

#[test]
fn a_redemption_ends_once_and_never_leaves_its_end() {
    use RedemptionState as S;
    for state in S::iter() {
        let open = matches!(state, S::Created | S::Ready);
        assert_eq!(RedemptionAction::Ready.apply(state).is_ok(), state == S::Created, "{state}");
        for action in [
            RedemptionAction::Fulfil,
            RedemptionAction::Cancel,
            RedemptionAction::Expire,
            RedemptionAction::RenewCode,
        ] {
            assert_eq!(action.apply(state).is_ok(), open, "{action:?} {state}");
        }
        assert_eq!(holder_actions(&redemption(state)).is_empty(), !open);
        let clerk = |n, related| Clerk { account: account(n), related };
        let own = redemption::Model { fulfilled_by: Some(account(1)), ..redemption(state) };
        assert_eq!(counter_actions(&own, clerk(1, false)).is_empty(), !open);
        assert!(!counter_actions(&own, clerk(2, true)).contains(&RedemptionAction::Fulfil));
        assert!(!counter_actions(&own, clerk(2, true)).contains(&RedemptionAction::Return));
        let back = counter_actions(&own, clerk(2, false)).contains(&RedemptionAction::Return);
        assert_eq!(back, state == S::Fulfilled, "{state}");
        assert_eq!(RedemptionAction::Return.apply(state).is_ok(), back, "{state}");
    }
    assert_eq!(RedemptionAction::RenewCode.apply(S::Ready), Ok(S::Ready));
}

#[test]
fn goods_come_back_in_time_to_another_clerk_who_is_a_stranger() {
    let row = redemption::Model {
        fulfilled_by: Some(account(1)),
        fulfilled_at: Some(at(10, 0)),
        ..redemption(RedemptionState::Fulfilled)
    };
    let decide = |by, related, now| decide_return(&row, (account(by), related), (7, None), now);
    assert_eq!(decide(2, false, at(17, 0)), Ok(RedemptionState::Returned));
    assert_eq!(decide(1, false, at(11, 0)), Err(RedemptionRefusal::MustRecuse));
    assert_eq!(decide(2, true, at(11, 0)), Err(RedemptionRefusal::MustRecuse));
    let late = RedemptionRefusal::ReturnedTooLate { days: 7 };
    assert_eq!(decide(2, false, at(17, 1)), Err(late));
    let granted = |now| decide_return(&row, (account(2), false), (7, Some(at(20, 0))), now);
    assert_eq!(granted(at(27, 0)), Ok(RedemptionState::Returned), "an objection opens it again");
    assert_eq!(granted(at(27, 1)), Err(late));
}

#[test]
fn a_session_is_planned_opened_and_closed_in_this_order() {
    use RedemptionSessionState as S;
    for (action, from) in [
        (SessionAction::Update, &[S::Planned][..]),
        (SessionAction::Open, &[S::Planned]),
        (SessionAction::Close, &[S::Planned, S::Open]),
    ] {
        for state in S::iter() {
            assert_eq!(action.apply(state).is_ok(), from.contains(&state), "{action:?} {state}");
        }
    }
}

#[test]
fn one_redeems_in_an_open_session_within_its_window() {
    let admit = |state, now| {
        let session = session(state);
        let volunteer = VolunteerState::Active;
        decide_admission(Admission { session: &session, volunteer, has_card: true, now })
    };
    let refused = Err(RedemptionRefusal::SessionNotOpen);
    assert_eq!(admit(RedemptionSessionState::Open, at(10, 0)), Ok(()));
    assert_eq!(admit(RedemptionSessionState::Open, at(12, 0)), refused, "the end is outside");
    assert_eq!(admit(RedemptionSessionState::Open, at(9, 23)), refused);
    assert_eq!(admit(RedemptionSessionState::Planned, at(10, 0)), refused);
    assert_eq!(admit(RedemptionSessionState::Closed, at(10, 0)), refused);
}

#[test]
fn only_active_volunteers_with_a_card_redeem() {
    let session = session(RedemptionSessionState::Open);
    for volunteer in VolunteerState::iter() {
        let case = Admission { session: &session, volunteer, has_card: true, now: at(11, 0) };
        assert_eq!(decide_admission(case).is_ok(), volunteer == VolunteerState::Active);
        let without = decide_admission(Admission { has_card: false, ..case });
        assert!(without.is_err(), "{volunteer}");
    }
}

#[test]
fn thresholds_and_limits_include_their_bounds() {
    assert_eq!(check_threshold(50, 50), Ok(()));
    let below = RedemptionRefusal::BelowThreshold { threshold: 50, points: 49 };
    assert_eq!(check_threshold(50, 49), Err(below));
    assert_eq!(check_limit(Some(2), 1, 1), Ok(()));
    let over = RedemptionRefusal::LimitReached { limit: 2, had: 0, of: LimitOf::Item };
    assert_eq!(check_limit(Some(2), 0, 3), Err(over));
    assert_eq!(check_limit(None, i64::MAX, 1), Ok(()));
    assert_eq!(expires_at(at(10, 0), 72, at(20, 0)), at(13, 0));
    assert_eq!(expires_at(at(10, 0), 720, at(20, 0)), at(20, 0));
}

#[test]
fn goods_are_handed_over_in_time_by_a_stranger_against_card_or_code() {
    let row = redemption(RedemptionState::Ready);
    let clerk = Clerk { account: Uuid::from_u128(5).into(), related: false };
    let kin = Clerk { related: true, ..clerk };
    let placed_it = Clerk { account: row.created_by, ..clerk };
    assert_eq!(decide_fulfilment(&row, clerk, at(12, 0)), Ok(RedemptionState::Fulfilled));
    assert_eq!(decide_fulfilment(&row, kin, at(12, 0)), Err(RedemptionRefusal::MustRecuse));
    assert_eq!(decide_fulfilment(&row, placed_it, at(12, 0)), Err(RedemptionRefusal::MustRecuse));
    assert_eq!(decide_fulfilment(&row, clerk, at(13, 0)), Err(RedemptionRefusal::Expired));
    let done = redemption(RedemptionState::Fulfilled);
    assert_eq!(decide_fulfilment(&done, clerk, at(12, 0)), Err(RedemptionRefusal::WrongState));

    let other = Some(Uuid::from_u128(8).into());
    for (proof, fits) in [
        (Proof { card_of: Some(row.volunteer_id), code_fits: None }, true),
        (Proof { card_of: None, code_fits: Some(true) }, true),
        (Proof { card_of: other, code_fits: None }, false),
        (Proof { card_of: None, code_fits: Some(false) }, false),
        (Proof { card_of: None, code_fits: None }, false),
    ] {
        assert_eq!(check_proof(&row, proof).is_ok(), fits, "{proof:?}");
    }
    assert!(
        signature_fits(SignatureKind::Paper, true) && signature_fits(SignatureKind::Paper, false)
    );
    assert!(
        signature_fits(SignatureKind::Card, true) && !signature_fits(SignatureKind::Card, false)
    );
    assert!(
        signature_fits(SignatureKind::Code, false) && !signature_fits(SignatureKind::Code, true)
    );
}

#[test]
fn a_monthly_session_stays_within_its_month_in_china() {
    let window = Window { starts_at: at(29, 0), ends_at: at(30, 15), pickup_until: at(30, 15) };
    assert_eq!(check_window(window, false, at(1, 0)), Ok(()));
    // 16:00 UTC on the 30th is midnight of December 1st in China.
    let long = Window { ends_at: at(30, 16), pickup_until: at(30, 17), ..window };
    assert!(matches!(
        check_window(long, false, at(1, 0)),
        Err(SessionRefusal::Field("/ends_at", _))
    ));
    assert_eq!(check_window(long, true, at(1, 0)), Ok(()));
    let backwards = Window { ends_at: at(28, 0), ..window };
    assert!(check_window(backwards, true, at(1, 0)).is_err());
    let early = Window { pickup_until: at(30, 14), ..window };
    assert!(matches!(
        check_window(early, true, at(1, 0)),
        Err(SessionRefusal::Field("/pickup_until", _))
    ));
    assert!(check_window(window, true, at(30, 15)).is_err(), "over before it began");
}

#[test]
fn a_month_is_the_month_in_china() {
    let november = (at(1, 0) - TimeDelta::hours(8), at(30, 16));
    assert_eq!(month_around(at(1, 0)), Some(november));
    assert_eq!(month_around(at(30, 15)), Some(november));
    assert_ne!(month_around(at(30, 16)), Some(november));
}

#[test]
fn a_frozen_redemption_offers_nothing_and_gets_its_time_back() {
    let row = redemption::Model {
        frozen_at: Some(at(11, 0)),
        frozen_until: Some(at(13, 0)),
        frozen_reason: Some("待核实".into()),
        ..redemption(RedemptionState::Ready)
    };
    assert!(holder_actions(&row).is_empty());
    let clerk = Clerk { account: account(2), related: false };
    assert!(counter_actions(&row, clerk).is_empty());
    assert_eq!(due(&row, at(12, 0)) - row.expires_at, TimeDelta::days(1), "released early");
    assert_eq!(due(&row, at(20, 0)) - row.expires_at, TimeDelta::days(2), "it has lapsed");
    let free = redemption(RedemptionState::Ready);
    assert_eq!(due(&free, at(20, 0)), free.expires_at);
}
