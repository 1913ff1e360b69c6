//! Statements 13 and 14: who gets in, and what is readable at rest.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::volunteer;
use harness::{TestApp, assisted_registration, registration, resident_id};
use sea_orm::EntityTrait;
use serde_json::json;

/// A second factor for staff is still to come.
#[actix_web::test]
async fn law_13_guessing_is_locked_out_idle_staff_are_out_and_administrators_are_apart() {
    let app = TestApp::start().await;
    let county = app.county().await;
    app.staff("town", Role::TownAdmin, &county.town.institute).await;
    let login = json!({"code": "demo:town#again"});
    let pair = app.anonymous().post("/v1/auth/wechat-login", login).await.ok();
    assert_eq!(pair["audience"], "staff");
    let refresh = json!({"refresh_token": pair["refresh_token"]});

    // Idle for more than half an hour: neither token opens anything.
    app.advance(TimeDelta::minutes(31));
    let old = app.anonymous().with_token(pair["access_token"].as_str().expect("a token"));
    assert_eq!(old.get("/v1/me").await.status, 401);
    let refused = app.anonymous().post("/v1/auth/refresh", refresh).await;
    refused.assert_problem(401, "refresh_token_invalid");

    // Roles that are kept apart are not given together, and not one after the other.
    let head = app.staff("head", Role::CountyAdmin, &county.center).await;
    let path = format!("/v1/sites/{}/staff-invitations", county.town.institute.id);
    let invite = |roles| json!({"invitee_name": "李国强", "roles": roles});
    for roles in [
        json!(["town_admin", "auditor"]),
        json!(["town_admin", "security_admin"]),
        json!(["security_admin", "auditor"]),
    ] {
        let refused = head.post(&path, invite(roles)).await;
        refused.assert_problem(409, "roles_incompatible");
    }
    let code = head.post(&path, invite(json!(["auditor"]))).await.ok()["code"].clone();
    let accept = json!({"code": code});
    let refused = app.sign_in("town").await.post("/v1/staff-invitations/accept", accept).await;
    refused.assert_problem(409, "roles_incompatible");
    // No accounts are shared: one WeChat identity is one account, and there are no passwords.
    let (one, other) = (app.account("town").await, app.account("head").await);
    assert_ne!(one, other);

    for _ in 0..10 {
        let wrong = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "wrong"})).await;
        wrong.assert_problem(401, "wechat_code_invalid");
    }
    let locked = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "wrong"})).await;
    locked.assert_problem(429, "rate_limited");
}

/// That neither is ever logged is shown by the run with marks in `canary.rs`; it catches a
/// whole process's log.
#[actix_web::test]
async fn law_14_number_and_phone_are_sealed_at_rest_and_found_by_keyed_hash() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let (number, phone) = (resident_id("1940-01-01", 2, 2), "13833334444");
    let mut body = assisted_registration("1940-01-01", 2);
    body["phone"] = json!(phone);
    let path = format!("/v1/sites/{}/volunteers", station.id);
    let id = clerk.post(&path, body).await.id();

    let places = app.places_of(&app.tables().await, &[&number, phone]).await;
    assert_eq!(places, [] as [String; 0], "in plain text");
    let row = volunteer::Entity::find().one(&app.db).await.expect("rows").expect("hers");
    let (sealed, index) = (row.id_number_sealed.expect("sealed"), row.id_number_index.expect("it"));
    // Algorithm and key are named beside each ciphertext, so that SM4 can follow AES.
    assert!(sealed.starts_with("v1.k1."), "{sealed}");
    assert!(row.phone_sealed.expect("sealed").starts_with("v1.k1."));
    assert_eq!(index.len(), row.phone_index.expect("it").len());
    let plain = api::platform::crypto::digest::sha256_hex(number.as_bytes());
    assert_ne!(index, plain, "the hash needs a key");

    let found = clerk.get(format!("/v1/volunteers?q={phone}")).await.ok();
    assert_eq!(found["items"][0]["id"], json!(id), "by its whole phone number");
    let twin = app.sign_in("twin").await;
    let taken = twin.post("/v1/volunteers", registration(station, "1940-01-01", 2)).await;
    assert!(!taken.text().contains(&number), "{}", taken.describe());
    let shown = clerk.get(format!("/v1/volunteers/{id}")).await.text();
    assert!(!shown.contains(&number) && !shown.contains(phone), "{shown}");
}
