//! Short-lived state in Redis, each call bounded in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, RedisError, Script};

use super::gcra::{self, Quota, Verdict};
use super::{KvAway, MemoryKv};
use crate::platform::clock::Clock;

/// A check-in must not wait longer than this for its nonce.
const PATIENCE: Duration = Duration::from_millis(50);
/// After a failure Redis is left alone so long; requests do not queue up behind it.
const REST_MICROS: i64 = 1_000_000;

/// The same arithmetic as `gcra::decide`, atomically.
const GCRA: &str = r"
local kept = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
local now, interval, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if kept < now then kept = now end
local next = kept + interval
local ahead = next - now
if ahead > window then return {0, 0, math.ceil((ahead - window) / 1000000)} end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil(window / 1000))
return {1, math.floor((window - ahead) / interval), 0}
";
const DELETE_IF: &str =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

/// Redis with a prefix, a time limit, and a local stand-in for rate limits.
#[derive(Clone)]
pub struct RedisKv {
    connection: ConnectionManager,
    prefix: String,
    clock: Clock,
    local: MemoryKv,
    resting_until: Arc<AtomicI64>,
    gcra: Arc<Script>,
    delete_if: Arc<Script>,
}

impl std::fmt::Debug for RedisKv {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisKv")
    }
}

impl RedisKv {
    /// Prepares a connection that is made when first used and made again when lost.
    ///
    /// # Errors
    /// When the address cannot be understood.
    pub fn new(url: &str, prefix: &str, clock: Clock) -> Result<Self, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_millis(300)))
            .set_response_timeout(Some(Duration::from_millis(100)))
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(500));
        let client = redis::Client::open(url)?;
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(client, config)?,
            prefix: format!("{prefix}:"),
            local: MemoryKv::new(clock.clone()),
            clock,
            resting_until: Arc::new(AtomicI64::new(0)),
            gcra: Arc::new(Script::new(GCRA)),
            delete_if: Arc::new(Script::new(DELETE_IF)),
        })
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Runs one call within the time limit, unless Redis failed a moment ago.
    async fn bounded<T>(
        &self,
        call: impl Future<Output = Result<T, RedisError>>,
    ) -> Result<T, KvAway> {
        let now = self.clock.now().timestamp_micros();
        if self.resting_until.load(Ordering::Relaxed) > now {
            return Err(KvAway);
        }
        let error = match tokio::time::timeout(PATIENCE, call).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error.category().to_owned(),
            Err(_) => "no answer in time".to_owned(),
        };
        self.resting_until.store(now + REST_MICROS, Ordering::Relaxed);
        metrics::counter!("redis_failures_total").increment(1);
        tracing::warn!(error, "redis is away; going on without");
        Err(KvAway)
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<String>, KvAway> {
        let mut connection = self.connection.clone();
        self.bounded(connection.get(self.key(key))).await
    }

    pub(super) async fn put(&self, key: &str, value: &str, ttl: Duration) -> Result<(), KvAway> {
        let mut connection = self.connection.clone();
        self.bounded(connection.pset_ex(self.key(key), value, millis(ttl))).await
    }

    pub(super) async fn put_if_absent(
        &self,
        key: &str,
        value: &str,
        ttl: Duration,
    ) -> Result<bool, KvAway> {
        let mut connection = self.connection.clone();
        let options = redis::SetOptions::default()
            .conditional_set(redis::ExistenceCheck::NX)
            .with_expiration(redis::SetExpiry::PX(millis(ttl)));
        let set: Option<String> =
            self.bounded(connection.set_options(self.key(key), value, options)).await?;
        Ok(set.is_some())
    }

    pub(super) async fn delete(&self, key: &str) -> Result<(), KvAway> {
        let mut connection = self.connection.clone();
        self.bounded(connection.del(self.key(key))).await
    }

    pub(super) async fn delete_if(&self, key: &str, expected: &str) -> Result<bool, KvAway> {
        let mut connection = self.connection.clone();
        let mut call = self.delete_if.prepare_invoke();
        let call = call.key(self.key(key)).arg(expected);
        let deleted: i64 = self.bounded(call.invoke_async(&mut connection)).await?;
        Ok(deleted == 1)
    }

    pub(super) async fn spend(&self, bucket: &str, quota: Quota, now: DateTime<Utc>) -> Verdict {
        let mut connection = self.connection.clone();
        let mut call = self.gcra.prepare_invoke();
        let call = call
            .key(self.key(&format!("rl:{bucket}")))
            .arg(now.timestamp_micros())
            .arg(quota.interval())
            .arg(quota.window());
        let answer: Result<(i64, i64, i64), KvAway> =
            self.bounded(call.invoke_async(&mut connection)).await;
        match answer {
            Ok((allowed, remaining, wait)) => gcra::verdict(allowed == 1, remaining, wait),
            Err(KvAway) => self.local.spend(bucket, quota, now),
        }
    }
}

fn millis(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
}
