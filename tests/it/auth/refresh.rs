//! `auth_refresh`.

use chrono::TimeDelta;
use harness::{Answer, Client, TestApp};
use serde_json::{Value, json};

async fn log_in(app: &TestApp, code: &str) -> Value {
    app.anonymous().post("/v1/auth/wechat-login", json!({"code": code})).await.ok()
}

async fn refresh(client: &Client, pair: &Value) -> Answer {
    let body = json!({"refresh_token": pair["refresh_token"]});
    client.post("/v1/auth/refresh", body).await
}

async fn is_signed_in(app: &TestApp, pair: &Value) -> bool {
    let token = pair["access_token"].as_str().expect("a token");
    app.anonymous().with_token(token).get("/v1/me/sessions").await.status == 200
}

#[actix_web::test]
async fn a_lost_answer_is_given_again_within_its_grace() {
    let app = TestApp::start().await;
    let device = app.anonymous();
    let first = log_in(&app, "demo:zhang").await;

    let second = refresh(&device, &first).await.ok();
    app.advance(TimeDelta::seconds(20));
    let again = refresh(&device, &first).await.ok();

    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(again, second, "the same pair");
    assert!(is_signed_in(&app, &second).await);
}

#[actix_web::test]
async fn a_stolen_old_token_ends_the_session_at_once() {
    let app = TestApp::start().await;
    let device = app.anonymous();
    let first = log_in(&app, "demo:zhang").await;
    let second = refresh(&device, &first).await.ok();
    let third = refresh(&device, &second).await.ok();

    let thief = refresh(&device, &first).await;

    thief.assert_problem(401, "session_revoked");
    assert!(!is_signed_in(&app, &third).await, "the family is dead");
    refresh(&device, &third).await.assert_problem(401, "refresh_token_invalid");
}

#[actix_web::test]
async fn the_grace_ends_after_thirty_seconds() {
    let app = TestApp::start().await;
    let device = app.anonymous();
    let first = log_in(&app, "demo:zhang").await;
    refresh(&device, &first).await.ok();

    app.advance(TimeDelta::seconds(31));

    refresh(&device, &first).await.assert_problem(401, "session_revoked");
}

#[actix_web::test]
async fn ten_refreshes_at_once_get_one_successor() {
    let app = TestApp::start().await;
    let first = log_in(&app, "demo:zhang").await;
    let device = app.anonymous();

    let calls = (0..10).map(|_| refresh(&device, &first));
    let answers = futures_util::future::join_all(calls).await;

    let mut tokens: Vec<_> = answers.iter().map(|a| a.ok()["refresh_token"].to_string()).collect();
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
}

#[actix_web::test]
async fn another_device_cannot_use_the_token() {
    let app = TestApp::start().await;
    let device = app.anonymous();
    let body = json!({"code": "demo:zhang", "device_id": "device-one-0001"});
    let pair = device.post("/v1/auth/wechat-login", body).await.ok();

    let body = json!({"refresh_token": pair["refresh_token"], "device_id": "device-two-0002"});
    let elsewhere = device.post("/v1/auth/refresh", body).await;

    elsewhere.assert_problem(401, "session_revoked");
}

#[actix_web::test]
async fn an_access_token_expires_and_the_refresh_token_outlives_it() {
    let app = TestApp::start().await;
    let first = log_in(&app, "demo:zhang").await;

    app.advance(TimeDelta::minutes(16));

    let token = first["access_token"].as_str().expect("a token");
    let late = app.anonymous().with_token(token).get("/v1/me/sessions").await;
    late.assert_problem(401, "token_expired");
    let second = refresh(&app.anonymous(), &first).await.ok();
    assert!(is_signed_in(&app, &second).await);

    app.advance(TimeDelta::days(31));
    refresh(&app.anonymous(), &second).await.assert_problem(401, "refresh_token_invalid");
}
