//! Working days: which days are worked, and when a number of them has passed. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use entity::calendar_day::{self, DayKind};

/// Holidays on a fixed day, for years whose order has not been entered yet (全国年节及纪念日放假办法,
/// State Council decree 795). The others move with the moon.
const FIXED: [(u32, u32); 6] = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)];

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
        assert!(
            !days.is_worked(day("2027-05-03")) == (day("2027-05-03").weekday() == Weekday::Sat)
        );
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
