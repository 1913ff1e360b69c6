//! `volunteer_suspend` and `volunteer_reinstate`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn a_volunteer_is_suspended_with_a_reason_and_reinstated() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let (id, _) = app.card_only("zhang", station).await;
    let path = |verb: &str| format!("/v1/volunteers/{id}/{verb}");
    let reason = json!({"reason": "已迁出本镇，待核实"});

    clerk.post(path("reinstate"), reason.clone()).await.assert_problem(409, "wrong_state");
    let suspended = clerk.post(path("suspend"), reason.clone()).await.ok();
    clerk.post(path("suspend"), reason.clone()).await.assert_problem(409, "wrong_state");
    let missing = clerk.post(path("reinstate"), json!({})).await;
    let back = clerk.post(path("reinstate"), reason).await.ok();

    assert_eq!(suspended["state"], "suspended");
    assert_eq!(suspended["state_reason"], "已迁出本镇，待核实");
    assert_eq!(suspended["allowed_actions"], json!(["reinstate", "update", "correct_phone"]));
    missing.assert_problem(422, "missing_field");
    missing.assert_names("/reason");
    assert_eq!(back["state"], "active");
}

#[actix_web::test]
async fn not_by_herself_and_not_by_another_town() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let own = app.volunteer("clerk", station).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    let path = format!("/v1/volunteers/{}/suspend", own.volunteer);
    let reason = json!({"reason": "自己暂停自己"});

    clerk.post(&path, reason.clone()).await.assert_problem(403, "must_recuse");
    other.post(&path, reason).await.assert_problem(404, "not_found");
}
