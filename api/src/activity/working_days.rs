//! Working days, for the time in which an activity must be recorded. Pure.
//!
//! Weekends only: public holidays and the weekends worked in exchange are announced
//! year by year and are not known here, so a due day may be off by those days.

use chrono::{Datelike, NaiveDate, Weekday};

/// Whether people work on that day.
fn is_working_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The last day on which something ended on `ended_on` may be done within `days`
/// working days.
pub(super) fn due_day(ended_on: NaiveDate, days: i64) -> NaiveDate {
    let later = ended_on.iter_days().skip(1).filter(|day| is_working_day(*day));
    nth(later, days).unwrap_or(ended_on)
}

/// The latest day whose due day has passed by `today`: what ended then or before
/// and is not done is overdue.
pub(super) fn last_overdue_day(today: NaiveDate, days: i64) -> Option<NaiveDate> {
    let before = today.iter_days().rev().skip(1).filter(|day| is_working_day(*day));
    if days <= 0 { today.pred_opt() } else { nth(before, days)?.pred_opt() }
}

/// The `n`-th item, counted from one.
fn nth(mut days: impl Iterator<Item = NaiveDate>, n: i64) -> Option<NaiveDate> {
    days.nth(usize::try_from(n.checked_sub(1)?).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_do_not_count() {
        // 2026-05-01 is a Friday.
        assert_eq!(due_day(day("2026-05-01"), 1), day("2026-05-04"));
        assert_eq!(due_day(day("2026-05-02"), 1), day("2026-05-04"));
        assert_eq!(due_day(day("2026-05-01"), 10), day("2026-05-15"));
        assert_eq!(due_day(day("2026-05-01"), 0), day("2026-05-01"));
        assert_eq!(last_overdue_day(day("2026-05-15"), 10), Some(day("2026-04-30")));
        assert_eq!(last_overdue_day(day("2026-05-16"), 10), Some(day("2026-05-03")));
    }

    proptest! {
        #[test]
        fn overdue_is_exactly_past_the_due_day(ended in 0_i64..60, today in 0_i64..60, days in 0_i64..15) {
            let start = day("2026-03-01");
            let on = |n: i64| start + chrono::TimeDelta::days(n);
            let overdue = last_overdue_day(on(today), days).is_some_and(|last| on(ended) <= last);
            prop_assert_eq!(overdue, due_day(on(ended), days) < on(today));
        }
    }
}
