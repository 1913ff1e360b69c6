//! `volunteer_verify`.

use entity::role_assignment::Role;
use futures_util::future::join_all;
use harness::{TestApp, born_years_ago, guardianship, register_assisted, registration};
use reqwest::Method;
use serde_json::json;

#[actix_web::test]
async fn the_station_verifies_and_she_is_active() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/verify");

    let view = clerk.post(&path, json!({"note": "已核对身份证原件"})).await.ok();
    let again = clerk.post(&path, json!({})).await;

    assert_eq!(view["state"], "active");
    assert_eq!(view["state_reason"], "已核对身份证原件");
    assert_eq!(view["allowed_actions"], json!(["suspend", "update"]));
    assert!(view["verified_at"].is_string());
    again.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_dry_run_changes_nothing() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;

    let path = format!("/v1/volunteers/{id}/verify?dry_run=true");
    let tried = clerk.send(Method::POST, &path, Some(json!({})), &[]).await.ok();

    assert_eq!(tried["state"], "active");
    let now = clerk.get(format!("/v1/volunteers/{id}")).await.ok();
    assert_eq!(now["state"], "pending_verification");
}

#[actix_web::test]
async fn nobody_verifies_herself_or_a_relative() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let own = clerk.post("/v1/volunteers", registration(station, "1980-02-03", 1)).await.id();
    let aunt = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let declared = json!({"volunteer_id": aunt, "relation": "姑母"});
    clerk.post("/v1/me/relatives", declared).await.assert_ok();
    let manager = app.staff("manager", Role::StationManager, station).await;

    for id in [&own, &aunt] {
        let path = format!("/v1/volunteers/{id}/verify");
        clerk.post(&path, json!({})).await.assert_problem(403, "must_recuse");
        manager.post(&path, json!({})).await.assert_ok();
    }
}

#[actix_web::test]
async fn a_child_is_verified_only_after_her_guardian_consented() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, &born_years_ago(10), 1).await;
    let path = format!("/v1/volunteers/{id}/verify");

    clerk.post(&path, json!({})).await.assert_problem(409, "guardian_consent_missing");
    clerk.post(format!("/v1/volunteers/{id}/guardians"), guardianship()).await.assert_ok();

    assert_eq!(clerk.post(&path, json!({})).await.ok()["state"], "active");
}

#[actix_web::test]
async fn a_minor_above_the_guardian_age_needs_no_guardian() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, &born_years_ago(15), 1).await;

    let view = clerk.post(format!("/v1/volunteers/{id}/verify"), json!({})).await.ok();

    assert_eq!(view["state"], "active");
}

#[actix_web::test]
async fn two_clerks_at_once_verify_once_and_others_not_at_all() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [station, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/verify");

    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    next_door.post(&path, json!({})).await.assert_problem(403, "permission_denied");
    other.post(&path, json!({})).await.assert_problem(404, "not_found");
    let both = join_all([&clerk, &manager].map(|who| who.post(&path, json!({})))).await;

    let mut statuses: Vec<_> = both.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}
