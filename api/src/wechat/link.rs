//! One HTTP exchange with WeChat: sending, and telling an error from an answer.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::error::{Class, WechatError};
use super::{client, tokens};

const CONNECT: Duration = Duration::from_secs(2);
const TOTAL: Duration = Duration::from_secs(5);
/// Shorter than servers keep idle connections: a request on one that is just being closed is
/// lost, and with it a single-use code.
const IDLE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(100);

/// The HTTP client for WeChat: short timeouts, no redirects, no retries of its own.
///
/// It takes no proxy from the environment, because WeChat checks the address we come from.
/// The process must have installed a default TLS provider before.
///
/// # Errors
/// When the TLS back end cannot be set up.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .pool_idle_timeout(IDLE)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .build()
}

/// Whether a request may be sent a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Never: it carries a code that its first arrival uses up.
    Never,
    /// Once, after a failed connection, a gateway error or "busy".
    Once,
}

struct Failure {
    error: WechatError,
    passing: bool,
}

/// Where WeChat is.
#[derive(Debug, Clone)]
pub(super) struct Link {
    base: Url,
    http: reqwest::Client,
}

impl Link {
    pub(super) fn new(base: Url, http: reqwest::Client) -> Self {
        Self { base, http }
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }

    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(self.url(path))
    }

    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(self.url(path))
    }

    pub(super) fn post_with(&self, path: &str, token: &SecretString) -> RequestBuilder {
        self.post(path).query(&[("access_token", token.expose_secret())])
    }
}

/// Sends a request and gives the bytes of an answer that is not an error.
pub(super) async fn exchange(
    endpoint: &'static str,
    request: RequestBuilder,
    repeat: Repeat,
) -> Result<Vec<u8>, WechatError> {
    let spare = match repeat {
        Repeat::Never => None,
        Repeat::Once => request.try_clone(),
    };
    let first = attempt(endpoint, request).await;
    let answer = match (first, spare) {
        (Err(Failure { passing: true, .. }), Some(again)) => {
            tokio::time::sleep(PAUSE).await;
            attempt(endpoint, again).await
        }
        (first, _) => first,
    };
    answer.map_err(|failure| failure.error)
}

async fn attempt(endpoint: &'static str, request: RequestBuilder) -> Result<Vec<u8>, Failure> {
    let answer = request.send().await.map_err(|error| broken(endpoint, error))?;
    let status = answer.status();
    let bytes = answer.bytes().await.map_err(|error| broken(endpoint, error))?;
    if status.is_server_error() {
        tracing::warn!(endpoint, status = status.as_u16(), "WeChat's gateway failed");
        return Err(Failure { error: WechatError::Transport { sent: true }, passing: true });
    }
    refused(endpoint, &bytes)?;
    // WeChat says 200 even for its errors; anything else did not come from the API itself.
    if status != StatusCode::OK {
        tracing::error!(endpoint, status = status.as_u16(), "unexpected status from WeChat");
        return Err(Failure { error: WechatError::Decode, passing: false });
    }
    Ok(bytes.into())
}

/// Names a transport failure. The URL holds secrets, so it is cut off before anything is logged.
fn broken(endpoint: &'static str, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let sent = !(error.is_connect() || error.is_builder());
    tracing::warn!(endpoint, sent, timeout = error.is_timeout(), %error, "WeChat not reached");
    Failure { error: WechatError::Transport { sent }, passing: !sent }
}

#[derive(Deserialize)]
struct Verdict {
    #[serde(default)]
    errcode: i64,
    #[serde(default)]
    errmsg: String,
}

/// Finds the error in an answer, whatever its status and headers say.
fn refused(endpoint: &'static str, bytes: &[u8]) -> Result<(), Failure> {
    let Ok(Verdict { errcode, errmsg }) = serde_json::from_slice(bytes) else {
        return Ok(());
    };
    if errcode == 0 {
        return Ok(());
    }
    let error = WechatError::from_answer(errcode, &errmsg);
    let passing = Class::of(errcode) == Class::Retry;
    if let WechatError::Api { code, rid, .. } = &error {
        let rid = rid.as_deref().unwrap_or_default();
        tracing::warn!(endpoint, code, rid, "WeChat refused");
        let code = code.to_string();
        metrics::counter!("wechat_refusals_total", "endpoint" => endpoint, "code" => code)
            .increment(1);
    }
    Err(Failure { error, passing })
}

/// Codes an operator has something to do about: a wrong secret or appid, an address that is not
/// on the allow-list, an allowance that is spent.
const WATCHED: [&str; 6] = ["40001", "40013", "40125", "40164", "45009", "45011"];

/// Counts from zero what is counted later, so that the first refusal shows as one more.
pub(crate) fn count_from_zero() {
    for endpoint in [client::LOGIN, client::PHONE, client::QRCODE, tokens::ENDPOINT] {
        for code in WATCHED {
            metrics::counter!("wechat_refusals_total", "endpoint" => endpoint, "code" => code)
                .increment(0);
        }
    }
}

/// Reads the success answer of an endpoint.
///
/// A failure logs where the answer was wrong and not what it said, since that may be a secret.
pub(super) fn decode<T: DeserializeOwned>(
    endpoint: &'static str,
    bytes: &[u8],
) -> Result<T, WechatError> {
    let reader = &mut serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(reader).map_err(|error| {
        tracing::error!(endpoint, at = %error.path(), "WeChat's answer could not be read");
        WechatError::Decode
    })
}
