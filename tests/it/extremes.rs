//! What nobody in her senses sends, made from the checked-in document for every operation: each
//! is refused naming the field, none is a fault of ours, and nothing is stored.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::role_assignment::Role;
use futures_util::StreamExt;
use harness::{Answer, Client, Described, Document, Tables, TestApp, UNKNOWN_ID};
use reqwest::Method;
use sea_orm::Iterable;
use serde_json::{Value, json};

/// Tables that keep refusals, which is what they are for.
const OF_REFUSALS: [&str; 2] = ["audit_event", "check_in_refusal"];
/// Requests in flight.
const AT_ONCE: usize = 8;

/// One request, and what must come of it.
#[derive(Clone, Debug)]
struct Attempt {
    method: Method,
    path: String,
    body: Option<Vec<u8>>,
    kind: &'static str,
    /// What was done to it, for the report.
    what: String,
    expect: Expect,
}

#[derive(Clone, Debug)]
enum Expect {
    /// A refusal that names this field or one below it.
    Names(String),
    /// A refusal of one of these codes.
    Code(&'static [&'static str]),
    /// Any refusal.
    Refused,
    /// Anything but a fault of ours.
    NoFault,
}

impl Expect {
    fn fault(&self, answer: &Answer) -> Option<String> {
        let problem = answer.headers.get("content-type").map(String::as_str).unwrap_or_default();
        let refused = answer.status.is_client_error();
        let whole = refused && problem.starts_with("application/problem+json");
        let fine = match self {
            Self::NoFault => return answer.status.is_server_error().then(|| "a fault".into()),
            Self::Refused => whole,
            Self::Code(codes) => whole && codes.contains(&answer.code().as_str()),
            Self::Names(pointer) => whole && names(answer, pointer),
        };
        (!fine).then(|| format!("expected {self:?}"))
    }
}

/// Whether the answer names the field, something inside it, or the member it is inside of.
fn names(answer: &Answer, pointer: &str) -> bool {
    let body = answer.json();
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().filter_map(|error| error["pointer"].as_str()).any(|named| {
        named == pointer || named.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'))
    })
}

async fn send(client: &Client, attempt: &Attempt) -> Answer {
    let key = uuid::Uuid::now_v7().to_string();
    let mut headers = vec![("idempotency-key", key.as_str()), ("if-match", "\"1\"")];
    if attempt.body.is_some() {
        headers.push(("content-type", attempt.kind));
    }
    client.send_raw(attempt.method.clone(), &attempt.path, attempt.body.clone(), &headers).await
}

/// Debug builds take their time: unless `EXTREMES=all`, every run sends one in so many, chosen
/// by position, so that each operation is met.
fn thinned(attempts: Vec<Attempt>, one_in: usize) -> Vec<Attempt> {
    let all = std::env::var("EXTREMES").is_ok_and(|wish| wish == "all");
    let kept = |(at, _): &(usize, Attempt)| all || at % one_in == 0;
    attempts.into_iter().enumerate().filter(kept).map(|(_, attempt)| attempt).collect()
}

/// Sends all of them; what did not come out as it must.
async fn faults(client: &Client, attempts: Vec<Attempt>) -> Vec<String> {
    let sent = futures_util::stream::iter(attempts).map(|attempt| async move {
        let answer = send(client, &attempt).await;
        let fault = attempt.expect.fault(&answer)?;
        let said: String = answer.describe().chars().take(330).collect();
        Some(format!("{}: {fault}: {said}", attempt.what))
    });
    sent.buffer_unordered(AT_ONCE).filter_map(async |fault| fault).collect().await
}

fn report(faults: &[String]) {
    let shown: Vec<_> = faults.iter().take(60).cloned().collect();
    assert!(faults.is_empty(), "{} in all:\n{}", faults.len(), shown.join("\n"));
}

/// A service with one of everything, and somebody who may do everything in it.
struct Scene {
    app: TestApp,
    all_powers: Client,
    ids: BTreeMap<String, String>,
    tables: Tables,
}

