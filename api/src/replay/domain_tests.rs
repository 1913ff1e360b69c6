//! Hand-computed figures, and what holds for every quarter.

use entity::rule_item::RuleUnit;
use proptest::prelude::*;

use super::*;

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn item(code: &str, unit: RuleUnit, points: i32, caps: [Option<i32>; 3]) -> rule_item::Model {
    let [max_per_activity, max_per_day, max_per_month] = caps;
    rule_item::Model {
        id: id(1),
        rule_version_id: id(1),
        code: code.into(),
        category: "环境".into(),
        name: "环境卫生".into(),
        unit,
        points,
        max_per_activity,
        max_per_day,
        max_per_month,
        counts_as_service: true,
        needs_attendance: true,
        evidence_needed: false,
        sort: 0,
    }
}

/// An attendance at noon of a day of July 2026.
fn served(n: u128, day: u32, hours_tenths: u32) -> Event {
    Event {
        id: Uuid::from_u128(n),
        volunteer: id(1),
        attendance: Some(id(n)),
        activity: Some(id(n)),
        title: "清扫村道".into(),
        hours_tenths,
        at: format!("2026-07-{day:02}T04:00:00Z").parse().unwrap(),
        item_code: "HJ01".into(),
        frozen: None,
    }
}

/// By hand. Old: 2 points an hour, 10 a day. 1 July: 4 h = 8, then 3 h = 6 cut to 2; 2 July:
/// 2.5 h = 5; 3 July: 1 h = 2. Together 17. New: 3 points an hour, 10 a day, 18 a month.
/// 1 July: 12 cut to 10, then 0; 2 July: 7.5, the half dropped; 3 July: 3 cut to 1 by the
/// month. Together 18.
#[test]
fn figures_computed_by_hand() {
    let events = [served(3, 2, 25), served(1, 1, 40), served(2, 1, 30), served(4, 3, 10)];
    let old = item("HJ01", RuleUnit::PerHour, 2, [None, Some(10), None]);
    let new = item("HJ01", RuleUnit::PerHour, 3, [None, Some(10), Some(18)]);

    let points = |item: &rule_item::Model| {
        let found = replay(&events, |_| Some(item));
        found.into_iter().map(|c| c.unwrap().points).collect::<Vec<_>>()
    };
    let line = compare(id(1), &events, |_| Some(&old), |_| Some(&new));

    assert_eq!(points(&old), [5, 8, 2, 2]);
    assert_eq!(points(&new), [7, 10, 0, 1]);
    assert_eq!((line.before, line.after, line.delta()), (17, 18, 1));
    assert_eq!(line.items, ByItem::from([("HJ01".to_owned(), (17, 18))]));
}

#[test]
fn two_shifts_of_one_activity_share_its_cap_and_the_next_month_begins_anew() {
    let mut shifts = [served(1, 1, 20), served(2, 1, 20), served(3, 30, 20)];
    shifts[1].activity = shifts[0].activity;
    shifts[2].at = "2026-07-31T16:00:00Z".parse().unwrap(); // the first of August in China
    let item = item("HJ01", RuleUnit::PerHour, 3, [Some(8), None, Some(9)]);

    let found = replay(&shifts, |_| Some(&item));

    let points: Vec<_> = found.into_iter().map(|c| c.unwrap().points).collect();
    assert_eq!(points, [6, 2, 6]);
}

#[test]
fn an_item_taken_away_or_of_another_unit_gives_nothing() {
    let events = [served(1, 1, 20)];
    let old = item("HJ01", RuleUnit::PerHour, 2, [None; 3]);
    let award = item("HJ01", RuleUnit::PerAward, 50, [None; 3]);

    let gone = compare(id(1), &events, |_| Some(&old), |_| None);
    let other = compare(id(1), &events, |_| Some(&old), |_| Some(&award));

    assert_eq!((gone.before, gone.after), (4, 0));
    assert_eq!((other.before, other.after), (4, 0));
}

fn any_item() -> impl Strategy<Value = rule_item::Model> {
    let cap = || prop::option::of(1_i32..40);
    let unit = prop_oneof![Just(RuleUnit::PerHour), Just(RuleUnit::PerAttendance)];
    (unit, 1_i32..20, cap(), cap(), cap())
        .prop_map(|(unit, points, a, b, c)| item("HJ01", unit, points, [a, b, c]))
}

fn any_events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec((1_u32..31, 0_u32..120, 0_u128..4), 0..40).prop_map(|list| {
        let event = |(n, (day, hours, activity))| Event {
            activity: Some(id(activity + 1)),
            ..served(n, day, hours)
        };
        (1_u128..).zip(list).map(event).collect()
    })
}

proptest! {
    #[test]
    fn under_the_version_in_force_nothing_changes(item in any_item(), events in any_events()) {
        let same = item.clone();
        let line = compare(id(1), &events, |_| Some(&item), |_| Some(&same));
        prop_assert_eq!(line.delta(), 0);
        for (before, after) in line.items.values() {
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn the_order_in_which_rows_are_read_does_not_matter(
        item in any_item(), events in any_events(), by in 0_usize..40,
    ) {
        let mut turned = events.clone();
        let by = if turned.is_empty() { 0 } else { by % turned.len() };
        turned.rotate_left(by);
        let total = |events: &[Event]| compare(id(1), events, |_| Some(&item), |_| None).before;
        prop_assert_eq!(total(&events), total(&turned));
    }

    #[test]
    fn no_cap_is_exceeded(item in any_item(), events in any_events()) {
        let found = replay(&events, |_| Some(&item));
        let mut by_day = BTreeMap::<NaiveDate, i64>::new();
        let mut total = 0;
        for (event, computed) in events.iter().zip(found) {
            let points = computed.unwrap().points;
            *by_day.entry(local_day(event.at)).or_default() += points;
            total += points;
        }
        if let Some(cap) = item.max_per_day {
            prop_assert!(by_day.values().all(|points| *points <= i64::from(cap)));
        }
        if let Some(cap) = item.max_per_month {
            prop_assert!(total <= i64::from(cap));
        }
    }
}
