//! The access token, and the cache in which replicas share it.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};

/// An access token and when it dies. `Debug` hides the value.
#[derive(Debug, Clone)]
pub struct AccessToken {
    value: SecretString,
    expires_at: DateTime<Utc>,
}

impl AccessToken {
    /// A token read back from a cache or an answer.
    #[must_use]
    pub fn new(value: SecretString, expires_at: DateTime<Utc>) -> Self {
        Self { value, expires_at }
    }

    /// The token itself, for a request or a cache; never for a log.
    #[must_use]
    pub fn value(&self) -> &SecretString {
        &self.value
    }

    /// When WeChat stops taking it.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    pub(super) fn left(&self, now: DateTime<Utc>) -> TimeDelta {
        self.expires_at - now
    }

    pub(super) fn is(&self, value: &SecretString) -> bool {
        self.value.expose_secret() == value.expose_secret()
    }
}

/// The shared cache did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the shared token cache is not available")]
pub struct SharedTokenDown;

/// Where replicas find each other's access token.
///
/// It only saves calls. WeChat's stable token is the same for all who ask, so no lock is needed
/// and losing the cache costs at most one call per replica and token life.
#[async_trait]
pub trait SharedToken: Send + Sync {
    /// The token of an app, if there is one.
    ///
    /// # Errors
    /// When the cache cannot be asked.
    async fn get(&self, appid: &str) -> Result<Option<AccessToken>, SharedTokenDown>;

    /// Keeps a token for others, to be forgotten after `ttl`.
    ///
    /// # Errors
    /// When the cache cannot be asked.
    async fn put(
        &self,
        appid: &str,
        token: &AccessToken,
        ttl: Duration,
    ) -> Result<(), SharedTokenDown>;

    /// Forgets the token of an app only if it still is `value`, in one step: somebody else may
    /// have put a newer one there.
    ///
    /// # Errors
    /// When the cache cannot be asked.
    async fn delete_if(&self, appid: &str, value: &SecretString) -> Result<(), SharedTokenDown>;
}