impl Scene {
    async fn set_up() -> Self {
        let app = TestApp::start_with(|config| config.limits.enabled = false).await;
        let county = app.county().await;
        let station = &county.town.stations[0];
        app.volunteer("almighty", station).await;
        for role in Role::iter() {
            app.staff("almighty", role, &county.center).await;
        }
        let all_powers = app.sign_in("almighty").await;
        let ids = [("site_id", station.id.to_string()), ("key", "notice_days".into())];
        let fixed = [("purpose", "sms"), ("year", "2027"), ("position", "1"), ("tree", "510123")];
        let mut ids: BTreeMap<_, _> = ids.map(|(name, id)| (name.to_owned(), id)).into();
        ids.extend(fixed.map(|(name, id)| (name.to_owned(), id.to_owned())));
        ids.extend(
            [
                ("index", "0"),
                ("card_number", "JF0000000000000"),
                ("round_no", "X"),
                ("receipt_code", "X"),
            ]
            .map(|(name, id)| (name.to_owned(), id.to_owned())),
        );
        let mut tables = app.tables().await;
        tables.retain(|table, _| !OF_REFUSALS.contains(&table.as_str()));
        Self { app, all_powers, ids, tables }
    }

    /// Puts well-formed ids into a path template: of what is there, or unknown ones.
    fn fill(&self, path: &str) -> String {
        let part = |part: &str| match part.strip_prefix('{') {
            None => part.to_owned(),
            Some(name) => {
                let known = self.ids.get(name.trim_end_matches('}'));
                known.map_or(UNKNOWN_ID, String::as_str).to_owned()
            }
        };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

/// Every way to break one body, each with the place it breaks.
struct Breaker<'d> {
    document: &'d Document,
    whole: &'d Value,
    found: Vec<(String, Value, Expect)>,
}

impl Breaker<'_> {
    fn put(&mut self, pointer: &str, value: Value) {
        let expect = Expect::Names(pointer.to_owned());
        self.put_expecting(pointer, value, expect);
    }

    fn put_expecting(&mut self, pointer: &str, value: Value, expect: Expect) {
        let mut body = self.whole.clone();
        *body.pointer_mut(pointer).expect("the place is there") = value.clone();
        let shown: String = value.to_string().chars().take(40).collect();
        self.found.push((format!("{pointer} = {shown}"), body, expect));
    }

    fn walk(&mut self, schema: &Value, pointer: &str) {
        let schema = self.document.resolve(schema).clone();
        let Some(value) = self.whole.pointer(pointer).cloned() else { return };
        let either = schema["oneOf"].as_array().or(schema["anyOf"].as_array()).cloned();
        if let Some(first) = either.as_ref().and_then(|all| all.first()) {
            return self.walk(first, pointer);
        }
        let kind = schema["type"].as_str().or(schema["type"][0].as_str()).unwrap_or("object");
        match kind {
            "string" => self.text(&schema, pointer),
            "integer" => self.number(&schema, pointer),
            "boolean" => self.put(pointer, json!("yes")),
            "array" => self.list(&schema, pointer, &value),
            _ if schema["properties"].is_object() => self.members(&schema, pointer, &value),
            _ => {}
        }
    }

    fn all(&mut self, pointer: &str, values: &[Value]) {
        for value in values {
            self.put(pointer, value.clone());
        }
    }

    fn text(&mut self, schema: &Value, pointer: &str) {
        self.all(pointer, &[json!(17), json!({"a": 1})]);
        let wrong: &[&str] = match schema["format"].as_str() {
            Some("date") => &["2026-02-30", "0000-01-01", "99999-01-01", "2026-2-3", "明天"],
            Some("date-time") => {
                &["2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z", "+262142-01-01T00:00:00Z", "now"]
            }
            Some("uuid") => &["", "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g"],
            _ if schema["enum"].is_array() => &["", "no_such_word"],
            _ => &["a\u{0}b"],
        };
        for text in wrong {
            self.put(pointer, json!(text));
        }
        if let Some(most) = schema["maxLength"].as_u64() {
            // Far fewer than a body may have, one more than the field may.
            let long = usize::try_from(most + 1).expect("small");
            if long < 10_000 {
                self.put(pointer, json!("很".repeat(long)));
            }
        }
        if schema["minLength"].as_u64().is_some_and(|least| least > 0) {
            self.put(pointer, json!(" \u{3000} "));
        }
    }

