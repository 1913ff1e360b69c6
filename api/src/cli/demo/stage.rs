//! Acting over HTTP and writing down who did what, what came back and whether it
//! should have.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value answers null where there is nothing"
)]
#![expect(
    clippy::too_many_arguments,
    reason = "a step is who, what, where, with what, and how it ends"
)]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use comfy_table::{ContentArrangement, Table};
use reqwest::Method;
use serde_json::{Value, json};

/// A person with a phone: her name, and the sandbox user she signs in as.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub(super) name: String,
    code: String,
}

/// What a step should come out as.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expect {
    /// A success.
    Done,
    /// A refusal with this code.
    Refused(&'static str),
}

/// One answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    status: u16,
    pub(super) body: Value,
}

impl Reply {
    pub(super) const fn is_success(&self) -> bool {
        self.status < 300
    }

    /// The stable code of a refusal, also of the first item of a batch.
    pub(super) fn code(&self) -> &str {
        let own = if self.is_success() { None } else { self.body["code"].as_str() };
        own.or_else(|| self.body["results"][0]["code"].as_str()).unwrap_or_default()
    }

    fn is(&self, expected: Expect) -> bool {
        let batch = self.body["results"][0]["status"].as_str().unwrap_or("ok");
        match expected {
            Expect::Done => self.is_success() && batch == "ok",
            Expect::Refused(code) => self.code() == code,
        }
    }

    fn in_words(&self) -> String {
        match self.code() {
            "" => format!("{}", self.status),
            code => {
                let title = self.body["title"].as_str().unwrap_or_default();
                format!("{code} {title}").trim().to_owned()
            }
        }
    }
}

/// The stage: a server, a protocol, and what went wrong.
pub(super) struct Stage {
    http: reqwest::Client,
    base: String,
    rows: Vec<[String; 5]>,
    faults: Vec<String>,
    keys: Cell<u32>,
    tokens: RefCell<HashMap<String, String>>,
}

impl Stage {
    pub(super) fn new(base: &str) -> Result<Self, Vec<String>> {
        let http = crate::wechat::http_client().map_err(|error| vec![error.to_string()])?;
        Ok(Self {
            http,
            base: base.into(),
            rows: Vec::new(),
            faults: Vec::new(),
            keys: Cell::new(0),
            tokens: RefCell::default(),
        })
    }

    /// Signs a sandbox user in.
    pub(super) async fn sign_in(&mut self, code: &str, name: &str) -> Result<Actor, String> {
        let actor = Actor { name: name.into(), code: code.into() };
        let reply = self.log_in(&actor).await?;
        self.note(&actor, "微信登录", &reply, Expect::Done, "");
        Ok(actor)
    }

    async fn log_in(&self, actor: &Actor) -> Result<Reply, String> {
        let key = self.next_key();
        let body = json!({"code": format!("demo:{}#{key}", actor.code)});
        let reply =
            self.exchange(Method::POST, "/v1/auth/wechat-login", "", Some(body), key).await?;
        let token = text(&reply.body, "access_token")?;
        self.tokens.borrow_mut().insert(actor.code.clone(), token);
        Ok(reply)
    }

    fn next_key(&self) -> u32 {
        self.keys.set(self.keys.get() + 1);
        self.keys.get()
    }

    /// Reads something and writes the step down.
    pub(super) async fn get(
        &mut self,
        who: &Actor,
        what: &str,
        path: &str,
    ) -> Result<Reply, String> {
        let reply = self.send(Method::GET, path, who, None).await?;
        let points = points(&reply.body);
        self.note(who, what, &reply, Expect::Done, &points);
        Ok(reply)
    }

    /// Does something and writes the step down.
    pub(super) async fn post(
        &mut self,
        who: &Actor,
        what: &str,
        path: &str,
        body: Value,
        expected: Expect,
    ) -> Result<Reply, String> {
        let reply = self.send(Method::POST, path, who, Some(body)).await?;
        let points = points(&reply.body);
        self.note(who, what, &reply, expected, &points);
        Ok(reply)
    }

