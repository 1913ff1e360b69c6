//! `volunteer_verify`.

use entity::role_assignment::Role;
use futures_util::future::join_all;
use harness::{
    TestApp, born_years_ago, document, guardianship, register_assisted, registration, resident_id,
};
use reqwest::Method;
use serde_json::json;

#[actix_web::test]
async fn the_station_verifies_and_she_is_active() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/verify");
    let mut body = document("1940-01-01", 1);
    body["note"] = json!("已核对身份证原件");

    let view = manager.post(&path, body.clone()).await.ok();
    let again = manager.post(&path, body).await;

    assert_eq!(view["state"], "active");
    assert_eq!(view["state_reason"], "已核对身份证原件");
    assert_eq!(
        view["allowed_actions"],
        json!(["suspend", "update", "correct", "correct_phone", "close"])
    );
    assert!(view["verified_at"].is_string());
    again.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_dry_run_changes_nothing() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;

    let path = format!("/v1/volunteers/{id}/verify?dry_run=true");
    let tried = manager.send(Method::POST, &path, Some(json!({})), &[]).await.ok();

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
    let manager = app.staff("manager", Role::StationManager, station).await;
    let town = app.staff("town", Role::TownAdmin, &county.town.institute).await;
    let aunt = register_assisted(&town, station, "1940-01-01", 1).await;
    let declared = json!({"volunteer_id": aunt, "relation": "姑母"});
    clerk.post("/v1/me/relatives", declared).await.assert_ok();
    for (id, shown) in [(&own, document("1980-02-03", 1)), (&aunt, document("1940-01-01", 1))] {
        let path = format!("/v1/volunteers/{id}/verify");
        clerk.post(&path, shown.clone()).await.assert_problem(403, "must_recuse");
        manager.post(&path, shown).await.assert_ok();
    }
}

#[actix_web::test]
async fn a_child_is_verified_only_after_her_guardian_consented() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = register_assisted(&clerk, station, &born_years_ago(10), 1).await;
    let path = format!("/v1/volunteers/{id}/verify");
    let shown = document(&born_years_ago(10), 1);

    manager.post(&path, shown.clone()).await.assert_problem(409, "guardian_consent_missing");
    clerk.post(format!("/v1/volunteers/{id}/guardians"), guardianship()).await.assert_ok();

    assert_eq!(manager.post(&path, shown).await.ok()["state"], "active");
}

#[actix_web::test]
async fn a_minor_above_the_guardian_age_needs_no_guardian() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = register_assisted(&clerk, station, &born_years_ago(15), 1).await;

    let shown = document(&born_years_ago(15), 1);
    let view = manager.post(format!("/v1/volunteers/{id}/verify"), shown).await.ok();

    assert_eq!(view["state"], "active");
}

#[actix_web::test]
async fn two_clerks_at_once_verify_once_and_others_not_at_all() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [station, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let town = app.staff("town", Role::TownAdmin, &county.town.institute).await;
    let id = register_assisted(&town, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/verify");
    let shown = document("1940-01-01", 1);

    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    next_door.post(&path, shown.clone()).await.assert_problem(403, "permission_denied");
    other.post(&path, shown.clone()).await.assert_problem(404, "not_found");
    let both = join_all([&clerk, &manager].map(|who| who.post(&path, shown.clone()))).await;

    let mut statuses: Vec<_> = both.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[actix_web::test]
async fn the_number_on_the_document_must_be_the_registered_one_however_it_is_spelt() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/verify");

    let missing = manager.post(&path, json!({})).await;
    let wrong = document("1940-01-01", 2);
    let differs = manager.post(&path, wrong.clone()).await;
    let tried = format!("{path}?dry_run=true");
    let tried = manager.send(Method::POST, &tried, Some(wrong), &[]).await;
    let spelt: String = resident_id("1940-01-01", 2, 1)
        .chars()
        .map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap())
        .collect();
    let view = manager.post(&path, json!({"id_number": format!("{spelt} ")})).await.ok();

    missing.assert_problem(422, "invalid_value");
    missing.assert_names("/id_number");
    differs.assert_problem(409, "id_number_differs");
    tried.assert_problem(409, "id_number_differs");
    assert_eq!(view["state"], "active");
}

#[actix_web::test]
async fn who_typed_it_in_does_not_confirm_it_unless_the_station_has_only_her() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let town = app.staff("town", Role::TownAdmin, &county.town.institute).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/verify");
    let shown = document("1940-01-01", 1);

    clerk.post(&path, shown.clone()).await.assert_problem(403, "must_recuse");
    let setting = format!("/v1/sites/{}/settings/verify_by_registrar", station.id);
    let body = json!({"value": true});
    town.send(Method::PUT, &setting, Some(body), &[("if-match", "\"0\"")]).await.assert_ok();

    assert_eq!(clerk.post(&path, shown).await.ok()["state"], "active");
}

#[actix_web::test]
async fn numbers_are_not_guessed() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/verify");

    for serial in 2..12 {
        let differs = manager.post(&path, document("1940-01-01", serial)).await;
        differs.assert_problem(409, "id_number_differs");
    }
    let guess = manager.post(&path, document("1940-01-01", 12)).await;
    guess.assert_problem(429, "rate_limited");
    // Not even the right one is answered now.
    let right = manager.post(&path, document("1940-01-01", 1)).await;
    right.assert_problem(429, "rate_limited");
}