    fn number(&mut self, schema: &Value, pointer: &str) {
        self.all(pointer, &[json!("1"), json!(1.5), json!(1e30)]);
        // What is a number is compared with its limits after what the path names.
        for far in [json!(u64::MAX), json!(i64::MIN)] {
            self.put_expecting(pointer, far, Expect::Refused);
        }
        if let Some(least) = schema["minimum"].as_i64() {
            self.put_expecting(pointer, json!(least - 1), Expect::Refused);
            self.put_expecting(pointer, json!(least), Expect::NoFault);
        }
        if let Some(most) = schema["maximum"].as_i64() {
            self.put_expecting(pointer, json!(most + 1), Expect::Refused);
            self.put_expecting(pointer, json!(most), Expect::NoFault);
        }
    }

    fn list(&mut self, schema: &Value, pointer: &str, value: &Value) {
        self.put(pointer, json!({}));
        if let Some(first) = value.get(0) {
            self.walk(&schema["items"], &format!("{pointer}/0"));
            if let Some(most) = schema["maxItems"].as_u64().filter(|most| *most <= 200) {
                let many = usize::try_from(most + 1).expect("small");
                self.put_expecting(pointer, json!(vec![first.clone(); many]), Expect::Refused);
            }
        }
        if schema["minItems"].as_u64().is_some_and(|least| least > 0) {
            self.put_expecting(pointer, json!([]), Expect::Refused);
        }
    }

    fn members(&mut self, schema: &Value, pointer: &str, value: &Value) {
        if !pointer.is_empty() {
            self.put(pointer, json!("x"));
        }
        let mut more = value.clone();
        more["colour"] = json!("red");
        let unknown = Expect::Names(format!("{pointer}/colour"));
        self.replace(pointer, more, "an unknown member", unknown);
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().expect("a name");
            let mut less = value.clone();
            less.as_object_mut().expect("an object").remove(name);
            let missing = Expect::Names(format!("{pointer}/{name}"));
            self.replace(pointer, less, &format!("without {name}"), missing);
        }
        for (name, of) in schema["properties"].as_object().expect("properties").clone() {
            self.walk(&of, &format!("{pointer}/{name}"));
        }
    }

    fn replace(&mut self, pointer: &str, value: Value, what: &str, expect: Expect) {
        let mut body = self.whole.clone();
        *body.pointer_mut(pointer).expect("the place is there") = value;
        self.found.push((format!("{pointer} {what}"), body, expect));
    }
}

/// Bodies that are wrong as a whole.
fn whole_bodies(limit: usize) -> Vec<(&'static str, Vec<u8>, Expect)> {
    const BROKEN: &[&str] = &["malformed_json"];
    const SHAPE: &[&str] = &["invalid_value", "malformed_json", "missing_field"];
    let mut huge = b"{\"a\":\"".to_vec();
    huge.resize(limit + 1, b'a');
    vec![
        ("half an object", b"{".to_vec(), Expect::Code(BROKEN)),
        ("bad UTF-8", b"{\"\xff\xfe\":1}".to_vec(), Expect::Code(BROKEN)),
        ("null", b"null".to_vec(), Expect::Code(SHAPE)),
        ("a list", b"[]".to_vec(), Expect::Code(SHAPE)),
        ("a number", b"1e400".to_vec(), Expect::Code(SHAPE)),
        ("a deep list", "[".repeat(5_000).into_bytes(), Expect::Code(SHAPE)),
        ("a huge body", huge, Expect::Code(&["body_too_large"])),
    ]
}

fn body_attempts(scene: &Scene, document: &Document, operation: &Described<'_>) -> Vec<Attempt> {
    let schema = operation.body_schema();
    let (method, path) = (operation.method(), scene.fill(operation.path));
    let attempt = |what: &str, body: Vec<u8>, kind, expect| Attempt {
        method: method.clone(),
        path: path.clone(),
        body: Some(body),
        kind,
        what: format!("{}: {what}", operation.id()),
        expect,
    };
    let limit = operation.fact("x-body-limit").as_u64().unwrap_or(64 * 1024);
    let limit = usize::try_from(limit).expect("small");
    let mut all = Vec::new();
    for (what, body, expect) in whole_bodies(limit) {
        all.push(attempt(what, body, "application/json", expect));
    }
    let whole = document.full_example(schema);
    let media = Expect::Code(&["unsupported_media_type"]);
    all.push(attempt("as text", whole.to_string().into_bytes(), "text/plain", media));
    let mut breaker = Breaker { document, whole: &whole, found: Vec::new() };
    breaker.walk(schema, "");
    for (what, body, expect) in breaker.found {
        if matches!(expect, Expect::NoFault) {
            continue;
        }
        all.push(attempt(&what, body.to_string().into_bytes(), "application/json", expect));
    }
    all
}

