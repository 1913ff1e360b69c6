//! Redis stopped, frozen, restarted empty: nobody is logged out, nothing hangs.

use std::time::Duration;

use harness::{Gate, TestApp, is_postgres};
use serde_json::json;

/// A service whose Redis stands behind a gate. The embedded service has no Redis.
async fn behind_a_gate() -> Option<(TestApp, Gate)> {
    if !is_postgres() {
        return None;
    }
    let url = std::env::var("REDIS_URL").expect("REDIS_URL comes with DATABASE_URL");
    let gate = Gate::before(&url).await;
    let through = gate.rewrite(&url);
    let app = TestApp::start_with(|config| config.redis.url = through.as_str().into()).await;
    Some((app, gate))
}

#[actix_web::test]
async fn with_redis_gone_people_stay_signed_in_and_sign_in() {
    let Some((app, gate)) = behind_a_gate().await else { return };
    let before = app.sign_in("zhang").await;
    before.get("/v1/me/sessions").await.ok();

    gate.shut();

    before.get("/v1/me/sessions").await.ok();
    let after = app.sign_in("li").await;
    after.get("/v1/me/sessions").await.ok();
    let ready = app.anonymous().get("/readyz").await;
    assert_eq!(ready.ok()["redis"], false, "reported, but still ready");

    gate.open();
    comes_back(&app).await;
}

/// Redis is used again without a restart. The connection is made anew by the first call after
/// it was lost, and that call may still fail: so it is asked until it says yes.
async fn comes_back(app: &TestApp) {
    for _ in 0..120 {
        if app.anonymous().get("/readyz").await.ok()["redis"] == true {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("redis was not used again");
}

#[actix_web::test]
async fn a_frozen_redis_costs_no_request() {
    let Some((app, gate)) = behind_a_gate().await else { return };
    let phone = app.sign_in("zhang").await;

    gate.freeze();
    for _ in 0..20 {
        phone.get("/v1/me/sessions").await.ok();
    }
    gate.open();

    phone.get("/v1/me/sessions").await.ok();
}

#[actix_web::test]
async fn limits_still_hold_without_redis() {
    let Some((app, gate)) = behind_a_gate().await else { return };
    gate.shut();

    let mut codes = Vec::new();
    for _ in 0..11 {
        let wrong = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "wrong"})).await;
        codes.push(wrong.code());
    }

    assert_eq!(codes.last().map(String::as_str), Some("rate_limited"));
}
