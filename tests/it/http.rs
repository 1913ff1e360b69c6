//! The door: what every request meets before and after its handler.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::{Answer, Client, TestApp, goods_details};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LOGIN: &str = "/v1/auth/wechat-login";
const SESSIONS: &str = "/v1/me/sessions";
const JSON: (&str, &str) = ("content-type", "application/json");

async fn send(device: &Client, body: &[u8], headers: &[(&str, &str)]) -> Answer {
    device.send_raw(Method::POST, LOGIN, Some(body.to_vec()), headers).await
}

async fn get_with(device: &Client, path: &str, headers: &[(&str, &str)]) -> Answer {
    device.send_raw(Method::GET, path, None, headers).await
}

#[actix_web::test]
async fn paths_and_methods_that_do_not_exist_are_problems() {
    let app = TestApp::start().await;
    let device = app.anonymous();

    for path in ["/", "/v1", "/v1/nothing", "/v2/me", "/v1/me/sessions/", "/%2e%2e/etc"] {
        device.get(path).await.assert_problem(404, "not_found");
    }
    for (method, path, allowed) in [
        (Method::GET, LOGIN, "POST"),
        (Method::PATCH, LOGIN, "POST"),
        (Method::POST, SESSIONS, "GET, HEAD"),
        (Method::GET, "/v1/me/sessions/0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "DELETE"),
        (Method::POST, "/healthz", "GET, HEAD"),
        (Method::POST, "/public/verify", "GET, HEAD"),
        (Method::DELETE, "/public/notices/N-1", "GET, HEAD"),
    ] {
        let answer = device.send(method, path, None, &[]).await;
        answer.assert_problem(405, "method_not_allowed");
        assert_eq!(answer.headers["allow"], allowed, "{path}");
    }
}

#[actix_web::test]
async fn what_can_be_read_can_be_asked_for_its_headers_alone() {
    let app = TestApp::start().await;
    let (stranger, device) = (app.anonymous(), app.sign_in("li").await);
    for (client, path, status) in [
        (&stranger, "/healthz", 200),
        (&device, SESSIONS, 200),
        (&stranger, SESSIONS, 401),
        (&stranger, "/v1/nothing", 404),
        (&stranger, LOGIN, 405),
    ] {
        let whole = client.get(path).await;
        // On one connection: bytes of a body would be taken for the next answer.
        for _ in 0..2 {
            let head = client.send(Method::HEAD, path, None, &[]).await;
            assert_eq!((head.status.as_u16(), whole.status.as_u16()), (status, status), "{path}");
            assert!(head.body.is_empty(), "{path}: {}", head.describe());
            let [kind, asked] = [&head, &whole].map(|answer| &answer.headers["content-type"]);
            assert_eq!(kind, asked, "{path}");
        }
    }
}

#[actix_web::test]
async fn bodies_that_are_wrong_are_named() {
    let app = TestApp::start().await;
    let device = app.anonymous();
    let large = format!("{{\"code\":\"{}\"}}", "a".repeat(64 * 1024));
    let deep = format!("{{\"code\":{}", "[".repeat(20_000));
    let nested = "[".repeat(20_000);
    let cases: &[(&[u8], u16, &str)] = &[
        (large.as_bytes(), 413, "body_too_large"),
        (b"{\"code\":\"\xff\xfe\"}", 400, "malformed_json"),
        (b"{\"code\":\"demo:li\"", 400, "malformed_json"),
        (b"{\"code\":\"demo:li\"} {}", 400, "malformed_json"),
        (b"{\"code\":\"demo:li\",\"code\":\"demo:li\"}", 400, "malformed_json"),
        (deep.as_bytes(), 422, "invalid_value"),
        (nested.as_bytes(), 400, "malformed_json"),
        (b"[]", 422, "invalid_value"),
        (b"null", 422, "invalid_value"),
        (b"{\"code\":\"demo:li\",\"cod\":1}", 422, "unknown_field"),
    ];

    for (body, status, code) in cases {
        send(&device, body, &[JSON]).await.assert_problem(*status, code);
    }
    let body = br#"{"code":"demo:li"}"#;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let answer = send(&device, body, &[("content-type", kind)]).await;
        answer.assert_problem(415, "unsupported_media_type");
    }
    send(&device, body, &[]).await.assert_problem(415, "unsupported_media_type");
    let charset = ("content-type", "application/json; charset=utf-8");
    assert_eq!(send(&device, body, &[charset]).await.status, 200);
}

