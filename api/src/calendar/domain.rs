//! Working days: which days are worked, and when a number of them has passed. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use entity::calendar_day::{self, DayKind};

/// Holidays on a fixed day, for years whose order has not been entered yet (全国年节及纪念日放假办法,
/// State Council decree 795). The others move with the moon.
const FIXED: [(u32, u32); 6] = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)];

/// A span of days in which holidays lie that only the year's order tells: those that move with
/// the moon, and what weekends worked in exchange add to any.
#[derive(Clone, Copy, Debug)]
struct Perhaps {
    from: (u32, u32),
    to: (u32, u32),
    /// How many weekdays they take at most, besides those in [`FIXED`].
    weekdays: u32,
}

/// The whole year's; no two overlap. Wide enough for every order so far.
const PERHAPS: [Perhaps; 8] = [
    // New Year, made longer.
    Perhaps { from: (1, 2), to: (1, 3), weekdays: 2 },
    // The Spring Festival: up to nine days.
    Perhaps { from: (1, 19), to: (2, 28), weekdays: 7 },
    // Qingming.
    Perhaps { from: (4, 2), to: (4, 7), weekdays: 2 },
    // Labour Day, made longer.
    Perhaps { from: (4, 28), to: (5, 6), weekdays: 3 },
    // The Dragon Boat Festival.
    Perhaps { from: (5, 26), to: (6, 27), weekdays: 2 },
    // Mid-Autumn before the National Day.
    Perhaps { from: (9, 6), to: (9, 27), weekdays: 2 },
    // The National Day, made longer, and Mid-Autumn close to it.
    Perhaps { from: (9, 28), to: (10, 10), weekdays: 6 },
    // The next New Year, made longer.
    Perhaps { from: (12, 30), to: (12, 31), weekdays: 2 },
];

/// The days that are worked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WorkingDays {
    exceptions: BTreeMap<NaiveDate, DayKind>,
    known_years: BTreeSet<i32>,
}

impl WorkingDays {
    /// From the rows of the years that were entered.
    pub(super) fn new(
        years: impl IntoIterator<Item = i32>,
        rows: Vec<calendar_day::Model>,
    ) -> Self {
        let exceptions = rows.into_iter().map(|row| (row.day, row.kind)).collect();
        Self { exceptions, known_years: years.into_iter().collect() }
    }

    /// Whether people work on that day.
    pub(crate) fn is_worked(&self, day: NaiveDate) -> bool {
        match self.exceptions.get(&day) {
            Some(DayKind::Workday) => return true,
            Some(DayKind::Holiday) => return false,
            None => {}
        }
        let fixed = FIXED.contains(&(day.month(), day.day()));
        let holiday = fixed && !self.known_years.contains(&day.year());
        !holiday && !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// The last day of a period of `days` working days that begins on the day after
    /// `event`: the day itself does not count (civil code art. 201).
    pub(crate) fn last_day_after(&self, event: NaiveDate, days: i64) -> NaiveDate {
        let later = event.iter_days().skip(1).filter(|day| self.is_worked(*day));
        nth(later, days).unwrap_or(event)
    }

    /// The same for somebody who must not be given less: in a year not entered yet, every holiday
    /// that may fall into the period is taken to do so in full. No order of that year makes fewer
    /// working days of it than `days`; it may make a few more.
    pub(crate) fn latest_day_after(&self, event: NaiveDate, days: i64) -> NaiveDate {
        let mut left = PERHAPS.map(|span| span.weekdays);
        let later = event.iter_days().skip(1).filter(|day| self.is_worked(*day));
        let certain = later.filter(|day| !self.may_be_taken(*day, &mut left));
        nth(certain, days).unwrap_or(event)
    }

    /// Whether a holiday that is not known yet may take this day; `left` says how many more each
    /// span's may.
    fn may_be_taken(&self, day: NaiveDate, left: &mut [u32]) -> bool {
        if self.known_years.contains(&day.year()) {
            return false;
        }
        let on = (day.month(), day.day());
        let mut spans = PERHAPS.iter().zip(left);
        let here = spans.find(|(span, left)| **left > 0 && (span.from..=span.to).contains(&on));
        let Some((_, left)) = here else { return false };
        *left -= 1;
        true
    }

    /// The latest day whose period has passed by `today`: what happened then or before
    /// and is not done is overdue.
    pub(crate) fn last_overdue_day(&self, today: NaiveDate, days: i64) -> Option<NaiveDate> {
        let before = today.iter_days().rev().skip(1).filter(|day| self.is_worked(*day));
        if days <= 0 { today.pred_opt() } else { nth(before, days)?.pred_opt() }
    }
}

/// The `n`-th item, counted from one.
fn nth(mut days: impl Iterator<Item = NaiveDate>, n: i64) -> Option<NaiveDate> {
    days.nth(usize::try_from(n.checked_sub(1)?).ok()?)
}

/// What is wrong with a year's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderFault {
    /// The day at this place lies in another year.
    OtherYear(usize),
    /// The day at this place stands there before.
    Twice(usize),
    /// The day at this place is worked anyway.
    NotAWeekend(usize),
}

