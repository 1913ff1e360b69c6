//! The only place that reads the system clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, DurationRound, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;

/// The source of the current time, passed to whatever needs it.
///
/// Times are cut to microseconds, the finest step PostgreSQL keeps: a time that
/// was written and read again is equal to itself on both back ends.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Shift against the system clock in microseconds; moved by tests only.
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// The system clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The current instant, cut to microseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let shifted = Utc::now() + TimeDelta::microseconds(self.offset.load(Ordering::Relaxed));
        shifted.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(shifted)
    }

    /// Moves this clock, and every clone of it, by `step`.
    pub fn advance(&self, step: TimeDelta) {
        self.offset.fetch_add(step.num_microseconds().unwrap_or_default(), Ordering::Relaxed);
    }
}

/// The calendar day in China at `instant`; business days are counted there.
#[must_use]
pub fn local_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&Shanghai).date_naive()
}

/// The instant the calendar day begins in China.
#[must_use]
pub fn day_start(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    // Shanghai keeps one offset since 1991, so that every midnight is there once.
    let local = midnight.and_local_timezone(Shanghai).earliest();
    local.map_or_else(|| midnight.and_utc(), |instant| instant.to_utc())
}
