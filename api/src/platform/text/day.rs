//! Days and instants of a request: within the years a calendar of ours knows.
//!
//! chrono reads years up to 262142; PostgreSQL stores fewer, and the arithmetic behind
//! would overflow. So every day and instant that comes from outside is read here.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// The first year: old enough for anybody's birth.
const FIRST: i32 = 1900;
/// The last year.
const LAST: i32 = 2200;

/// A day within bounds.
///
/// # Errors
/// What is wrong with it, in Chinese.
pub fn check(day: NaiveDate) -> Result<NaiveDate, String> {
    if (FIRST..=LAST).contains(&day.year()) {
        return Ok(day);
    }
    Err(format!("年份须在{FIRST}到{LAST}之间"))
}

/// A day as it is written: four digits, two, and two. chrono alone reads `2026-2-3`, too.
fn read(text: &str) -> Result<NaiveDate, String> {
    let written =
        text.len() == 10 && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    let day = text.parse().ok().filter(|_| written);
    check(day.ok_or("应为 YYYY-MM-DD 的日期")?)
}

fn check_instant(instant: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    check(instant.date_naive()).map(|_| instant)
}

/// For `#[serde(deserialize_with)]` on a day.
///
/// # Errors
/// Out of bounds, or no day.
pub fn day<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    read(&<Cow<'de, str>>::deserialize(from)?).map_err(D::Error::custom)
}

/// For `#[serde(default, deserialize_with)]` on a day that may be absent.
///
/// # Errors
/// Out of bounds, or no day.
pub fn some_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    let sent = Option::<Cow<'de, str>>::deserialize(from)?;
    sent.map(|text| read(&text)).transpose().map_err(D::Error::custom)
}

/// For `#[serde(deserialize_with)]` on an instant.
///
/// # Errors
/// Out of bounds, or no instant.
pub fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    check_instant(DateTime::<Utc>::deserialize(from)?).map_err(D::Error::custom)
}

/// For `#[serde(default, deserialize_with)]` on an instant that may be absent.
///
/// # Errors
/// Out of bounds, or no instant.
pub fn some_instant<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let sent = Option::<DateTime<Utc>>::deserialize(from)?;
    sent.map(check_instant).transpose().map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Sent {
        #[expect(dead_code, reason = "only parsed")]
        #[serde(default, deserialize_with = "some_day")]
        day: Option<NaiveDate>,
        #[expect(dead_code, reason = "only parsed")]
        #[serde(default, deserialize_with = "some_instant")]
        at: Option<DateTime<Utc>>,
    }

    #[test]
    fn days_beyond_any_calendar_of_ours_are_refused() {
        let read = |text: &str| serde_json::from_str::<Sent>(text).is_ok();
        assert!(read("{}") && read(r#"{"day":null}"#) && read(r#"{"day":"2022-04-01"}"#));
        assert!(read(r#"{"day":"1900-01-01","at":"2200-12-31T23:59:59Z"}"#));
        for wrong in ["-5000-01-01", "+262000-01-01", "1899-12-31", "2201-01-01", "2026-02-30"] {
            assert!(!read(&format!(r#"{{"day":"{wrong}"}}"#)), "{wrong}");
            assert!(!read(&format!(r#"{{"at":"{wrong}T00:00:00Z"}}"#)), "{wrong}");
        }
    }
}
