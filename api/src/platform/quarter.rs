//! Calendar quarters. Pure.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::clock::day_start;

/// A quarter of a year, written `2026Q4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i32,
    number: u32,
}

impl Quarter {
    /// The quarter a day lies in.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), number: day.month0() / 3 + 1 }
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.number * 3 - 2, 1).unwrap_or_default()
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        let next = self.next().first_day();
        next.pred_opt().unwrap_or(next)
    }

    /// Its first instant, and the first after it.
    #[must_use]
    pub fn span(self) -> (DateTime<Utc>, DateTime<Utc>) {
        (day_start(self.first_day()), day_start(self.next().first_day()))
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self.number {
            4 => Self { year: self.year + 1, number: 1 },
            number => Self { year: self.year, number: number + 1 },
        }
    }

    /// The one before it.
    #[must_use]
    pub const fn previous(self) -> Self {
        match self.number {
            1 => Self { year: self.year - 1, number: 4 },
            number => Self { year: self.year, number: number - 1 },
        }
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "季度的写法是年份加季度，如 2026Q4";
        let (year, number) = text.split_once('Q').ok_or(FORM)?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || number.len() != 1 || !digits(year) || !digits(number) {
            return Err(FORM);
        }
        let found = Self {
            year: year.parse().map_err(|_| FORM)?,
            number: number.parse().map_err(|_| FORM)?,
        };
        if !(1900..=2200).contains(&found.year) || !(1..=4).contains(&found.number) {
            Err(FORM)
        } else {
            Ok(found)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_are_read_written_and_follow_each_other() {
        let last: Quarter = "2026Q4".parse().unwrap();
        assert_eq!(last.to_string(), "2026Q4");
        assert_eq!(last.first_day(), NaiveDate::from_ymd_opt(2026, 10, 1).unwrap());
        assert_eq!(last.next().to_string(), "2027Q1");
        assert_eq!(last.next().previous(), last);
        assert_eq!(last.last_day(), NaiveDate::from_ymd_opt(2026, 12, 31).unwrap());
        let (from, until) = last.span();
        assert_eq!(from.to_rfc3339(), "2026-09-30T16:00:00+00:00", "of China's calendar");
        assert_eq!(until.to_rfc3339(), "2026-12-31T16:00:00+00:00");
        for (day, quarter) in [("2026-03-31", "2026Q1"), ("2026-04-01", "2026Q2")] {
            assert_eq!(Quarter::of(day.parse().unwrap()).to_string(), quarter);
        }
        for text in [
            "2026", "2026Q0", "2026Q5", "26Q1", "2026q1", "2026Q1 ", "+026Q1", "2026Q+", "2026Q33",
            "1899Q4",
        ] {
            assert!(text.parse::<Quarter>().is_err(), "{text}");
        }
    }
}
