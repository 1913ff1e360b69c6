//! One device talking to the service over real HTTP.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::documented;

/// A device: an address, a token, and what the document says of each operation.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers, lower-case names.
    pub headers: HashMap<String, String>,
    /// Raw body.
    pub body: Vec<u8>,
    asked: String,
}

impl Client {
    /// A device that has not signed in.
    #[must_use]
    pub fn new(base: &str) -> Self {
        static TLS: OnceLock<()> = OnceLock::new();
        TLS.get_or_init(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
        Self { http, base: base.to_owned(), token: None }
    }

    /// The same device with this access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same device once the sandbox user `name` has signed in on it.
    pub async fn sign_in(&self, name: &str) -> Self {
        // A code used again within a minute gets the old answer, so each has its nonce.
        let nonce = Uuid::now_v7().simple();
        let body = json!({"code": format!("demo:{name}#{nonce}")});
        let pair = self.persist("/v1/auth/wechat-login", body).await.ok();
        self.with_token(pair["access_token"].as_str().expect("a token"))
    }

    /// Sends GET.
    pub async fn get(&self, path: impl AsRef<str>) -> Answer {
        self.send(Method::GET, path.as_ref(), None, &[]).await
    }

    /// Sends POST with a fresh idempotency key.
    pub async fn post(&self, path: impl AsRef<str>, body: Value) -> Answer {
        self.post_with_key(path, body, &Uuid::now_v7().to_string()).await
    }

    /// Sends POST with this idempotency key.
    pub async fn post_with_key(&self, path: impl AsRef<str>, body: Value, key: &str) -> Answer {
        let headers = [("idempotency-key", key)];
        self.send(Method::POST, path.as_ref(), Some(body), &headers).await
    }

    /// Sends PUT for the version last read.
    pub async fn put(&self, path: impl AsRef<str>, body: Value, version: i64) -> Answer {
        let tag = format!("\"{version}\"");
        self.send(Method::PUT, path.as_ref(), Some(body), &[("if-match", &tag)]).await
    }

    /// Sends DELETE.
    pub async fn delete(&self, path: impl AsRef<str>) -> Answer {
        self.send(Method::DELETE, path.as_ref(), None, &[]).await
    }

    /// Sends anything.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let raw = body.map(|body| body.to_string().into_bytes());
        let mut headers = headers.to_vec();
        if raw.is_some() {
            headers.push(("content-type", "application/json"));
        }
        self.send_raw(method, path, raw, &headers).await
    }

    /// Sends raw bytes, for bodies that are wrong on purpose.
    pub async fn send_raw(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let asked = format!("{method} {path}");
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        // The service may close an idle connection at the moment it is used again.
        let keyed = headers.iter().any(|(name, _)| *name == "idempotency-key");
        let again = request.try_clone().filter(|_| keyed || asked.starts_with("GET"));
        let answer = match (Self::receive(request, &asked).await, again) {
            (Err(error), Some(again)) if error.is_request() => Self::receive(again, &asked).await,
            (answer, _) => answer,
        };
        match answer {
            Ok(answer) => answer.without_fault(),
            Err(error) => panic!("{asked}: {error}"),
        }
    }

