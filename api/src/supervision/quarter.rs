//! Calendar quarters as supervision counts in them. Pure.

use chrono::{DateTime, NaiveDate, Utc};

use crate::platform::clock::day_start;
use crate::platform::failure::Failure;
use crate::tree::core::quarter::Quarter;

/// Reads a quarter; `field` names it when it is not one.
///
/// # Errors
/// `invalid_value`.
pub(super) fn parse(text: &str, field: &str) -> Result<Quarter, Failure> {
    text.parse().map_err(|why: &str| Failure::field(field, why))
}

/// Reads a quarter of a body that has begun.
///
/// # Errors
/// `invalid_value`.
pub(super) fn begun(text: &str, today: NaiveDate) -> Result<Quarter, Failure> {
    let quarter = parse(text, "/quarter")?;
    if quarter > Quarter::of(today) {
        return Err(Failure::field("/quarter", "该季度尚未开始"));
    }
    Ok(quarter)
}

/// From its first instant to that of the next.
pub(super) fn span(quarter: Quarter) -> (DateTime<Utc>, DateTime<Utc>) {
    (day_start(quarter.first_day()), day_start(quarter.next().first_day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_three_months_of_china_s_calendar() {
        let today = "2026-11-25".parse().unwrap();
        let (from, to) = span(begun("2026Q4", today).unwrap());
        assert_eq!(from.to_rfc3339(), "2026-09-30T16:00:00+00:00");
        assert_eq!(to.to_rfc3339(), "2026-12-31T16:00:00+00:00");
        assert!(begun("2027Q1", today).is_err(), "not begun");
        assert!(begun("2026-4", today).is_err());
    }
}
