//! `volunteer_correct`, `me_correct` and `volunteer_corrections`.

use entity::role_assignment::Role;
use harness::{TestApp, document, register_assisted, registration, resident_id};
use serde_json::json;

#[actix_web::test]
async fn a_corrected_identity_is_verified_again_by_somebody_else() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = |verb: &str| format!("/v1/volunteers/{id}/{verb}");
    manager.post(path("verify"), document("1940-01-01", 1)).await.assert_ok();

    let body = json!({
        "name": "汪桂英", "birth_date": "1940-01-02", "reason": "登记时看错",
        "id_number": resident_id("1940-01-02", 2, 1),
    });
    let corrected = manager.post(path("correct"), body).await.ok();
    let shown = document("1940-01-02", 1);
    manager.post(path("verify"), shown.clone()).await.assert_problem(403, "must_recuse");
    let verified = clerk.post(path("verify"), shown).await.ok();
    let told = manager.get(path("corrections")).await;

    assert_eq!(corrected["state"], "pending_verification");
    assert_eq!(corrected["name"], "汪桂英");
    assert_eq!(verified["state"], "active");
    let text = String::from_utf8_lossy(&told.body).into_owned();
    assert!(!text.contains("王桂英") && !text.contains("19400102"), "{text}");
    let changes = &told.ok()["items"][0]["changes"];
    let members: Vec<_> = changes.as_array().unwrap().iter().map(|c| c["member"].clone()).collect();
    assert_eq!(members, ["name", "birth_date", "id_number"]);
    assert_eq!(changes[0]["after"], "汪*英");
}

#[actix_web::test]
async fn a_phone_is_corrected_without_another_verification() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = |verb: &str| format!("/v1/volunteers/{id}/{verb}");
    manager.post(path("verify"), document("1940-01-01", 1)).await.assert_ok();
    let body = json!({"phone": "13800138000", "reason": "换了号码"});

    let view = clerk.post(path("correct"), body.clone()).await.ok();
    let again = clerk.post(path("correct"), body).await;

    assert_eq!((&view["state"], &view["phone"]), (&json!("active"), &json!("138****8000")));
    assert_eq!(view["phone_verified"], false);
    again.assert_problem(409, "nothing_to_correct");
}

#[actix_web::test]
async fn what_does_not_fit_is_named_and_anothers_document_is_refused() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [station, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    register_assisted(&clerk, station, "1940-01-01", 2).await;
    let path = format!("/v1/volunteers/{id}/correct");
    let with = |name: &str, value: serde_json::Value| json!({name: value, "reason": "写错"});

    clerk.post(&path, with("birth_date", json!("1940-01-03"))).await.assert_names("/birth_date");
    clerk.post(&path, with("gender", json!(1))).await.assert_names("/gender");
    clerk.post(&path, with("id_type", json!("passport"))).await.assert_names("/id_number");
    let taken = with("id_number", json!(resident_id("1940-01-01", 2, 2)));
    clerk.post(&path, taken.clone()).await.assert_problem(409, "registration_conflict");
    next_door.post(&path, taken.clone()).await.assert_problem(403, "permission_denied");
    other.post(&path, taken).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn she_corrects_herself_and_a_suspension_is_not_escaped_by_it() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let villager = app.sign_in("zhang").await;
    let body = registration(station, "1952-03-08", 1);
    let id = villager.post("/v1/volunteers", body).await.id();
    let correction = json!({"name": "章秀兰", "reason": "打错字"});

    let view = villager.post("/v1/me/volunteer/correct", correction).await.ok();
    let path = |verb: &str| format!("/v1/volunteers/{id}/{verb}");
    clerk.post(path("verify"), document("1952-03-08", 1)).await.assert_ok();
    clerk.post(path("suspend"), json!({"reason": "待核实"})).await.assert_ok();
    let back = json!({"name": "张秀兰", "reason": "改回"});
    let refused = villager.post("/v1/me/volunteer/correct", back).await;

    assert_eq!((&view["name"], &view["state"]), (&json!("章秀兰"), &json!("pending_verification")));
    refused.assert_problem(409, "wrong_state");
}