/// Checks the exceptional days of a year.
pub(super) fn check_order(year: i32, days: &[(NaiveDate, DayKind)]) -> Result<(), OrderFault> {
    let mut seen = BTreeSet::new();
    for (at, (day, kind)) in days.iter().enumerate() {
        if day.year() != year {
            return Err(OrderFault::OtherYear(at));
        }
        if !seen.insert(*day) {
            return Err(OrderFault::Twice(at));
        }
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        if *kind == DayKind::Workday && !weekend {
            return Err(OrderFault::NotAWeekend(at));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn october_2026() -> WorkingDays {
        let holiday = |n| (NaiveDate::from_ymd_opt(2026, 10, n).unwrap(), DayKind::Holiday);
        let mut exceptions: BTreeMap<_, _> = (1..=7).map(holiday).collect();
        exceptions.insert(day("2026-09-20"), DayKind::Workday);
        exceptions.insert(day("2026-10-10"), DayKind::Workday);
        WorkingDays { exceptions, known_years: [2026].into() }
    }

    #[test]
    fn weekends_do_not_count() {
        let plain = WorkingDays { known_years: [2026].into(), ..WorkingDays::default() };
        // 2026-05-01 is a Friday.
        assert_eq!(plain.last_day_after(day("2026-05-01"), 1), day("2026-05-04"));
        assert_eq!(plain.last_day_after(day("2026-05-02"), 1), day("2026-05-04"));
        assert_eq!(plain.last_day_after(day("2026-05-01"), 10), day("2026-05-15"));
        assert_eq!(plain.last_day_after(day("2026-05-01"), 0), day("2026-05-01"));
        assert_eq!(plain.last_overdue_day(day("2026-05-15"), 10), Some(day("2026-04-30")));
        assert_eq!(plain.last_overdue_day(day("2026-05-16"), 10), Some(day("2026-05-03")));
    }

    #[test]
    fn holidays_do_not_count_and_weekends_worked_in_exchange_do() {
        let days = october_2026();
        assert!(!days.is_worked(day("2026-10-07")), "a Wednesday of the holidays");
        assert!(days.is_worked(day("2026-10-10")), "a Saturday worked in exchange");
        // 8, 9 and 10 October.
        assert_eq!(days.last_day_after(day("2026-09-30"), 3), day("2026-10-10"));
        assert_eq!(days.last_day_after(day("2026-09-30"), 5), day("2026-10-13"));
    }

    #[test]
    fn a_year_not_entered_yet_has_at_least_the_holidays_on_a_fixed_day() {
        let days = october_2026();
        assert!(!days.is_worked(day("2027-10-01")), "a Friday");
        assert!(days.is_worked(day("2027-10-08")));
        assert!(days.is_worked(day("2027-05-03")), "a Monday");
    }

    /// The days off of some years, each from a day for so many; 2027 as it is likely to be, with
    /// the Spring Festival on 6 February. Weekends worked in exchange are left out: they make a
    /// period end earlier.
    const ORDERS: [(i32, &[(&str, u64)]); 3] = [
        (
            2025,
            &[
                ("2025-01-01", 1),
                ("2025-01-28", 8),
                ("2025-04-04", 3),
                ("2025-05-01", 5),
                ("2025-05-31", 3),
                ("2025-10-01", 8),
            ],
        ),
        (
            2026,
            &[
                ("2026-01-01", 3),
                ("2026-02-15", 9),
                ("2026-04-04", 3),
                ("2026-05-01", 5),
                ("2026-06-19", 3),
                ("2026-09-25", 3),
                ("2026-10-01", 7),
            ],
        ),
        (
            2027,
            &[
                ("2027-01-01", 3),
                ("2027-02-05", 8),
                ("2027-04-03", 3),
                ("2027-05-01", 5),
                ("2027-06-09", 1),
                ("2027-09-15", 1),
                ("2027-10-01", 7),
            ],
        ),
    ];

    fn ordered(year: i32) -> WorkingDays {
        let mut exceptions = BTreeMap::new();
        for (_, off) in ORDERS.iter().filter(|(ordered, _)| *ordered == year) {
            for (first, count) in *off {
                let days = day(first).iter_days().zip(0..*count);
                exceptions.extend(days.map(|(off, _)| (off, DayKind::Holiday)));
            }
        }
        WorkingDays { exceptions, known_years: [year].into() }
    }

    #[test]
    fn who_must_not_have_less_has_the_spring_festival_besides_in_a_year_not_entered() {
        let (blind, entered) = (october_2026(), ordered(2027));
        for event in ["2027-01-29", "2027-02-01", "2027-02-04", "2027-02-10"] {
            let by_order = entered.last_day_after(day(event), 5);
            assert!(blind.last_day_after(day(event), 5) < by_order, "{event}: the plain count");
            assert!(blind.latest_day_after(day(event), 5) >= by_order, "{event}");
        }
        // Seven weekdays through the 10th may be the holiday's.
        assert_eq!(blind.latest_day_after(day("2027-02-01"), 5), day("2027-02-17"));
        // No holiday is near, and nothing is added.
        assert_eq!(blind.latest_day_after(day("2027-03-01"), 5), day("2027-03-08"));
        assert_eq!(blind.latest_day_after(day("2026-12-18"), 5), day("2026-12-25"));
        assert_eq!(blind.latest_day_after(day("2027-02-01"), 0), day("2027-02-01"));
    }

    /// Long enough by this order for who was told before it was known, and not without end.
    fn assert_long_enough(entered: &WorkingDays, event: NaiveDate) {
        let blind = WorkingDays::default();
        for days in 5..=15 {
            let told = blind.latest_day_after(event, days);
            let due = entered.last_day_after(event, days);
            assert!(told >= due, "{days} days after {event}: {told}, not {due}");
            assert_eq!(entered.latest_day_after(event, days), due, "what is known");
        }
        let told = blind.latest_day_after(event, 5);
        assert!((told - event).num_days() <= 24, "{event}: {told} is too far off");
    }

    #[test]
    fn whoever_enters_the_year_finds_no_period_too_short() {
        for (year, _) in ORDERS {
            let entered = ordered(year);
            let new_year = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            new_year.iter_days().take(330).for_each(|event| assert_long_enough(&entered, event));
        }
    }

    #[test]
    fn an_order_names_each_day_of_its_year_once() {
        use DayKind::{Holiday, Workday};
        let check = |days: &[(&str, DayKind)]| {
            let days: Vec<_> = days.iter().map(|(text, kind)| (day(text), *kind)).collect();
            check_order(2026, &days)
        };
        assert_eq!(check(&[("2026-01-01", Holiday), ("2026-01-04", Workday)]), Ok(()));
        assert_eq!(check(&[("2027-01-01", Holiday)]), Err(OrderFault::OtherYear(0)));
        let twice = [("2026-01-01", Holiday), ("2026-01-01", Holiday)];
        assert_eq!(check(&twice), Err(OrderFault::Twice(1)));
        assert_eq!(check(&[("2026-01-05", Workday)]), Err(OrderFault::NotAWeekend(0)));
    }

    proptest! {
        #[test]
        fn overdue_is_exactly_past_the_last_day(event in 0_i64..90, today in 0_i64..90, days in 0_i64..15) {
            let calendar = october_2026();
            let start = day("2026-08-15");
            let on = |n: i64| start + chrono::TimeDelta::days(n);
            let overdue = calendar.last_overdue_day(on(today), days).is_some_and(|last| on(event) <= last);
            prop_assert_eq!(overdue, calendar.last_day_after(on(event), days) < on(today));
        }
    }
}
