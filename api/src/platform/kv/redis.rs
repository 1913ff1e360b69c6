//! Short-lived state in Redis, each call bounded in time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, RedisError, Script};

use super::gcra::{self, Quota, Verdict};
use super::{KvAway, MemoryKv};
use crate::platform::clock::Clock;

/// How long Redis is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A request waits so long for an answer, then goes on without.
    pub answer: Duration,
    /// After a failure Redis is left alone so long; requests do not queue up behind it.
    pub rest: Duration,
}

impl Patience {
    /// How long an answer may take before its connection is given up. Longer than a
    /// request waits: an answer that comes late is no reason to connect anew.
    fn response(self) -> Duration {
        self.answer * 2
    }

    /// How long connecting may take, behind the requests.
    fn connection(self) -> Duration {
        self.answer * 6
    }
}

/// The same arithmetic as `gcra::decide`, atomically.
const GCRA: &str = r"
local kept = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
local now, interval, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if kept < now or kept > now + 2 * window then kept = now end
local next = kept + interval
local ahead = next - now
if ahead > window then return {0, 0, math.ceil((ahead - window) / 1000000)} end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', ARGV[4])
return {1, math.floor((window - ahead) / interval), 0}
";
const REPLACE: &str = r"
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
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
    patience: Patience,
    /// By the monotonic clock: a wall clock that is set back must not prolong it.
    resting_until: Arc<Mutex<Option<Instant>>>,
    gcra: Arc<Script>,
    replace: Arc<Script>,
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
    pub fn new(
        url: &str,
        prefix: &str,
        patience: Patience,
        clock: Clock,
    ) -> Result<Self, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(patience.connection()))
            .set_response_timeout(Some(patience.response()))
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(500));
        let client = redis::Client::open(url)?;
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(client, config)?,
            prefix: format!("{prefix}:"),
            local: MemoryKv::new(clock.clone()),
            clock,
            patience,
            resting_until: Arc::default(),
            gcra: Arc::new(Script::new(GCRA)),
            replace: Arc::new(Script::new(REPLACE)),
            delete_if: Arc::new(Script::new(DELETE_IF)),
        })
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    fn is_resting(&self) -> bool {
        let until = self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rest(&self) {
        let until = Instant::now().checked_add(self.patience.rest);
        *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    /// It answered; said once, if it was away before. Not what was asked before it failed.
    fn is_back(&self) {
        let mut until = self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_some_and(|until| Instant::now() >= until) {
            *until = None;
            tracing::info!("redis is back");
        }
    }

    /// What lives for `ttl` on the service's clock, in Redis's milliseconds.
    fn millis(&self, ttl: Duration) -> u64 {
        let ttl = self.clock.in_real_time(ttl);
        u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1)
    }

    /// Runs one call within the time limit, unless Redis failed a moment ago.
    async fn bounded<T>(
        &self,
        call: impl Future<Output = Result<T, RedisError>>,
    ) -> Result<T, KvAway> {
        if self.is_resting() {
            return Err(KvAway);
        }
        let error = match tokio::time::timeout(self.patience.answer, call).await {
            Ok(Ok(value)) => {
                self.is_back();
                return Ok(value);
            }
            Ok(Err(error)) => error.category().to_owned(),
            Err(_) => "no answer in time".to_owned(),
        };
        self.rest();
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
        self.bounded(connection.pset_ex(self.key(key), value, self.millis(ttl))).await
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
            .with_expiration(redis::SetExpiry::PX(self.millis(ttl)));
        let set: Option<String> =
            self.bounded(connection.set_options(self.key(key), value, options)).await?;
        Ok(set.is_some())
    }

    pub(super) async fn replace(
        &self,
        key: &str,
        seen: &str,
        value: &str,
        ttl: Duration,
    ) -> Result<bool, KvAway> {
        let mut connection = self.connection.clone();
        let mut call = self.replace.prepare_invoke();
        let call = call.key(self.key(key)).arg(seen).arg(value).arg(self.millis(ttl));
        let replaced: i64 = self.bounded(call.invoke_async(&mut connection)).await?;
        Ok(replaced == 1)
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
            .arg(quota.window())
            .arg(self.millis(Duration::from_secs(quota.seconds.into())));
        let answer: Result<(i64, i64, i64), KvAway> =
            self.bounded(call.invoke_async(&mut connection)).await;
        match answer {
            Ok((allowed, remaining, wait)) => gcra::verdict(allowed == 1, remaining, wait),
            Err(KvAway) => self.local.spend(bucket, quota, now),
        }
    }
}
