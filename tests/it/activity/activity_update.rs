//! `activity_update`.

use entity::role_assignment::Role;
use harness::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

use super::act;

fn with(mut body: Value, changes: &Value) -> Value {
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}

#[actix_web::test]
async fn a_draft_is_written_anew_by_whoever_read_it_last() {
    let app = TestApp::start().await;
    let town = app.county().await.town;
    let clerk = app.staff("clerk", Role::Clerk, &town.stations[0]).await;
    let body = app.activity_body(json!({"min_age": 16}));
    let sites = format!("/v1/sites/{}/activities", town.stations[0].id);
    let id = clerk.post(&sites, body.clone()).await.id();
    let path = format!("/v1/activities/{id}");
    let changed =
        with(app.activity_body(json!({})), &json!({"title": "环村路清扫", "capacity": 3}));

    let saved = clerk.put(&path, changed.clone(), 1).await;
    assert_eq!(saved.version(), 2);
    let saved = saved.ok();
    assert_eq!((&saved["title"], &saved["capacity"]), (&json!("环村路清扫"), &json!(3)));
    assert!(saved.get("min_age").is_none(), "left out means taken away");

    clerk.put(&path, changed.clone(), 1).await.assert_problem(412, "stale_version");
    let blind = clerk.send(Method::PUT, &path, Some(changed.clone()), &[]).await;
    blind.assert_problem(428, "precondition_required");
    let senseless = with(changed.clone(), &json!({"capacity": -3}));
    clerk.put(&path, senseless, 2).await.assert_names("/capacity");
    let other = app.staff("other", Role::TownAdmin, &town.stations[1]).await;
    other.put(&path, changed.clone(), 2).await.assert_problem(403, "permission_denied");

    act(&clerk, &id, "submit").await.assert_ok();
    clerk.put(&path, changed, 3).await.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn what_people_signed_up_for_stays_as_it_was_published() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let body = app.activity_body(json!({}));
    let id = manager.post(format!("/v1/sites/{}/activities", station.id), body.clone()).await.id();
    act(&manager, &id, "submit").await.assert_ok();
    let version = act(&manager, &id, "publish").await.ok()["version"].as_i64().unwrap();
    let path = format!("/v1/activities/{id}");

    let bound = with(body.clone(), &json!({"capacity": 20, "starts_at": app.in_minutes(90)}));
    let refused = manager.put(&path, bound, version).await;
    refused.assert_problem(409, "fields_frozen");
    refused.assert_names("/capacity");
    refused.assert_names("/starts_at");

    let free =
        json!({"content": "改在村委会集合。", "place": "村委会", "contact_person": "李建国"});
    let saved = manager.put(&path, with(body.clone(), &free), version).await.ok();
    assert_eq!((&saved["place"], &saved["state"]), (&json!("村委会"), &json!("published")));

    app.advance(chrono::TimeDelta::minutes(61));
    let manager = app.sign_in("manager").await;
    let late = manager.put(&path, body, version + 1).await;
    late.assert_problem(409, "wrong_state");
    assert_eq!(late.json()["state"], "in_progress", "time decides, not the stored state");
}
