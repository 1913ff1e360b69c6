//! `activity_roster`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::{Value, json};

use super::{each, sign_up, withdraw};

#[actix_web::test]
async fn names_are_full_for_those_who_work_there_and_masked_for_the_rest() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let supervisor = app.staff("supervisor", Role::Supervisor, station).await;
    let stranger = app.staff("stranger", Role::Clerk, &county.other.stations[0]).await;
    let id = app.published_activity(&manager, station, json!({})).await;
    let (_, card) = app.card_only("张秀兰", station).await;
    let assisted = format!("/v1/sites/{}/activities/{id}/sign-ups", station.id);
    manager.post(assisted, json!({"card_number": card})).await.assert_ok();
    let zhang = app.volunteer("zhang", station).await.client;
    sign_up(&zhang, &id).await.assert_ok();
    withdraw(&zhang, &id).await.assert_ok();
    let path = format!("/v1/sites/{}/activities/{id}/roster", station.id);

    let full = manager.get(&path).await.ok();
    assert_eq!(each(&full, "name"), [json!("张秀兰")]);
    assert_eq!(each(&full, "entered_by_staff"), [json!(true)]);
    let masked = supervisor.get(&path).await.ok();
    let name = masked["items"][0]["name"].as_str().unwrap().to_owned();
    assert!(name.starts_with('张') && name.contains('*') && !name.contains('秀'), "{name}");
    for hidden in ["phone", "phone_sealed", "id_number", "birth_date"] {
        assert!(full["items"][0].get(hidden).is_none(), "{hidden}");
    }
    let gone = manager.get(format!("{path}?state=withdrawn")).await.ok();
    assert_eq!(each(&gone, "state"), [json!("withdrawn")], "kept as evidence");
    stranger.get(&path).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn places_in_line_go_on_counting_over_the_pages() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = app.published_activity(&manager, station, json!({"capacity": 1})).await;
    let assisted = format!("/v1/sites/{}/activities/{id}/sign-ups", station.id);
    for number in 0..5 {
        let (volunteer, _) = app.card_only(&format!("村民{number}"), station).await;
        manager.post(&assisted, json!({"volunteer_id": volunteer})).await.assert_ok();
    }
    let path =
        format!("/v1/sites/{}/activities/{id}/roster?state=waitlisted&page_size=3", station.id);

    let first = manager.get(&path).await.ok();
    let token = first["next_page_token"].as_str().unwrap();
    let rest = manager.get(format!("{path}&page_token={token}")).await.ok();

    let places: Vec<Value> = [each(&first, "place_in_line"), each(&rest, "place_in_line")].concat();
    assert_eq!(places, (1..=4).map(|place| json!(place)).collect::<Vec<_>>());
    assert!(rest.get("next_page_token").is_none());
}