#[actix_web::test]
async fn parameters_that_are_wrong_are_named() {
    let app = TestApp::start().await;
    let villager = app.sign_in("zhang").await;

    let read = villager.get("/v1/me/sessions?page=2").await;
    read.assert_problem(422, "unknown_field");
    read.assert_names("page");
    let written = app.anonymous().post(format!("{LOGIN}?force=1"), json!({"code": "x"})).await;
    written.assert_problem(422, "unknown_field");
    written.assert_names("force");
    villager.delete("/v1/me/sessions/17").await.assert_problem(404, "not_found");
    villager.delete("/v1/me/sessions/%00").await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn a_refusal_is_written_in_the_readers_language() {
    let app = TestApp::start().await;
    let device = app.anonymous();

    for (wish, language, title) in [
        ("en-GB,en;q=0.9", "en", "Sign in first"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN", "请先登录"),
        ("fr", "zh-CN", "请先登录"),
    ] {
        let answer = get_with(&device, SESSIONS, &[("accept-language", wish)]).await;
        assert_eq!(answer.headers["content-language"], language);
        assert_eq!(answer.json()["title"], title);
    }
}

#[actix_web::test]
async fn every_answer_carries_a_request_id_and_is_not_kept() {
    let app = TestApp::start().await;
    let device = app.anonymous();
    let own = "client-0123456789";

    let echoed = get_with(&device, SESSIONS, &[("x-request-id", own)]).await;
    assert_eq!(echoed.headers["x-request-id"], own);
    assert_eq!(echoed.json()["request_id"], own);
    for wrong in ["short", "has spaces in it", "semi;colon-0123", &"a".repeat(65)] {
        let answer = get_with(&device, SESSIONS, &[("x-request-id", wrong)]).await;
        let id = &answer.headers["x-request-id"];
        assert!(id.len() == 32 && id != wrong, "{wrong} -> {id}");
        assert_eq!(answer.json()["request_id"], id.as_str());
    }
    assert_eq!(echoed.headers["cache-control"], "no-store");
    assert_eq!(echoed.headers["x-content-type-options"], "nosniff");
    let good = app.sign_in("zhang").await.get(SESSIONS).await;
    assert_eq!(good.headers["cache-control"], "no-store");
    assert_eq!(good.headers["x-request-id"].len(), 32);
}

#[actix_web::test]
async fn answers_are_compressed_when_asked() {
    let app = TestApp::start().await;
    let device = app.anonymous();

    let packed = get_with(&device, "/openapi.json", &[("accept-encoding", "gzip")]).await;
    let plain = get_with(&device, "/openapi.json", &[("accept-encoding", "identity")]).await;

    assert_eq!(packed.headers["content-encoding"], "gzip");
    assert!(packed.body.starts_with(&[0x1f, 0x8b]), "not gzip");
    assert!(packed.body.len() * 2 < plain.body.len());
    assert!(!plain.headers.contains_key("content-encoding"));
    assert!(plain.json()["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")));
}

#[actix_web::test]
async fn forged_and_spent_tokens_are_refused() {
    let app = TestApp::start().await;
    let device = app.anonymous();
    let pair = device.post(LOGIN, json!({"code": "demo:zhang"})).await.ok();
    let token = pair["access_token"].as_str().expect("a token");
    let parts: Vec<_> = token.split('.').collect();
    // {"alg":"none","typ":"at+jwt"} and {"alg":"HS256","typ":"at+jwt"}
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{}.", parts[1]);
    let hmac = format!("eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.{}.{}", parts[1], parts[2]);
    let elsewhere =
        TestApp::start_with(|config| config.keys.master = "7".repeat(64).as_str().into());
    let elsewhere = elsewhere.await.anonymous().post(LOGIN, json!({"code": "demo:zhang"})).await;
    let other_key = elsewhere.ok()["access_token"].as_str().expect("a token").to_owned();

    assert_eq!(device.with_token(token).get(SESSIONS).await.status, 200);
    for forged in [none.as_str(), &hmac, &other_key, "", "x", &token[1..], parts[1]] {
        let answer = device.with_token(forged).get(SESSIONS).await;
        answer.assert_problem(401, "unauthenticated");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    let basic = get_with(&device, SESSIONS, &[("authorization", "Basic eDp5")]).await;
    basic.assert_problem(401, "unauthenticated");
    app.advance(TimeDelta::minutes(16));
    let spent = device.with_token(token).get(SESSIONS).await;
    spent.assert_problem(401, "token_expired");
    assert_eq!(spent.headers["www-authenticate"], "Bearer");
}

#[actix_web::test]
async fn two_authorization_headers_are_none() {
    let app = TestApp::start().await;
    let pair = app.anonymous().post(LOGIN, json!({"code": "demo:zhang"})).await.ok();
    let bearer = format!("Bearer {}", pair["access_token"].as_str().expect("a token"));
    let twice = [("authorization", bearer.as_str()), ("authorization", bearer.as_str())];

    let answer = get_with(&app.anonymous(), SESSIONS, &twice).await;

    answer.assert_problem(401, "unauthenticated");
}

/// A manager of goods and the list she writes to.
async fn a_writer(app: &TestApp) -> (Client, String) {
    let county = app.county().await;
    let station = &county.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    (manager, format!("/v1/sites/{}/goods", station.id))
}

async fn count(reader: &Client, list: &str) -> Option<usize> {
    reader.get(list).await.ok()["items"].as_array().map(Vec::len)
}

#[actix_web::test]
async fn a_key_is_good_for_one_request_of_one_person() {
    let app = TestApp::start().await;
    let (manager, list) = a_writer(&app).await;
    let key = "http-idempotency-01";

    let first = manager.post_with_key(&list, goods_details("毛巾"), key).await;
    let again = manager.post_with_key(&list, goods_details("毛巾"), key).await;
    let other = manager.post_with_key(&list, goods_details("肥皂"), key).await;

    assert_eq!(first.status, 201);
    assert_eq!(first.headers.get("idempotency-replayed"), None);
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    for header in ["etag", "location"] {
        assert_eq!(again.headers[header], first.headers[header]);
    }
    other.assert_problem(422, "idempotency_key_reused");
    assert_eq!(count(&manager, &list).await, Some(1));
    // The same key in another hand is another key: it does not show the first one's answer.
    let stranger = app.sign_in("stranger").await;
    let theirs = stranger.post_with_key(&list, goods_details("毛巾"), key).await;
    theirs.assert_problem(403, "permission_denied");
    assert_eq!(theirs.headers.get("idempotency-replayed"), None);
}

#[actix_web::test]
async fn a_refusal_leaves_the_key_free() {
    let app = TestApp::start().await;
    let (manager, list) = a_writer(&app).await;
    let key = "http-idempotency-02";

    let refused = manager.post_with_key(&list, json!({"name": ""}), key).await;
    let corrected = manager.post_with_key(&list, goods_details("毛巾"), key).await;

    assert_eq!(refused.status, 422);
    assert_eq!(corrected.status, 201, "{}", corrected.describe());
}

#[actix_web::test]
async fn twenty_twins_take_effect_once() {
    let app = TestApp::start().await;
    let (manager, list) = a_writer(&app).await;
    let key = "http-idempotency-03";

    let mut twins = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (manager, list) = (manager.clone(), list.clone());
        twins.spawn(async move { manager.post_with_key(list, goods_details("毛巾"), key).await });
    }
    let answers = twins.join_all().await;

    let mut ids: Vec<_> = answers.iter().filter(|a| a.status == 201).map(Answer::id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    for waiting in answers.iter().filter(|a| a.status != 201) {
        waiting.assert_problem(409, "request_in_progress");
        assert_eq!(waiting.headers["retry-after"], "1");
        assert_eq!(waiting.json()["retryable"], true);
    }
    assert_eq!(count(&manager, &list).await, Some(1));
}

#[actix_web::test]
async fn keys_of_the_wrong_form_are_refused() {
    let app = TestApp::start().await;
    let (manager, list) = a_writer(&app).await;

    for key in ["short", "has space in the middle", "semi;colon-0123456", &"k".repeat(65)] {
        let answer = manager.post_with_key(&list, goods_details("毛巾"), key).await;
        answer.assert_problem(400, "idempotency_key_required");
    }
    let body = goods_details("毛巾").to_string().into_bytes();
    let twice =
        [JSON, ("idempotency-key", "first-key-0123456"), ("idempotency-key", "second-key-012345")];
    let answer = manager.send_raw(Method::POST, &list, Some(body), &twice).await;
    answer.assert_problem(400, "idempotency_key_required");
    assert_eq!(count(&manager, &list).await, Some(0));
}

#[actix_web::test]
async fn a_version_already_read_is_not_sent_again() {
    let app = TestApp::start().await;
    let (manager, list) = a_writer(&app).await;
    let created = manager.post(&list, goods_details("毛巾")).await;
    let path = &created.headers["location"];

    let read = manager.get(path).await;
    let tag = read.etag();
    assert_eq!(tag, created.etag());
    let same = get_with(&manager, path, &[("if-none-match", tag)]).await;
    assert_eq!((same.status.as_u16(), same.body.len()), (304, 0));
    assert_eq!(same.etag(), tag);
    let other = get_with(&manager, path, &[("if-none-match", "\"99\"")]).await;
    assert_eq!(other.status, 200);

    let bare = manager.send(Method::PUT, path, Some(goods_details("面巾")), &[]).await;
    bare.assert_problem(428, "precondition_required");
    manager.put(path, goods_details("面巾"), 99).await.assert_problem(412, "stale_version");
    let changed = manager.put(path, goods_details("面巾"), 1).await;
    assert_eq!(changed.version(), 2);
}

/// Sends bytes and reads until the service closes, for as long as `patience`.
async fn raw(app: &TestApp, bytes: &str, patience: Duration) -> (String, bool) {
    let address = app.base.trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    socket.write_all(bytes.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let closed = tokio::time::timeout(patience, socket.read_to_end(&mut answer)).await.is_ok();
    (String::from_utf8_lossy(&answer).into_owned(), closed)
}

#[actix_web::test]
async fn a_body_with_two_lengths_is_refused() {
    let app = TestApp::start().await;
    let body = r#"{"code":"demo:li"}"#;
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let head = format!("POST {LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
    let patience = Duration::from_secs(60);

    let fine = format!("{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunked}");
    let (answer, _) = raw(&app, &fine, patience).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for lengths in [
        "Content-Length: 18\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Content-Length: 18\r\nContent-Length: 3",
        "Content-Length: +18",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: gzip",
    ] {
        let (answer, closed) =
            raw(&app, &format!("{head}{lengths}\r\n\r\n{chunked}"), patience).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{lengths}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{lengths}: a second answer");
        assert!(closed, "{lengths}: the connection stays open");
    }
}

#[actix_web::test]
async fn a_client_that_never_ends_its_headers_is_cut() {
    let app = TestApp::start().await;
    let started = Instant::now();

    let (answer, closed) =
        raw(&app, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", Duration::from_secs(60)).await;

    assert!(closed, "still open after {:?}: {answer}", started.elapsed());
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[actix_web::test]
async fn probes_answer_without_a_token() {
    let app = TestApp::start().await;
    let device = app.anonymous();

    assert_eq!(device.get("/healthz").await.ok()["status"], "ok");
    let ready = device.get("/readyz").await;
    assert_eq!(ready.headers["content-type"], "application/json");
    let facts = ready.ok();
    assert_eq!((&facts["database"], &facts["schema"]), (&true.into(), &"current".into()));
    let keys = device.get("/.well-known/jwks.json").await.ok();
    assert_eq!(keys["keys"][0]["crv"], "Ed25519");
    assert_eq!(keys["keys"][0].get("d"), None::<&Value>, "a private key");
}

#[actix_web::test]
async fn an_older_schema_makes_the_process_unready_and_a_newer_one_does_not() {
    let app = TestApp::start().await;
    let ready = async || app.anonymous().get("/readyz").await;
    let run = async |text: &str| app.db.execute_unprepared(text).await.unwrap();

    run("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99_of_tomorrow', 1)").await;
    assert_eq!(ready().await.ok()["schema"], "newer");
    run("DELETE FROM seaql_migrations WHERE version LIKE '%_job_lease'").await;

    let older = ready().await;
    older.assert_problem(503, "unavailable");
    assert!(older.headers.contains_key("retry-after"));
    assert!(String::from_utf8_lossy(&older.body).contains("\"schema\":\"older\""));
}
