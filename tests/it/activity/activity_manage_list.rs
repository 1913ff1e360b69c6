//! `activity_manage_list`, `activity_manage_get`, `activity_count`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::{Value, json};

use super::each;

#[actix_web::test]
async fn staff_see_every_state_as_it_is_now() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, there] = &county.town.stations;
    let admin = app.staff("admin", Role::TownAdmin, &county.town.institute).await;
    let draft = app.activity_body(json!({}));
    admin.post(format!("/v1/sites/{}/activities", here.id), draft).await.assert_ok();
    let soon = |start: i64, end: i64| json!({"starts_at": app.in_minutes(start), "ends_at": app.in_minutes(end)});
    let ended = app.published_activity(&admin, here, soon(1, 2)).await;
    let running = app.published_activity(&admin, here, soon(1, 60)).await;
    let published = app.published_activity(&admin, there, json!({})).await;
    app.advance(TimeDelta::minutes(3));
    let supervisor = app.staff("supervisor", Role::Supervisor, here).await;
    let of = |site: &entity::site::Model| format!("/v1/sites/{}/activities", site.id);

    for (state, id) in [("published", &published), ("in_progress", &running), ("ended", &ended)] {
        let found = admin.get(format!("{}?state={state}", of(&county.town.institute))).await.ok();
        assert_eq!(each(&found, "id"), [json!(id)], "{state}");
        assert_eq!(each(&found, "state"), [json!(state)]);
    }
    let at_home = supervisor.get(of(here)).await.ok();
    assert_eq!(at_home["items"].as_array().map(Vec::len), Some(3));
    assert!(each(&at_home, "allowed_actions").iter().all(|actions| *actions == json!([])));
    let first = supervisor.get(format!("{}?page_size=2", of(here))).await.ok();
    let token = first["next_page_token"].as_str().unwrap();
    let rest = supervisor.get(format!("{}?page_size=2&page_token={token}", of(here))).await.ok();
    let joined: Vec<Value> = [each(&first, "id"), each(&rest, "id")].concat();
    assert_eq!(joined, each(&at_home, "id"));

    let counts = admin.get(format!("{}/count", of(&county.town.institute))).await.ok();
    let count = |state: &str| {
        let items = counts["items"].as_array().unwrap();
        items.iter().find(|item| item["state"] == state).unwrap()["count"].clone()
    };
    assert_eq!(counts["items"].as_array().map(Vec::len), Some(8));
    for (state, number) in
        [("draft", 1), ("published", 1), ("in_progress", 1), ("ended", 1), ("recorded", 0)]
    {
        assert_eq!(count(state), number, "{state}");
    }
}

#[actix_web::test]
async fn another_sites_activity_is_not_found_here() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, there] = &county.town.stations;
    let admin = app.staff("admin", Role::TownAdmin, &county.town.institute).await;
    let clerk = app.staff("clerk", Role::Clerk, there).await;
    let stranger = app.staff("stranger", Role::Clerk, &county.other.stations[0]).await;
    let id = app.published_activity(&admin, here, json!({})).await;
    let path = format!("/v1/sites/{}/activities/{id}", here.id);

    admin.get(&path).await.assert_ok();
    let wrong = format!("/v1/sites/{}/activities/{id}", there.id);
    admin.get(wrong).await.assert_problem(404, "not_found");
    clerk.get(&path).await.assert_problem(403, "permission_denied");
    stranger.get(&path).await.assert_problem(404, "not_found");
}
