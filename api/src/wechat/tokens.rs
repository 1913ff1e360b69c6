//! The access token: fetched once for all who need it, renewed early, replaced once if refused.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::error::{Class, WechatError};
use super::link::{Link, Repeat, decode, exchange};
use super::shared::{AccessToken, SharedToken, SharedTokenDown};
use super::types::Clock;

pub(super) const ENDPOINT: &str = "/cgi-bin/stable_token";
/// Above this a token is simply used. WeChat renews the stable token this long before it dies.
const FRESH: TimeDelta = TimeDelta::minutes(5);
/// Above this a token is used while a new one is fetched behind it.
const USABLE: TimeDelta = TimeDelta::seconds(30);
const CIRCUIT: TimeDelta = TimeDelta::seconds(60);
/// Pause between renewals in the background after one has failed.
const REST: TimeDelta = TimeDelta::seconds(10);
/// A slow cache must not be worse than none.
const SHARED_WAIT: Duration = Duration::from_millis(500);

type Flight = Shared<BoxFuture<'static, Result<AccessToken, WechatError>>>;

#[derive(Default)]
struct State {
    held: Option<AccessToken>,
    rejected: Option<SecretString>,
    flight: Option<Flight>,
    closed_until: Option<DateTime<Utc>>,
    rest_until: Option<DateTime<Utc>>,
}

impl State {
    fn is_closed(&self, now: DateTime<Utc>) -> bool {
        self.closed_until.is_some_and(|until| now < until)
    }

    fn held_instead_of(&self, used: &AccessToken) -> Option<AccessToken> {
        self.held.clone().filter(|held| !held.is(used.value()))
    }
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: i64,
}

/// Keeps the access token of one app.
pub(super) struct Tokens {
    pub(super) link: Link,
    pub(super) appid: String,
    pub(super) secret: SecretString,
    pub(super) shared: Option<Arc<dyn SharedToken>>,
    pub(super) now: Clock,
    state: Mutex<State>,
}

