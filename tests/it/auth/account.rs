//! `account_get`, `account_disable`, `account_enable` and the sessions of an account.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::{audit_event, session};
use harness::{Client, County, TestApp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

struct Scene {
    app: TestApp,
    county: County,
    security: Client,
}

impl Scene {
    async fn set_up() -> Self {
        let app = TestApp::start().await;
        let county = app.county().await;
        let security = app.staff("security", Role::SecurityAdmin, &county.center).await;
        Self { app, county, security }
    }

    async fn path(&self, name: &str, step: &str) -> String {
        format!("/v1/accounts/{}{step}", self.app.account(name).await)
    }

    async fn details_of(&self, action: &str) -> Vec<Value> {
        let rows = audit_event::Entity::find().filter(audit_event::Column::Action.eq(action));
        let rows = rows.all(&self.app.db).await.expect("the trail");
        rows.into_iter().map(|row| row.detail.unwrap_or_default()).collect()
    }
}

fn reason() -> Value {
    json!({"reason": "手机丢失，本人要求停用"})
}

#[actix_web::test]
async fn who_is_disabled_is_out_at_once_and_comes_back_only_when_enabled() {
    let scene = Scene::set_up().await;
    let (app, station) = (&scene.app, &scene.county.town.stations[0]);
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let code = json!({"code": "demo:clerk#refreshed", "device_id": "0f8fad5bd9cb469f"});
    let pair = app.anonymous().post("/v1/auth/wechat-login", code.clone()).await.ok();
    // What is known of her is remembered now.
    clerk.get("/v1/me").await.assert_ok();

    let disabled = scene.security.post(scene.path("clerk", "/disable").await, reason()).await.ok();

    assert_eq!(disabled["status"], "disabled");
    assert_eq!(disabled["live_sessions"], 0);
    assert_eq!(disabled["allowed_actions"], json!(["enable"]));
    assert_eq!(disabled["status_reason"], reason()["reason"]);
    clerk.get("/v1/me").await.assert_problem(401, "unauthenticated");
    let second = app.anonymous().with_token(pair["access_token"].as_str().expect("a token"));
    second.get("/v1/me").await.assert_problem(401, "unauthenticated");
    let again = json!({"refresh_token": pair["refresh_token"], "device_id": "0f8fad5bd9cb469f"});
    let refreshed = app.anonymous().post("/v1/auth/refresh", again).await;
    refreshed.assert_problem(401, "refresh_token_invalid");
    // The very code she has just signed in with, and a new one.
    let login = app.anonymous().post("/v1/auth/wechat-login", code).await;
    assert!(login.status.is_client_error(), "{}", login.describe());
    let login = json!({"code": "demo:clerk#anew"});
    let login = app.anonymous().post("/v1/auth/wechat-login", login).await;
    login.assert_problem(403, "account_disabled");
    assert_eq!(scene.details_of("account_disabled").await, [reason()]);

    let path = scene.path("clerk", "/enable").await;
    let enabled = scene.security.post(path, json!({"reason": "新手机已启用"})).await.ok();

    assert_eq!((&enabled["status"], &enabled["live_sessions"]), (&json!("active"), &json!(0)));
    clerk.get("/v1/me").await.assert_problem(401, "unauthenticated");
    app.sign_in("clerk").await.get("/v1/me").await.assert_ok();
    assert_eq!(scene.details_of("account_enabled").await, [json!({"reason": "新手机已启用"})]);
    let again = scene.security.post(scene.path("clerk", "/enable").await, reason()).await;
    again.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn nobody_disables_herself_or_the_last_security_administrator() {
    let scene = Scene::set_up().await;
    let app = &scene.app;
    let own = scene.security.post(scene.path("security", "/disable").await, reason()).await;
    own.assert_problem(409, "own_account");
    let town = &scene.county.town.institute;
    let second = app.staff("second", Role::SecurityAdmin, &scene.county.center).await;
    app.staff("of-town", Role::SecurityAdmin, town).await;

    // Each disables the other at the same moment: one is left.
    let (one, other) = futures_util::future::join(
        scene.security.post(scene.path("second", "/disable").await, reason()),
        second.post(scene.path("security", "/disable").await, reason()),
    )
    .await;

    let done = [&one, &other].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 1, "{} {}", one.describe(), other.describe());
    let refused = if one.status == 200 { other } else { one };
    assert!(
        ["last_security_admin", "unauthenticated", "account_disabled"]
            .contains(&refused.code().as_str()),
        "{}",
        refused.describe()
    );
}

#[actix_web::test]
async fn a_lost_phone_is_signed_out_and_others_stay() {
    let scene = Scene::set_up().await;
    let (app, station) = (&scene.app, &scene.county.town.stations[0]);
    let lost = app.volunteer("zhang", station).await.client;
    app.advance(TimeDelta::seconds(1));
    let kept = app.sign_in("zhang").await;
    let path = scene.path("zhang", "/sessions").await;
    let list = scene.security.get(&path).await.ok();
    let items = list["items"].as_array().expect("sessions").clone();
    let first = lost.get("/v1/me/sessions").await.ok();
    let mine = first["items"].as_array().expect("sessions").iter();
    let mine = mine.clone().find(|session| session["current"] == true).expect("this one").clone();
    assert!(items.iter().any(|session| session["id"] == mine["id"]), "{list}");
    assert!(items.iter().all(|session| session["current"] == false), "none is the reader's");

    let one = format!("{path}/{}", mine["id"].as_str().expect("an id"));
    scene.security.delete(&one).await.assert_ok();

    lost.get("/v1/me").await.assert_problem(401, "unauthenticated");
    kept.get("/v1/me").await.assert_ok();
    scene.security.delete(&one).await.assert_problem(404, "not_found");
    let ended = scene.security.delete(&path).await.ok();
    assert_eq!((&ended["live_sessions"], &ended["status"]), (&json!(0), &json!("active")));
    kept.get("/v1/me").await.assert_problem(401, "unauthenticated");
    app.sign_in("zhang").await.get("/v1/me").await.assert_ok();
    let rows =
        session::Entity::find().filter(session::Column::RevokedReason.eq("by_security_admin"));
    assert!(rows.all(&app.db).await.expect("sessions").len() >= 2);
    assert_eq!(scene.details_of("account_session_list").await.len(), 1);
}

#[actix_web::test]
async fn who_keeps_a_towns_accounts_reaches_no_others() {
    let scene = Scene::set_up().await;
    let app = &scene.app;
    let county = &scene.county;
    let keeper = app.staff("keeper", Role::SecurityAdmin, &county.town.institute).await;
    app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    app.staff("abroad", Role::Clerk, &county.other.stations[0]).await;
    app.staff("county-admin", Role::CountyAdmin, &county.center).await;
    app.volunteer("neighbour", &county.other.stations[0]).await;
    app.sign_in("nobody").await;

    keeper.get(scene.path("clerk", "").await).await.assert_ok();
    for (name, status) in
        [("abroad", 404), ("neighbour", 404), ("county-admin", 403), ("nobody", 403)]
    {
        for answer in [
            keeper.get(scene.path(name, "").await).await,
            keeper.get(scene.path(name, "/sessions").await).await,
            keeper.post(scene.path(name, "/disable").await, reason()).await,
            keeper.delete(scene.path(name, "/sessions").await).await,
        ] {
            assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.describe());
        }
    }
    let unknown = "/v1/accounts/0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    keeper.get(unknown).await.assert_problem(404, "not_found");
    let shown = scene.security.get(scene.path("nobody", "").await).await.ok();
    assert_eq!(shown["allowed_actions"], json!(["disable"]));
    let own = scene.security.get(scene.path("security", "").await).await.ok();
    assert_eq!(own["allowed_actions"], json!([]));
    assert_eq!(own["roles"][0]["role"], "security_admin");
    let town = app.staff("town", Role::TownAdmin, &county.town.institute).await;
    let refused = town.post(scene.path("clerk", "/disable").await, reason()).await;
    refused.assert_problem(403, "permission_denied");
}
