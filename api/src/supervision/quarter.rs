//! Quarters as supervision is asked for them. Pure.

use chrono::NaiveDate;

use crate::platform::failure::Failure;
use crate::platform::quarter::Quarter;

/// Reads a quarter; `field` names it when it is not one.
///
/// # Errors
/// `invalid_value`.
pub(super) fn parse(text: &str, field: &str) -> Result<Quarter, Failure> {
    text.parse().map_err(|why: &str| Failure::field(field, why))
}

/// Reads the quarter that a list may be narrowed to, as rows keep it.
///
/// # Errors
/// `invalid_value`.
pub(super) fn filter(text: Option<&str>) -> Result<Option<String>, Failure> {
    text.map(|text| parse(text, "quarter").map(|quarter| quarter.to_string())).transpose()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_has_begun_or_is_refused() {
        let today = "2026-11-25".parse().unwrap();
        assert_eq!(begun("2026Q4", today).unwrap(), Quarter::of(today));
        assert!(begun("2027Q1", today).is_err(), "not begun");
        assert!(begun("2026-4", today).is_err());
    }
}
