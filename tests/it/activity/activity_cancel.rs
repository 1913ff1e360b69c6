//! `activity_cancel`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

use super::{act, sign_up, withdraw};

#[actix_web::test]
async fn a_cancelled_activity_says_why_and_takes_nobody() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let stranger = app.staff("stranger", Role::StationManager, &county.other.stations[0]).await;
    let villager = app.volunteer("zhang-xiulan", station).await.client;
    let id = app.published_activity(&manager, station, json!({})).await;
    sign_up(&villager, &id).await.assert_ok();
    let path = format!("/v1/activities/{id}/cancel");
    let reason = json!({"reason": "大雨，改期举行"});

    stranger.post(&path, reason.clone()).await.assert_problem(404, "not_found");
    manager.post(&path, json!({"reason": ""})).await.assert_names("/reason");
    manager.post(&path, reason.clone()).await.assert_ok();

    manager.post(&path, reason).await.assert_problem(409, "wrong_state");
    sign_up(&villager, &id).await.assert_problem(409, "activity_not_published");
    withdraw(&villager, &id).await.assert_problem(409, "wrong_state");
    let seen = app.anonymous().get(format!("/v1/activities/{id}")).await.ok();
    assert_eq!(
        (&seen["state"], &seen["state_reason"]),
        (&json!("cancelled"), &json!("大雨，改期举行"))
    );
    let mine = villager.get("/v1/me/activities").await.ok();
    assert_eq!(mine["items"][0]["activity"]["state"], "cancelled");
    let listed = app.anonymous().get("/v1/activities").await.ok();
    assert_eq!(listed["items"], json!([]));
}

#[actix_web::test]
async fn a_draft_that_was_cancelled_is_never_seen_and_what_began_cannot_be() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let reason = json!({"reason": "重复"});
    let draft = app.submitted_activity(&manager, station, json!({})).await;
    let begun = json!({"starts_at": app.in_minutes(-5)});
    let begun = app.submitted_activity(&manager, station, begun).await;
    act(&manager, &begun, "publish").await.assert_ok();

    manager.post(format!("/v1/activities/{draft}/cancel"), reason.clone()).await.assert_ok();
    let refused = manager.post(format!("/v1/activities/{begun}/cancel"), reason).await;

    app.anonymous().get(format!("/v1/activities/{draft}")).await.assert_problem(404, "not_found");
    refused.assert_problem(409, "wrong_state");
}