    /// Sends POST over a connection of its own; `None` when the answer was lost.
    pub async fn try_post(&self, path: &str, body: &Value, key: &str) -> Option<Answer> {
        let asked = format!("POST {path}");
        let mut request = self.http.post(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let request = request
            .header("connection", "close")
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .body(body.to_string());
        Some(Self::receive(request, &asked).await.ok()?.without_fault())
    }

    /// Sends POST with this key where a fault of ours is provoked.
    pub async fn post_into_fault(&self, path: &str, body: &Value, key: &str) -> Answer {
        let asked = format!("POST {path}");
        let request = self.http.post(format!("{}{path}", self.base));
        let request = request
            .bearer_auth(self.token.as_deref().unwrap_or_default())
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .body(body.to_string());
        Self::receive(request, &asked).await.unwrap_or_else(|error| panic!("{asked}: {error}"))
    }

    /// Sends POST with a fresh key, again and again while the service is busy.
    pub async fn persist(&self, path: &str, body: Value) -> Answer {
        self.persist_with_key(path, body, &Uuid::now_v7().to_string()).await
    }

    /// As the mini-program does: while the service is too busy the same request is sent
    /// again with the same key.
    pub async fn persist_with_key(&self, path: &str, body: Value, key: &str) -> Answer {
        loop {
            let answer = self.post_with_key(path, body.clone(), key).await;
            if !answer.is_busy() {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Sends POST until there is an answer: again after each that was lost, that said
    /// the service is busy, or that a twin is running.
    pub async fn insist(&self, path: &str, body: &Value, key: &str) -> Answer {
        loop {
            if let Some(answer) = self.try_post(path, body, key).await
                && !answer.is_busy()
                && answer.code() != "request_in_progress"
            {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The same device, reaching the service at another address.
    #[must_use]
    pub fn through(&self, base: &str) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .retry(reqwest::retry::never())
            .build()
            .expect("an HTTP client");
        Self { http, base: base.to_owned(), token: self.token.clone() }
    }

    async fn receive(
        request: reqwest::RequestBuilder,
        asked: &str,
    ) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let status = response.status();
        let headers = response.headers().iter();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or("").to_owned();
        let headers = headers.map(|(name, value)| (name.to_string(), text(value))).collect();
        let body = response.bytes().await?;
        let answer = Answer { status, headers, body: body.to_vec(), asked: asked.to_owned() };
        let fault = documented::fault(asked, status.as_u16(), &answer.refusal());
        assert!(fault.is_none(), "{}: {}", fault.unwrap_or_default(), answer.describe());
        Ok(answer)
    }
}

impl Answer {
    fn without_fault(self) -> Self {
        assert!(self.status.as_u16() != 500, "a fault of ours: {}", self.describe());
        self
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The JSON body.
    ///
    /// # Panics
    /// When it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("not JSON: {}", self.describe()))
    }

    /// The JSON body of a success.
    ///
    /// # Panics
    /// When it was refused.
    pub fn ok(&self) -> Value {
        assert!(self.status.is_success(), "expected success: {}", self.describe());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Asserts success when the body does not matter.
    ///
    /// # Panics
    /// When it was refused.
    pub fn assert_ok(&self) {
        assert!(self.status.is_success(), "expected success: {}", self.describe());
    }

    /// The id in a success.
    ///
    /// # Panics
    /// When it was refused or has no id.
    #[must_use]
    pub fn id(&self) -> String {
        self.ok()["id"].as_str().unwrap_or_else(|| panic!("no id: {}", self.describe())).to_owned()
    }

    /// Its validator.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn etag(&self) -> &str {
        self.headers.get("etag").unwrap_or_else(|| panic!("no ETag: {}", self.describe()))
    }

    /// The version in its validator; the rest says of which body it is.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn version(&self) -> i64 {
        let version = self.etag().trim_matches('"').split('-').next().and_then(|n| n.parse().ok());
        version.unwrap_or_else(|| panic!("no version in {}", self.etag()))
    }

    /// The stable code of a refusal, empty for a success.
    #[must_use]
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The code of a problem; empty for anything else.
    fn refusal(&self) -> String {
        let kind = self.headers.get("content-type").map(String::as_str).unwrap_or_default();
        if kind.starts_with("application/problem+json") { self.code() } else { String::new() }
    }

    /// Asserts a problem answer.
    ///
    /// # Panics
    /// When it is anything else.
    pub fn assert_problem(&self, status: u16, code: &str) {
        let kind = self.headers.get("content-type").map(String::as_str).unwrap_or_default();
        let problem = kind.starts_with("application/problem+json");
        let same = self.status.as_u16() == status && self.code() == code;
        assert!(problem && same, "expected {status} {code}: {}", self.describe());
    }

    /// Asserts that the problem names a field.
    ///
    /// # Panics
    /// When it does not.
    pub fn assert_names(&self, pointer: &str) {
        let body = self.json();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let named = errors.iter().any(|error| error["pointer"] == pointer);
        assert!(named, "expected {pointer}: {}", self.describe());
    }

    /// Whether the service was too busy, or had no time to read the request.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self.status.as_u16(), 408 | 503)
    }

    /// For failure messages.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("{} -> {} {}", self.asked, self.status, String::from_utf8_lossy(&self.body))
    }
}
