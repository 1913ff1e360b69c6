//! Short-lived state: Redis in production, this process's memory when embedded.
//!
//! Nothing here is the truth. Whoever calls must go on when the answer is
//! [`KvAway`]: read the database, or decide without.

mod gcra;
mod memory;
mod redis;

use std::time::Duration;

use chrono::{DateTime, Utc};

pub use gcra::{Quota, Verdict};
pub use memory::MemoryKv;
pub use redis::{Patience, RedisKv};

/// The store did not answer in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("short-lived store away")]
pub struct KvAway;

/// The seam between Redis and memory.
#[derive(Clone, Debug)]
pub enum Kv {
    /// One multiplexed, reconnecting connection to Redis.
    Redis(RedisKv),
    /// A map in this process; right for one process only.
    Memory(MemoryKv),
}

impl Kv {
    /// Reads a value.
    ///
    /// # Errors
    /// [`KvAway`] when the store does not answer.
    pub async fn get(&self, key: &str) -> Result<Option<String>, KvAway> {
        match self {
            Self::Redis(redis) => redis.get(key).await,
            Self::Memory(memory) => Ok(memory.get(key)),
        }
    }

    /// Writes a value that disappears after `ttl`.
    ///
    /// # Errors
    /// [`KvAway`] when the store does not answer.
    pub async fn put(&self, key: &str, value: &str, ttl: Duration) -> Result<(), KvAway> {
        match self {
            Self::Redis(redis) => redis.put(key, value, ttl).await,
            Self::Memory(memory) => {
                memory.put(key, value, ttl);
                Ok(())
            }
        }
    }

    /// Writes a value unless there is one; says whether it was written.
    ///
    /// # Errors
    /// [`KvAway`] when the store does not answer.
    pub async fn put_if_absent(
        &self,
        key: &str,
        value: &str,
        ttl: Duration,
    ) -> Result<bool, KvAway> {
        match self {
            Self::Redis(redis) => redis.put_if_absent(key, value, ttl).await,
            Self::Memory(memory) => Ok(memory.put_if_absent(key, value, ttl)),
        }
    }

    /// Writes a value only if nothing was written since `seen` was read (none: there was no
    /// value); says whether it did.
    ///
    /// # Errors
    /// [`KvAway`] when the store does not answer.
    pub async fn put_after(
        &self,
        key: &str,
        seen: Option<&str>,
        value: &str,
        ttl: Duration,
    ) -> Result<bool, KvAway> {
        let Some(seen) = seen else { return self.put_if_absent(key, value, ttl).await };
        match self {
            Self::Redis(redis) => redis.replace(key, seen, value, ttl).await,
            Self::Memory(memory) => Ok(memory.replace(key, seen, value, ttl)),
        }
    }

    /// Removes a value only if it still is `expected`; says whether it did.
    ///
    /// # Errors
    /// [`KvAway`] when the store does not answer.
    pub async fn delete_if(&self, key: &str, expected: &str) -> Result<bool, KvAway> {
        match self {
            Self::Redis(redis) => redis.delete_if(key, expected).await,
            Self::Memory(memory) => Ok(memory.delete_if(key, expected)),
        }
    }

    /// Counts one request against `quota`. Without Redis each process counts for
    /// itself: a limit never becomes "allow all".
    pub async fn spend(&self, bucket: &str, quota: Quota, now: DateTime<Utc>) -> Verdict {
        match self {
            Self::Redis(redis) => redis.spend(bucket, quota, now).await,
            Self::Memory(memory) => memory.spend(bucket, quota, now),
        }
    }

    /// Whether the store answers, for the readiness report.
    pub async fn is_up(&self) -> bool {
        self.get("up").await.is_ok()
    }
}
