//! Redis stopped, frozen, restarted empty: nobody is logged out, nothing hangs.

use std::time::Duration;

use entity::role_assignment::Role;
use entity::{attendance, site};
use harness::{Client, Gate, TestApp, is_postgres};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

/// A service whose Redis stands behind a gate. The embedded service has no Redis.
async fn behind_a_gate() -> Option<(TestApp, Gate)> {
    if !is_postgres() {
        return None;
    }
    let url = std::env::var("REDIS_URL").expect("REDIS_URL comes with DATABASE_URL");
    let gate = Gate::before(&url).await;
    let through = gate.rewrite(&url);
    let app = TestApp::start_with(|config| {
        config.redis.url = through.as_str().into();
        // As in production: here it matters how long Redis is waited for.
        config.redis.patience_ms = 50;
    });
    Some((app.await, gate))
}

/// As a restart would do to this service: its own keys are gone, other tests' are not.
async fn lose_everything(app: &TestApp) -> usize {
    let url = std::env::var("REDIS_URL").expect("REDIS_URL comes with DATABASE_URL");
    let client = redis::Client::open(url).expect("an address");
    let mut connection = client.get_multiplexed_async_connection().await.expect("redis");
    let ours = format!("{}:*", app.app.config.redis.prefix);
    let keys: Vec<String> =
        redis::cmd("KEYS").arg(ours).query_async(&mut connection).await.unwrap();
    for key in &keys {
        redis::cmd("DEL").arg(key).exec_async(&mut connection).await.unwrap();
    }
    keys.len()
}

/// A station with two activities one may walk into.
struct Place {
    station: site::Model,
    manager: Client,
    activities: [String; 2],
}

async fn place(app: &TestApp) -> Place {
    let county = app.county().await;
    let station = county.town.stations[0].clone();
    let manager = app.staff("manager", Role::StationManager, &station).await;
    let body = json!({"starts_at": app.in_minutes(20), "needs_sign_up": false});
    let mut activities = Vec::new();
    for _ in 0..2 {
        activities.push(app.published_activity(&manager, &station, body.clone()).await);
    }
    Place { station, manager, activities: activities.try_into().unwrap() }
}

impl Place {
    async fn code(&self, activity: &str) -> Value {
        let path = format!("/v1/activities/{activity}/check-in-codes");
        let issued = self.manager.post(path, json!({"direction": "in"})).await.ok();
        json!({"code": issued["code"]})
    }
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

    comes_back(&app).await;

    gate.freeze();
    let ready = app.anonymous().get("/readyz").await;
    assert_eq!(ready.ok()["redis"], false, "it was asked and did not answer");
    for _ in 0..20 {
        phone.get("/v1/me/sessions").await.ok();
    }
    gate.open();

    phone.get("/v1/me/sessions").await.ok();
    comes_back(&app).await;
}

#[actix_web::test]
async fn with_redis_frozen_people_check_in_and_are_marked() {
    let Some((app, gate)) = behind_a_gate().await else { return };
    let place = place(&app).await;
    let zhang = app.volunteer("zhang", &place.station).await;
    let code = place.code(&place.activities[0]).await;

    gate.freeze();
    assert_eq!(app.anonymous().get("/readyz").await.ok()["redis"], false);
    let seen = zhang.client.post("/v1/check-ins", code.clone()).await.ok();
    let again = zhang.client.post("/v1/check-ins", code).await.ok();

    assert_eq!((&seen["state"], &seen["nonce_unverified"]), (&json!("checked_in"), &json!(true)));
    assert_eq!(again["repeated"], true);
    let rows = attendance::Entity::find().all(&app.db).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].nonce_unverified, "marked for whoever confirms it");
    gate.open();
    app.assert_sound().await;
}

#[actix_web::test]
async fn redis_restarted_empty_logs_nobody_out_and_lets_nothing_happen_twice() {
    const KEY: &str = "check-in-before-the-loss";
    if !is_postgres() {
        return;
    }
    let app = TestApp::start().await;
    let place = place(&app).await;
    let zhang = app.volunteer("zhang", &place.station).await;
    let li = app.volunteer("li", &place.station).await;
    let gone = app.sign_in("gone").await;
    gone.post("/v1/auth/logout", json!({})).await.assert_ok();
    let code = place.code(&place.activities[0]).await;
    let first = zhang.client.post_with_key("/v1/check-ins", code.clone(), KEY).await;
    let cancelled = place.code(&place.activities[1]).await;
    let path = format!("/v1/activities/{}/cancel", place.activities[1]);
    place.manager.post(path, json!({"reason": "下雨"})).await.assert_ok();

    assert!(lose_everything(&app).await > 0, "there was something to lose");

    zhang.client.get("/v1/me/sessions").await.ok();
    place.manager.get("/v1/me/sessions").await.ok();
    gone.get("/v1/me/sessions").await.assert_problem(401, "unauthenticated");
    let replayed = zhang.client.post_with_key("/v1/check-ins", code.clone(), KEY).await;
    assert_eq!(replayed.body, first.body);
    let again = zhang.client.post("/v1/check-ins", code.clone()).await.ok();
    assert_eq!((&first.ok()["repeated"], &again["repeated"]), (&json!(false), &json!(true)));
    li.client.post("/v1/check-ins", cancelled).await.assert_problem(409, "activity_cancelled");
    // Its signature is ours, but that it was not revoked nobody can say any more.
    let late = li.client.post("/v1/check-ins", code).await.ok();
    assert_eq!(late["nonce_unverified"], true);
    assert_eq!(attendance::Entity::find().count(&app.db).await.unwrap(), 2);
    app.assert_sound().await;
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
