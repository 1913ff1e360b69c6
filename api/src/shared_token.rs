//! WeChat's access token in the short-lived store, sealed, for all processes to share.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::DateTime;
use secrecy::{ExposeSecret, SecretString};

use crate::platform::core::Core;
use crate::wechat::{AccessToken, SharedToken, SharedTokenDown};

/// The store seen as a place for one token per app.
pub(crate) struct StoredToken {
    core: Arc<Core>,
}

impl StoredToken {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// The sealed text as it lies in the store, and the token in it.
    async fn read(&self, key: &str) -> Result<Option<(String, AccessToken)>, SharedTokenDown> {
        let found = self.core.kv.get(key).await.map_err(|_| SharedTokenDown)?;
        let Some(sealed) = found else { return Ok(None) };
        // Sealed by another key, or no token at all: as good as none.
        let token = self.core.vault.answers.open(key, &sealed).ok().and_then(|plain| parse(&plain));
        Ok(token.map(|token| (sealed, token)))
    }
}

fn key(appid: &str) -> String {
    format!("wx:at:{appid}")
}

fn parse(plain: &[u8]) -> Option<AccessToken> {
    let (expires_at, token) = std::str::from_utf8(plain).ok()?.split_once(' ')?;
    let expires_at = DateTime::from_timestamp(expires_at.parse().ok()?, 0)?;
    Some(AccessToken::new(SecretString::from(token.to_owned()), expires_at))
}

#[async_trait]
impl SharedToken for StoredToken {
    async fn get(&self, appid: &str) -> Result<Option<AccessToken>, SharedTokenDown> {
        Ok(self.read(&key(appid)).await?.map(|(_, token)| token))
    }

    async fn put(
        &self,
        appid: &str,
        token: &AccessToken,
        ttl: Duration,
    ) -> Result<(), SharedTokenDown> {
        let key = key(appid);
        let plain = format!("{} {}", token.expires_at().timestamp(), token.value().expose_secret());
        let nonce = self.core.ids.bytes();
        let sealed = self.core.vault.answers.seal(&key, plain.as_bytes(), nonce);
        self.core.kv.put(&key, &sealed, ttl).await.map_err(|_| SharedTokenDown)
    }

    async fn delete_if(&self, appid: &str, value: &SecretString) -> Result<(), SharedTokenDown> {
        let key = key(appid);
        let Some((sealed, token)) = self.read(&key).await? else { return Ok(()) };
        if token.value().expose_secret() == value.expose_secret() {
            // Compared as it was read: a newer one put there meanwhile stays.
            self.core.kv.delete_if(&key, &sealed).await.map_err(|_| SharedTokenDown)?;
        }
        Ok(())
    }
}
