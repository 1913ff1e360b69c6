//! Short-lived state in this process's memory, on the product's own clock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::gcra::{self, Quota, Verdict};
use crate::platform::clock::Clock;

/// Entries beyond which expired ones are swept on the next write.
const SWEEP_AT: usize = 10_000;

struct Entry {
    value: String,
    expires_at: DateTime<Utc>,
}

#[derive(Default)]
struct State {
    entries: HashMap<String, Entry>,
    sweep_at: usize,
}

/// A map with expiry. Clones share it.
#[derive(Clone)]
pub struct MemoryKv {
    clock: Clock,
    state: Arc<Mutex<State>>,
}

impl std::fmt::Debug for MemoryKv {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemoryKv")
    }
}

impl MemoryKv {
    /// An empty map that expires by `clock`.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, state: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, key: &str) -> Option<String> {
        let now = self.clock.now();
        let state = self.lock();
        state.entries.get(key).filter(|entry| entry.expires_at > now).map(|e| e.value.clone())
    }

    pub(super) fn put(&self, key: &str, value: &str, ttl: Duration) {
        self.write(key, value, ttl, |_| true);
    }

    pub(super) fn put_if_absent(&self, key: &str, value: &str, ttl: Duration) -> bool {
        self.write(key, value, ttl, |there| there.is_none())
    }

    pub(super) fn replace(&self, key: &str, seen: &str, value: &str, ttl: Duration) -> bool {
        self.write(key, value, ttl, |there| there == Some(seen))
    }

    /// Writes a value if what is there allows it; says whether it did.
    fn write(
        &self,
        key: &str,
        value: &str,
        ttl: Duration,
        allows: impl Fn(Option<&str>) -> bool,
    ) -> bool {
        let now = self.clock.now();
        let mut state = self.lock();
        let there = state.entries.get(key).filter(|entry| entry.expires_at > now);
        if !allows(there.map(|entry| entry.value.as_str())) {
            return false;
        }
        if state.entries.len() >= state.sweep_at.max(SWEEP_AT) {
            state.entries.retain(|_, entry| entry.expires_at > now);
            // Twice what is alive, so that a sweep's cost is spread over many writes.
            state.sweep_at = state.entries.len() * 2;
        }
        let expires_at = now + TimeDelta::from_std(ttl).unwrap_or(TimeDelta::MAX);
        state.entries.insert(key.into(), Entry { value: value.into(), expires_at });
        true
    }

    pub(super) fn delete_if(&self, key: &str, expected: &str) -> bool {
        let mut state = self.lock();
        let matches = state.entries.get(key).is_some_and(|entry| entry.value == expected);
        if matches {
            state.entries.remove(key);
        }
        matches
    }

    pub(super) fn spend(&self, bucket: &str, quota: Quota, now: DateTime<Utc>) -> Verdict {
        let key = format!("rl:{bucket}");
        let kept = self.get(&key).and_then(|text| text.parse().ok());
        let (verdict, next) = gcra::decide(kept, quota, now.timestamp_micros());
        self.put(&key, &next.to_string(), Duration::from_secs(quota.seconds.into()));
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Duration = Duration::from_secs(5);

    #[test]
    fn a_value_is_replaced_only_while_it_is_what_was_seen() {
        let clock = Clock::held();
        let kv = MemoryKv::new(clock.clone());
        assert!(!kv.replace("k", "a", "b", LIFE), "there was none");
        assert!(kv.put_if_absent("k", "a", LIFE) && !kv.put_if_absent("k", "b", LIFE));
        assert!(!kv.replace("k", "b", "c", LIFE) && kv.replace("k", "a", "c", LIFE));
        assert_eq!(kv.get("k").as_deref(), Some("c"));
        clock.advance(TimeDelta::seconds(5));
        assert!(!kv.replace("k", "c", "d", LIFE), "it has expired");
        assert!(kv.put_if_absent("k", "e", LIFE));
    }
}