    /// Several people do the same at the same moment.
    pub(super) async fn together(
        &mut self,
        people: &[Actor],
        what: &str,
        path: &str,
        body: Value,
    ) -> Result<Vec<Reply>, String> {
        let calls = people.iter().map(|who| self.send(Method::POST, path, who, Some(body.clone())));
        let replies = futures_util::future::try_join_all(calls).await?;
        for (who, reply) in people.iter().zip(&replies) {
            let expected = if reply.is_success() { Expect::Done } else { Expect::Refused("") };
            let points = points(&reply.body);
            self.row(who, &format!("{what}(同时)"), reply, &points, expected_in_words(expected));
        }
        Ok(replies)
    }

    /// Writes down what somebody did without the service.
    pub(super) fn told(&mut self, who: &Actor, what: &str, held: bool) {
        let verdict = if held { "✓ 成功" } else { "✗ 不符" };
        let cells = [who.name.clone(), what.into(), "离线".into(), String::new(), verdict.into()];
        self.rows.push(cells);
    }

    /// Writes a fault down unless `held`.
    pub(super) fn check(&mut self, held: bool, what: &str) {
        if !held {
            self.faults.push(what.into());
        }
    }

    fn note(&mut self, who: &Actor, what: &str, reply: &Reply, expected: Expect, points: &str) {
        let held = reply.is(expected);
        if !held {
            let body = &reply.body;
            self.faults
                .push(format!("{} {what}: {expected:?}, got {} {body}", who.name, reply.status));
        }
        let verdict = if held { expected_in_words(expected) } else { "✗ 不符" };
        self.row(who, what, reply, points, verdict);
    }

    fn row(&mut self, who: &Actor, what: &str, reply: &Reply, points: &str, verdict: &str) {
        let cells =
            [who.name.clone(), what.into(), reply.in_words(), points.into(), verdict.into()];
        self.rows.push(cells);
    }

    /// Sends a request; a phone whose access has expired meanwhile signs in again by itself.
    async fn send(
        &self,
        method: Method,
        path: &str,
        who: &Actor,
        body: Option<Value>,
    ) -> Result<Reply, String> {
        let key = self.next_key();
        let token = self.tokens.borrow().get(&who.code).cloned().unwrap_or_default();
        let reply = self.exchange(method.clone(), path, &token, body.clone(), key).await?;
        if reply.status != 401 {
            return Ok(reply);
        }
        self.log_in(who).await?;
        let token = self.tokens.borrow().get(&who.code).cloned().unwrap_or_default();
        self.exchange(method, path, &token, body, key).await
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
        key: u32,
    ) -> Result<Reply, String> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("idempotency-key", format!("demo-{key:011}")).json(&body);
        }
        let response = request.send().await.map_err(|error| format!("{path}: {error}"))?;
        let status = response.status().as_u16();
        let bytes = response.bytes().await.map_err(|error| format!("{path}: {error}"))?;
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Reply { status, body })
    }

    /// Prints the protocol.
    #[expect(clippy::print_stdout, reason = "the demo is made to be read")]
    pub(super) fn print(&self) {
        let mut table = Table::new();
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(["#", "谁", "做什么", "答复", "积分", "应当如此"]);
        for (number, row) in (1..).zip(&self.rows) {
            let number = number.to_string();
            table.add_row(std::iter::once(&number).chain(row));
        }
        println!("{table}");
    }

    pub(super) fn into_faults(self) -> Vec<String> {
        self.faults
    }
}

const fn expected_in_words(expected: Expect) -> &'static str {
    match expected {
        Expect::Done => "✓ 成功",
        Expect::Refused(_) => "✓ 应拒绝",
    }
}

/// The points an answer speaks of, if any.
fn points(body: &Value) -> String {
    let found = [&body["points"], &body["available"], &body["results"][0]["points"]];
    found.iter().find_map(|value| value.as_i64()).map(|n| n.to_string()).unwrap_or_default()
}

/// A text member that must be there.
pub(super) fn text(body: &Value, name: &str) -> Result<String, String> {
    let found = body[name].as_str().map(str::to_owned);
    found.ok_or_else(|| format!("the answer has no `{name}`: {body}"))
}
