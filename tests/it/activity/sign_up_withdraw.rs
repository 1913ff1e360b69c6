//! `sign_up_withdraw`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::volunteer::VolunteerState;
use harness::TestApp;
use serde_json::json;

use super::{each, events, set_state, sign_up, withdraw};

#[actix_web::test]
async fn the_first_in_line_moves_up_and_the_rest_follows() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = app.published_activity(&manager, station, json!({"capacity": 1})).await;
    let mut people = Vec::new();
    let mut sign_ups = Vec::new();
    for name in ["zhang", "li", "wang", "zhao"] {
        let person = app.volunteer(name, station).await;
        sign_ups.push(sign_up(&person.client, &id).await.id());
        people.push(person);
    }
    // Li was suspended while she waited: the place passes her by.
    set_state(&app, &people[1], VolunteerState::Suspended).await;

    let path = format!("/v1/activities/{id}/sign-ups/withdraw");
    let key = "sign-up-withdraw-0001";
    let reason = json!({"reason": "家里有事"});
    let left = people[0].client.post_with_key(&path, reason.clone(), key).await.ok();
    let retried = people[0].client.post_with_key(&path, reason, key).await.ok();
    assert_eq!((&left["state"], &left), (&json!("withdrawn"), &retried));

    let promoted = ["sign_up.waitlisted", "sign_up.promoted"];
    assert_eq!(events(&app, &sign_ups[2]).await, promoted);
    assert_eq!(events(&app, &sign_ups[1]).await, ["sign_up.waitlisted"]);
    let roster = format!("/v1/sites/{}/activities/{id}/roster", station.id);
    assert_eq!(each(&manager.get(&roster).await.ok(), "name"), [json!("wang")]);
    let waiting = manager.get(format!("{roster}?state=waitlisted")).await.ok();
    assert_eq!(each(&waiting, "name"), [json!("li"), json!("zhao")]);
    assert_eq!(each(&waiting, "place_in_line"), [json!(1), json!(2)]);

    withdraw(&people[0].client, &id).await.assert_problem(409, "not_signed_up");
    withdraw(&people[3].client, &id).await.assert_ok();
    assert_eq!(sign_up(&people[0].client, &id).await.ok()["place_in_line"], 2, "she queues anew");
}

#[actix_web::test]
async fn a_place_nobody_waits_for_is_free_again_until_the_start() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let soon = json!({"capacity": 2, "starts_at": app.in_minutes(5)});
    let id = app.published_activity(&manager, station, soon).await;
    let zhang = app.volunteer("zhang", station).await.client;
    let left = async || {
        app.anonymous().get(format!("/v1/activities/{id}")).await.ok()["places_left"].clone()
    };

    sign_up(&zhang, &id).await.assert_ok();
    assert_eq!(left().await, 1);
    withdraw(&zhang, &id).await.assert_ok();
    assert_eq!(left().await, 2);
    sign_up(&zhang, &id).await.assert_ok();

    app.advance(TimeDelta::minutes(6));
    withdraw(&zhang, &id).await.assert_problem(409, "too_late_to_withdraw");
}
