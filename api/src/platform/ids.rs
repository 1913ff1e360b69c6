//! The only place that makes ids and random bytes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use uuid::{Builder, Uuid};

/// Ids one millisecond can hold before the next is borrowed (12 bits).
const PER_MILLISECOND: u16 = 0x0fff;

/// Maker of ids and secrets. Cloning shares the generator.
#[derive(Clone)]
pub struct Ids(Arc<Mutex<State>>);

struct State {
    rng: StdRng,
    millis: u64,
    counter: u16,
}

impl Ids {
    /// A generator seeded by the operating system. Its ids come after those of any process that
    /// ended before `now`, even where the clock steps back before the first is asked for.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    #[must_use]
    pub fn from_system(now: DateTime<Utc>) -> Self {
        let rng = StdRng::from_rng(&mut rand::rng());
        Self(Arc::new(Mutex::new(State { rng, millis: millis(now), counter: 0 })))
    }

    /// A time-ordered UUID (version 7). Ids of one process strictly increase in the
    /// order they are asked for, also within a millisecond (RFC 9562, method 1).
    #[must_use]
    pub fn uuid(&self, now: DateTime<Utc>) -> Uuid {
        let now = millis(now);
        let mut state = self.lock();
        if now > state.millis {
            (state.millis, state.counter) = (now, 0);
        } else if state.counter == PER_MILLISECOND {
            (state.millis, state.counter) = (state.millis + 1, 0);
        } else {
            state.counter += 1;
        }
        let mut tail = [0; 10];
        state.rng.fill_bytes(&mut tail);
        let [high, low] = state.counter.to_be_bytes();
        (tail[0], tail[1]) = (high, low);
        Builder::from_unix_timestamp_millis(state.millis, &tail).into_uuid()
    }

    /// `N` bytes fit for secrets (the generator is cryptographically secure).
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.lock().rng.fill_bytes(&mut bytes);
        bytes
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Milliseconds since 1970; before it, none.
fn millis(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_millis()).unwrap_or_default()
}

impl std::fmt::Debug for Ids {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ids")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_increase_within_a_millisecond_and_when_the_clock_steps_back() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let ids = Ids::from_system(now);
        let made: Vec<_> = (0..10_000_i64)
            .map(|n| ids.uuid(now - chrono::TimeDelta::milliseconds(n % 7)))
            .collect();

        assert!(made.is_sorted_by(|one, next| one < next));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn ids_of_a_new_process_follow_those_of_the_last_also_when_the_clock_steps_back() {
        let start = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let last = Ids::from_system(start).uuid(start);
        let next = Ids::from_system(start + chrono::TimeDelta::milliseconds(1));

        assert!(last < next.uuid(start - chrono::TimeDelta::minutes(2)));
    }
}
