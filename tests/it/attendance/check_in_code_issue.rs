//! `check_in_code_issue`.

use chrono::TimeDelta;
use serde_json::json;

use super::Scene;

#[actix_web::test]
async fn the_code_changes_with_the_quarter_minute() {
    let scene = Scene::new(json!({})).await;
    let path = format!("/v1/activities/{}/check-in-codes", scene.id);

    let shown = scene.manager.post(&path, json!({"direction": "in"})).await.ok();
    scene.app.advance(TimeDelta::seconds(15));
    let next = scene.manager.post(&path, json!({"direction": "in"})).await.ok();
    let out = scene.manager.post(&path, json!({"direction": "out"})).await.ok();

    assert_eq!(shown["code"].as_str().unwrap().len(), 63);
    assert_ne!(shown["code"], next["code"]);
    assert_ne!(next["code"], out["code"]);
    assert!((15..=30).contains(&shown["expires_in"].as_i64().unwrap()));
    let svg = shown["svg"].as_str().unwrap();
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
    let wrong = scene.manager.post(&path, json!({"direction": "up"})).await;
    wrong.assert_problem(422, "invalid_value");
    wrong.assert_names("/direction");
}

#[actix_web::test]
async fn the_organiser_may_and_other_villagers_may_not() {
    let scene = Scene::new(json!({})).await;
    let organiser = scene.organiser().await;
    let villager = scene.app.volunteer("villager", &scene.station).await;
    let path = format!("/v1/activities/{}/check-in-codes", scene.id);

    organiser.client.post(&path, json!({"direction": "in"})).await.assert_ok();
    let refused = villager.client.post(&path, json!({"direction": "in"})).await;
    refused.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn a_draft_has_no_code() {
    let scene = Scene::new(json!({})).await;
    let draft = scene.app.submitted_activity(&scene.manager, &scene.station, json!({})).await;
    let path = format!("/v1/activities/{draft}/check-in-codes");
    scene.manager.post(path, json!({"direction": "in"})).await.assert_problem(409, "wrong_state");
}
