//! Tests of the life of a notice round.

use entity::notice_entry::EntryState;
use sea_orm::Iterable;
use uuid::Uuid;

use super::*;

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn round(state: NoticeState) -> notice_round::Model {
    notice_round::Model {
        id: id(1),
        number: "GS00000000".into(),
        site_id: id(2),
        period: "2026-10-01".parse().unwrap(),
        state,
        entry_count: 1,
        points_total: 4,
        digest: None,
        notice_days: None,
        drafted_by: None,
        drafted_at: at("2026-11-03T00:00:00Z"),
        opened_by: None,
        opened_at: None,
        closes_at: Some(at("2026-11-11T16:00:00Z")),
        closed_by: None,
        closed_at: None,
        settled_at: None,
        archived_by: None,
        archived_at: None,
        version: 1,
        updated_at: at("2026-11-03T00:00:00Z"),
    }
}

fn entry(position: i32) -> notice_entry::Model {
    notice_entry::Model {
        claim_id: id(7),
        round_id: id(1),
        position,
        volunteer_id: id(9),
        site_id: id(2),
        points: 4,
        item_code: "HJ01".into(),
        item_name: "清扫村道".into(),
        activity_title: None,
        served_at: at("2026-10-31T16:30:00Z"),
        state: EntryState::Listed,
        frozen_reason: None,
        frozen_by: None,
        frozen_at: None,
        settled_at: None,
    }
}

#[test]
fn a_round_goes_one_way() {
    for state in NoticeState::iter() {
        for action in A::ALL {
            let (from, to) = action.edge();
            let expected =
                if state == from { Ok(to) } else { Err(RoundRefusal::WrongState(state)) };
            assert_eq!(action.apply(state), expected, "{action:?} from {state}");
        }
    }
}

#[test]
fn it_stays_open_for_whole_days_and_is_archived_when_all_is_booked() {
    // Opened at 23:59 on the fourth: seven days are the fifth to the eleventh.
    assert_eq!(closes_at(at("2026-11-04T15:59:00Z"), 7), Some(at("2026-11-11T16:00:00Z")));
    let (open, end) = (round(S::Open), at("2026-11-11T16:00:00Z"));
    let before = end - chrono::TimeDelta::microseconds(1);
    assert_eq!(decide(&open, A::Close, before), Err(RoundRefusal::Running(end)));
    assert_eq!(decide(&open, A::Close, end), Ok(S::Closed));
    let closed = round(S::Closed);
    assert_eq!(decide(&closed, A::Archive, end), Err(RoundRefusal::Settling));
    let settled = notice_round::Model { settled_at: Some(end), ..closed };
    assert_eq!(allowed_actions(&settled, end), [A::Archive]);
}

#[test]
fn months_are_read_and_written() {
    assert_eq!(parse_period("2026-10").map(period_text), Some("2026-10".into()));
    for wrong in ["2026-13", "2026-1", "2026/10", "", "２026-1", "2026-10-01", "-026-10"] {
        assert_eq!(parse_period(wrong), None, "{wrong}");
    }
    let new_year = "2027-01-02".parse().unwrap();
    assert_eq!(month_before(new_year).map(period_text), Some("2026-12".into()));
    let october = parse_period("2026-10").unwrap();
    assert_eq!(period_end(october), Some(at("2026-10-31T16:00:00Z")));
}

#[test]
fn the_digest_is_that_of_the_published_seals() {
    let entries = [entry(1), entry(2)];
    let mut digest = Digest::default();
    for entry in &entries {
        digest.add(entry);
    }
    let published = entries.each_ref().map(seal).join("\n") + "\n";
    assert_eq!(digest.finish(), sha256_hex(published.as_bytes()));
}

#[test]
fn every_member_of_an_entry_is_in_its_seal_and_nothing_of_its_fate() {
    let known = seal(&entry(1));
    let base = entry(1);
    for changed in [
        notice_entry::Model { position: 2, ..base.clone() },
        notice_entry::Model { claim_id: id(8), ..base.clone() },
        notice_entry::Model { volunteer_id: id(8), ..base.clone() },
        notice_entry::Model { points: 5, ..base.clone() },
        notice_entry::Model { item_code: "HJ02".into(), ..base.clone() },
        notice_entry::Model { item_name: "清扫".into(), ..base.clone() },
        notice_entry::Model { activity_title: Some(String::new()), ..base.clone() },
        notice_entry::Model { served_at: at("2026-10-31T15:59:59Z"), ..base.clone() },
        notice_entry::Model { site_id: id(3), ..base.clone() },
    ] {
        assert_ne!(seal(&changed), known);
    }
    let frozen = notice_entry::Model { state: EntryState::Frozen, ..base };
    assert_eq!(seal(&frozen), known);
}

#[test]
fn points_wait_for_the_suspended_and_are_lost_with_a_case_or_an_account() {
    use VolunteerState as V;
    for state in V::iter() {
        for case in [None, Some(Case::Running), Some(Case::Stood)] {
            assert_eq!(fate(state, true, case), Fate::Earned, "booked before: {state}");
        }
        let expected = match state {
            V::Active => Fate::Earned,
            V::Closed => Fate::Forfeited,
            V::PendingVerification | V::Suspended | V::Disqualified => Fate::Waits,
        };
        assert_eq!(fate(state, false, None), expected, "{state}");
    }
    assert_eq!(fate(V::Active, false, Some(Case::Stood)), Fate::Forfeited);
    assert_eq!(fate(V::Disqualified, false, Some(Case::Stood)), Fate::Waits);
}

#[test]
fn points_wait_until_it_is_known_whether_an_executed_case_stands() {
    use DisqualificationState as D;
    use VolunteerState as V;
    for state in D::iter() {
        let expected = match state {
            D::Executed | D::Appealed => Fate::Waits,
            D::Upheld | D::Ended => Fate::Forfeited,
            D::Proposed
            | D::Notified
            | D::StatementPeriod
            | D::Reviewed
            | D::Decided
            | D::Overturned
            | D::Dropped => Fate::Earned,
        };
        assert_eq!(fate(V::Active, false, Case::of(state)), expected, "{state}");
    }
    assert_eq!(fate(V::Closed, false, Some(Case::Running)), Fate::Forfeited);
    assert!(Case::Stood > Case::Running, "of two cases the one that stood decides");
}

#[test]
fn only_a_supervisors_freeze_is_named_in_public() {
    for (reason, shown) in [
        (None, "暂缓，待核实"),
        (Some(FreezeReason::Objection), "暂缓，待核实"),
        (Some(FreezeReason::EarningSuspended), "暂缓，待核实"),
        (Some(FreezeReason::Supervision), "暂缓，监督员核查中"),
    ] {
        assert_eq!(kept_back(reason), shown);
        let told = public_reason(reason);
        assert_eq!(told, reason.filter(|reason| *reason == FreezeReason::Supervision));
    }
}