impl Tokens {
    pub(super) fn new(
        link: Link,
        (appid, secret): (String, SecretString),
        shared: Option<Arc<dyn SharedToken>>,
        now: Clock,
    ) -> Self {
        Self { link, appid, secret, shared, now, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn circuit_open(&self) -> bool {
        let now = (self.now)();
        self.state().is_closed(now)
    }

    /// A token to use now.
    pub(super) async fn current(self: &Arc<Self>) -> Result<AccessToken, WechatError> {
        let flight = {
            let now = (self.now)();
            let mut state = self.state();
            let held = state.held.clone().map(|token| (token.left(now), token));
            match held {
                Some((left, token)) if left > FRESH => return Ok(token),
                Some((left, token)) if left > USABLE => {
                    self.renew_behind(&mut state, now);
                    return Ok(token);
                }
                Some(_) | None => self.join(&mut state, now)?,
            }
        };
        flight.await
    }

    /// Another token in place of one that WeChat refused.
    ///
    /// Only the token that was used is thrown away: a newer one may already be there.
    pub(super) async fn replace(
        self: &Arc<Self>,
        used: &AccessToken,
    ) -> Result<AccessToken, WechatError> {
        {
            let mut state = self.state();
            if let Some(newer) = state.held_instead_of(used) {
                return Ok(newer);
            }
            state.held = None;
            state.rejected = Some(used.value().clone());
        }
        if let Some(shared) = &self.shared {
            in_time("delete", shared.delete_if(&self.appid, used.value())).await;
        }
        let flight = {
            let now = (self.now)();
            let mut state = self.state();
            if let Some(newer) = state.held_instead_of(used) {
                return Ok(newer);
            }
            self.join(&mut state, now)?
        };
        flight.await
    }

    /// Stops asking for a minute, because even a renewed token was refused.
    pub(super) fn give_up(&self, used: &AccessToken) {
        let until = (self.now)() + CIRCUIT;
        let mut state = self.state();
        if state.held.as_ref().is_some_and(|held| held.is(used.value())) {
            state.held = None;
        }
        state.closed_until = Some(until);
        tracing::error!("WeChat refuses renewed access tokens; calls are suspended");
    }

    fn renew_behind(self: &Arc<Self>, state: &mut State, now: DateTime<Utc>) {
        if state.rest_until.is_some_and(|until| now < until) {
            return;
        }
        // A closed circuit is no news to the caller, who has a token that works.
        drop(self.join(state, now));
    }

    /// Joins the renewal that is under way, or starts one.
    ///
    /// It runs as a task of its own, so that a cancelled request cannot strand those who wait.
    fn join(
        self: &Arc<Self>,
        state: &mut State,
        now: DateTime<Utc>,
    ) -> Result<Flight, WechatError> {
        if let Some(flight) = state.flight.as_ref().filter(|flight| flight.peek().is_none()) {
            return Ok(flight.clone());
        }
        if state.is_closed(now) {
            return Err(WechatError::CircuitOpen);
        }
        if state.closed_until.take().is_some() {
            // The minute is over. The refused token gets another chance: it may have been sound.
            state.rejected = None;
        }
        let tokens = Arc::clone(self);
        let task = tokio::spawn(async move { tokens.renew().await });
        let flight = async move {
            task.await.unwrap_or_else(|error| {
                tracing::error!(%error, "the renewal of the access token was lost");
                Err(WechatError::Transport { sent: true })
            })
        };
        let flight = flight.boxed().shared();
        state.flight = Some(flight.clone());
        Ok(flight)
    }

    async fn renew(&self) -> Result<AccessToken, WechatError> {
        let outcome = match self.ask_shared().await {
            Some(token) => Ok(token),
            None => self.fetch().await,
        };
        let now = (self.now)();
        let mut state = self.state();
        state.flight = None;
        match outcome {
            Ok(token) if state.rejected.as_ref().is_some_and(|rejected| token.is(rejected)) => {
                // Asking again would give the same answer until the daily allowance is gone.
                tracing::error!("WeChat hands out the very access token it refuses");
                state.closed_until = Some(now + CIRCUIT);
                Err(WechatError::CircuitOpen)
            }
            Ok(token) => {
                state.held = Some(token.clone());
                state.rejected = None;
                state.rest_until = None;
                Ok(token)
            }
            Err(error) => {
                state.rest_until = Some(now + REST);
                if is_lasting(&error) {
                    tracing::error!(%error, "no access token from WeChat; calls are suspended");
                    state.closed_until = Some(now + CIRCUIT);
                }
                Err(error)
            }
        }
    }

    async fn ask_shared(&self) -> Option<AccessToken> {
        let shared = self.shared.as_ref()?;
        let token = in_time("get", shared.get(&self.appid)).await??;
        let refused = self.state().rejected.as_ref().is_some_and(|value| token.is(value));
        let fresh = token.left((self.now)()) > FRESH;
        (fresh && !refused).then_some(token)
    }

    /// Asks WeChat, never with `force_refresh`: that would kill the token of the other replicas.
    async fn fetch(&self) -> Result<AccessToken, WechatError> {
        let asked_at = (self.now)();
        let body = serde_json::json!({
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.secret.expose_secret(),
            "force_refresh": false,
        });
        let answer = exchange(ENDPOINT, self.link.post(ENDPOINT).json(&body), Repeat::Once)
            .await
            .and_then(|bytes| decode::<Answer>(ENDPOINT, &bytes));
        let result = if answer.is_ok() { "ok" } else { "failed" };
        metrics::counter!("wechat_token_fetches_total", "result" => result).increment(1);
        let Answer { access_token, expires_in } = answer?;
        let life = TimeDelta::try_seconds(expires_in).ok_or(WechatError::Decode)?;
        let token = AccessToken::new(access_token.into(), asked_at + life);
        self.offer(&token, life).await;
        Ok(token)
    }

    async fn offer(&self, token: &AccessToken, life: TimeDelta) {
        let Some(shared) = &self.shared else { return };
        // Less than five minutes are of no use to others; the conversion refuses those.
        let Ok(ttl) = (life - FRESH).to_std() else { return };
        if !ttl.is_zero() {
            in_time("put", shared.put(&self.appid, token, ttl)).await;
        }
    }
}

/// Whether asking for a token again within a minute is useless.
fn is_lasting(error: &WechatError) -> bool {
    match error {
        WechatError::Transport { .. } | WechatError::Decode | WechatError::CircuitOpen => false,
        // On this endpoint 40001 means a wrong secret, not a stale token.
        WechatError::Api { class, .. } => match class {
            Class::Retry => false,
            Class::RetryAfterMinute
            | Class::Token
            | Class::Permanent
            | Class::User
            | Class::Quota
            | Class::Unknown => true,
        },
    }
}

/// Waits briefly for the shared cache; without it everything still works.
async fn in_time<T>(
    action: &'static str,
    asking: impl Future<Output = Result<T, SharedTokenDown>>,
) -> Option<T> {
    if let Ok(Ok(value)) = tokio::time::timeout(SHARED_WAIT, asking).await {
        return Some(value);
    }
    tracing::warn!(action, "the shared token cache did not answer");
    None
}