#[actix_web::test]
async fn bodies_nobody_should_send_name_the_field_and_leave_nothing() {
    let scene = Scene::set_up().await;
    let document = Document::checked_in();
    let before = scene.app.contents(&scene.tables).await;
    let mut attempts = Vec::new();
    for operation in document.operations() {
        if !operation.body_schema().is_null() {
            attempts.extend(body_attempts(&scene, &document, &operation));
        }
    }
    assert!(attempts.len() > 2_500, "only {} bodies were made", attempts.len());

    let found = faults(&scene.all_powers, thinned(attempts, 5)).await;

    report(&found);
    unchanged(&scene, &before).await;
}

async fn unchanged(scene: &Scene, before: &BTreeMap<String, String>) {
    let after = scene.app.contents(&scene.tables).await;
    for (table, content) in before {
        assert!(*content == after[table], "{table} changed");
    }
    scene.app.assert_sound().await;
}

/// Values no parameter has, each with the pointer it must be named by.
fn parameter_attempts(
    scene: &Scene,
    document: &Document,
    operation: &Described<'_>,
) -> Vec<Attempt> {
    let path = scene.fill(operation.path);
    let body = (operation.method() != Method::GET)
        .then(|| document.example(operation.body_schema()).to_string().into_bytes());
    let required: Vec<_> = operation
        .parameters("query")
        .filter(|parameter| parameter["required"] == true)
        .map(|parameter| {
            let name = parameter["name"].as_str().expect("a name");
            let example = &parameter["example"];
            let value = if example.is_null() {
                document.example(&parameter["schema"])
            } else {
                example.clone()
            };
            (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
        .collect();
    let attempt = |name: &str, value: &str, expect: Expect| {
        let others = required.iter().filter(|(other, _)| *other != name);
        let others: String = others.map(|(other, value)| format!("&{other}={value}")).collect();
        Attempt {
            method: operation.method(),
            path: format!("{path}?{name}={value}{others}"),
            body: body.clone(),
            kind: "application/json",
            what: format!("{} ?{name}={value:.40}", operation.id()),
            expect,
        }
    };
    let named = |name: &str| Expect::Names(name.to_owned());
    let mut all = vec![attempt("colour", "red", named("colour"))];
    for parameter in operation.parameters("query") {
        let name = parameter["name"].as_str().expect("a name");
        let schema = document.resolve(&parameter["schema"]);
        let kind = schema["type"].as_str().or(schema["type"][0].as_str()).unwrap_or_default();
        let wrong: &[&str] = match (kind, schema["format"].as_str()) {
            ("integer", _) => &["x", "-1", "99999999999999999999", "%00"],
            ("boolean", _) => &["yes", "%00"],
            ("string", Some("date")) => {
                &["2026-02-30", "2026-13-01", "", "x", "99999-01-01", "%00"]
            }
            ("string", Some("date-time")) => {
                &["2026-02-30T00:00:00Z", "", "x", "2026-01-01", "%00"]
            }
            ("string", Some("uuid")) => &["x", "%00"],
            ("string", _) if schema["enum"].is_array() => &["no_such_word", "%00"],
            _ => &["a%00b"],
        };
        for value in wrong {
            all.push(attempt(name, value, named(name)));
        }
        if kind == "integer" && schema["minimum"] == 1 {
            // Looked at after what the path names.
            all.push(attempt(name, "0", Expect::Refused));
        }
        if name == "page_token" {
            let refused = Expect::Code(&["bad_page_token", "not_found", "missing_field"]);
            all.push(attempt(name, "x", refused.clone()));
            all.push(attempt(name, &"a".repeat(1024), refused));
        }
        let huge = "a".repeat(6_000);
        for value in
            [huge.as_str(), "%ff%fe", "%E5%BC%A0'%22;--"].into_iter().filter(|_| kind == "string")
        {
            all.push(attempt(name, value, Expect::NoFault));
        }
    }
    all
}

/// Ids that are none, and ids of nothing, in every place of a path.
fn path_attempts(scene: &Scene, document: &Document, operation: &Described<'_>) -> Vec<Attempt> {
    let parts: Vec<_> = operation.path.split('/').collect();
    let mut all = Vec::new();
    for (at, part) in parts.iter().enumerate().filter(|(_, part)| part.starts_with('{')) {
        let long = "9".repeat(3_000);
        let of_ids = part.ends_with("_id}");
        let wrong = ["x", "%00", "%ff", &long];
        for value in wrong {
            let path: Vec<_> = parts
                .iter()
                .enumerate()
                .map(|(place, part)| if place == at { value.to_owned() } else { scene.fill(part) })
                .collect();
            let body = (operation.method() != Method::GET)
                .then(|| document.example(operation.body_schema()).to_string().into_bytes());
            let nowhere = Expect::Code(&["not_found"]);
            all.push(Attempt {
                method: operation.method(),
                path: path.join("/"),
                body,
                kind: "application/json",
                what: format!("{} {part}={value:.20}", operation.id()),
                expect: if of_ids { nowhere } else { Expect::Refused },
            });
        }
    }
    all
}

#[actix_web::test]
async fn parameters_nobody_should_send_are_named_and_leave_nothing() {
    let scene = Scene::set_up().await;
    let document = Document::checked_in();
    let before = scene.app.contents(&scene.tables).await;
    let mut attempts = Vec::new();
    for operation in document.operations() {
        attempts.extend(parameter_attempts(&scene, &document, &operation));
        attempts.extend(path_attempts(&scene, &document, &operation));
    }
    assert!(attempts.len() > 1_200, "only {} requests were made", attempts.len());

    let found = faults(&scene.all_powers, thinned(attempts, 3)).await;

    report(&found);
    unchanged(&scene, &before).await;
}

#[actix_web::test]
async fn numbers_at_their_limits_are_no_fault() {
    let scene = Scene::set_up().await;
    let document = Document::checked_in();
    let mut attempts = Vec::new();
    for operation in document.operations().iter().filter(|o| !o.body_schema().is_null()) {
        let whole = document.full_example(operation.body_schema());
        let mut breaker = Breaker { document: &document, whole: &whole, found: Vec::new() };
        breaker.walk(operation.body_schema(), "");
        for (what, body, expect) in breaker.found {
            if matches!(expect, Expect::NoFault) {
                attempts.push(Attempt {
                    method: operation.method(),
                    path: scene.fill(operation.path),
                    body: Some(body.to_string().into_bytes()),
                    kind: "application/json",
                    what: format!("{}: {what}", operation.id()),
                    expect,
                });
            }
        }
    }
    assert!(attempts.len() > 40, "only {} limits were found", attempts.len());

    report(&faults(&scene.all_powers, attempts).await);
    scene.app.assert_sound().await;
}

#[actix_web::test]
async fn forged_and_expired_tokens_open_nothing() {
    let scene = Scene::set_up().await;
    let document = Document::checked_in();
    let before = scene.app.contents(&scene.tables).await;
    let (device, code) = (scene.app.anonymous(), json!({"code": "demo:almighty#old"}));
    let pair = device.post("/v1/auth/wechat-login", code).await.ok();
    let good = pair["access_token"].as_str().expect("a token").to_owned();
    let mut changed = good.clone().into_bytes();
    // One letter in the middle of what is signed.
    let at = good.find('.').expect("two parts") + 12;
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).expect("text");
    let none = format!(
        "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.",
        good.split('.').nth(1).expect("claims")
    );
    let opened = scene.app.contents(&scene.tables).await;
    scene.app.advance(TimeDelta::hours(1));

    let mut found = Vec::new();
    for (token, code) in
        [(changed, "unauthenticated"), (none, "unauthenticated"), (good, "token_expired")]
    {
        let client = scene.app.anonymous().with_token(&token);
        let mut attempts = Vec::new();
        for operation in document.operations().iter().filter(|o| o.permission() != "public") {
            let body = (operation.method() != Method::GET).then(|| b"{}".to_vec());
            attempts.push(Attempt {
                method: operation.method(),
                path: scene.fill(operation.path),
                body,
                kind: "application/json",
                what: operation.id().to_owned(),
                expect: Expect::Code(if code == "token_expired" {
                    &["token_expired"]
                } else {
                    &["unauthenticated"]
                }),
            });
        }
        found.extend(faults(&client, attempts).await);
    }

    report(&found);
    assert!(before.len() == opened.len());
    unchanged(&scene, &opened).await;
}
