//! The database shut off, restarted under load, frozen: 503 with Retry-After, then
//! normal again without a restart of the service.

use std::time::Duration;

use harness::{Client, Gate, TestApp, is_postgres};
use serde_json::json;

/// A service whose PostgreSQL stands behind a gate. SQLite is a file and cannot go away.
async fn behind_a_gate() -> Option<(TestApp, Gate)> {
    if !is_postgres() {
        return None;
    }
    let url = std::env::var("DATABASE_URL").expect("set");
    let gate = Gate::before(&url).await;
    let path = gate.clone();
    let app = TestApp::start_with(|config| {
        let through = path.rewrite(config.database.url.reveal());
        config.database.url = through.as_str().into();
        config.database.acquire_timeout_ms = 800;
        config.limits.enabled = false;
    });
    Some((app.await, gate))
}

async fn comes_back(client: &Client) {
    for _ in 0..50 {
        if client.get("/v1/me/sessions").await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the service did not recover within ten seconds");
}

#[actix_web::test]
async fn a_database_that_is_gone_is_answered_with_503_and_forgiven() {
    let Some((app, gate)) = behind_a_gate().await else { return };
    let phone = app.sign_in("zhang").await;

    gate.shut();
    app.advance(chrono::TimeDelta::seconds(6)); // What is known of the account is forgotten.
    let read = phone.get("/v1/me/sessions").await;
    let login = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "demo:li#a"})).await;

    read.assert_problem(503, "unavailable");
    login.assert_problem(503, "unavailable");
    assert!(read.headers.contains_key("retry-after"));
    assert_eq!(app.anonymous().get("/healthz").await.status, 200);
    assert_eq!(app.anonymous().get("/readyz").await.status, 503);

    gate.open();
    comes_back(&phone).await;
    app.sign_in("li").await;
}

#[actix_web::test]
async fn a_restart_under_load_loses_no_acknowledged_write() {
    let Some((app, gate)) = behind_a_gate().await else { return };
    let switch = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(300)).await;
            gate.shut();
            tokio::time::sleep(Duration::from_millis(500)).await;
            gate.open();
        }
    };
    let load = futures_util::future::join_all((0..8).map(|worker| {
        let device = app.anonymous();
        async move {
            let mut acknowledged = Vec::new();
            for turn in 0..25 {
                let code = format!("demo:w{worker}#{turn}");
                let answer = device.post("/v1/auth/wechat-login", json!({"code": code})).await;
                match answer.status.as_u16() {
                    200 => acknowledged.push(answer.json()),
                    503 => tokio::time::sleep(Duration::from_millis(50)).await,
                    _ => panic!("{}", answer.describe()),
                }
            }
            acknowledged
        }
    }));

    let ((), acknowledged) = tokio::join!(switch, load);

    let mut counted = 0;
    for pair in acknowledged.into_iter().flatten() {
        let token = pair["access_token"].as_str().expect("a token");
        let client = app.anonymous().with_token(token);
        comes_back(&client).await;
        counted += 1;
    }
    assert!(counted > 20, "the load was no load: {counted}");
}

#[actix_web::test]
async fn a_frozen_database_does_not_hang_requests_for_ever() {
    let Some((app, gate)) = behind_a_gate().await else { return };
    let phone = app.sign_in("zhang").await;

    gate.freeze();
    app.advance(chrono::TimeDelta::seconds(6));
    let calls = (0..4).map(|_| phone.get("/v1/me/sessions"));
    let bounded = Duration::from_secs(30);
    let answers = tokio::time::timeout(bounded, futures_util::future::join_all(calls)).await;

    for answer in answers.expect("every request is answered") {
        answer.assert_problem(503, "unavailable");
    }
    gate.open();
    comes_back(&phone).await;
}
