//! The only place that reads the system clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, DurationRound, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;

/// The source of the current time, passed to whatever needs it.
///
/// Times are cut to microseconds, the finest step PostgreSQL keeps: a time that
/// was written and read again is equal to itself on both back ends.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The system clock, shifted by so many microseconds; shifted by tests only.
    Running(Arc<AtomicI64>),
    /// A clock that stands at so many microseconds since 1970.
    Held(Arc<AtomicI64>),
}

/// What a store in real time keeps for at least, when the clock is held.
const HELD_LIFE: Duration = Duration::from_hours(1);

impl Clock {
    /// The system clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::Running(Arc::default()))
    }

    /// A clock that stands at the present instant until it is moved, for tests: however
    /// slow the machine, nothing expires by itself. Each reading moves it by a
    /// microsecond, so that what happens later is later.
    #[must_use]
    pub fn held() -> Self {
        let now = Self::system().now().timestamp_micros();
        Self(Source::Held(Arc::new(AtomicI64::new(now))))
    }

    /// The current instant, cut to microseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::Running(shift) => {
                let now = Utc::now() + TimeDelta::microseconds(shift.load(Ordering::Relaxed));
                now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
            }
            Source::Held(micros) => {
                let now = micros.fetch_add(1, Ordering::Relaxed);
                DateTime::from_timestamp_micros(now).unwrap_or_default()
            }
        }
    }

    /// Moves this clock, and every clone of it, by `step`.
    pub fn advance(&self, step: TimeDelta) {
        let (Source::Running(micros) | Source::Held(micros)) = &self.0;
        micros.fetch_add(step.num_microseconds().unwrap_or_default(), Ordering::Relaxed);
    }

    /// How long a store that counts real time must keep what lives for `life` on this
    /// clock. On a held clock nothing grows old by itself, nor may it disappear there.
    #[must_use]
    pub fn in_real_time(&self, life: Duration) -> Duration {
        match &self.0 {
            Source::Running(_) => life,
            Source::Held(_) => life.max(HELD_LIFE),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_clock_moves_only_when_moved() {
        let clock = Clock::held();
        let (first, second) = (clock.now(), clock.clone().now());
        assert_eq!(second - first, TimeDelta::microseconds(1), "later, but hardly");

        clock.advance(TimeDelta::minutes(30));

        assert_eq!(clock.now() - second, TimeDelta::minutes(30) + TimeDelta::microseconds(1));
        assert_eq!(clock.in_real_time(Duration::from_secs(45)), HELD_LIFE);
        let running = Clock::system();
        assert_eq!(running.in_real_time(Duration::from_secs(45)), Duration::from_secs(45));
    }
}
