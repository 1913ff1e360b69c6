//! `sign_up_withdraw_assisted`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn staff_withdraw_who_has_no_account_and_her_place_goes_on() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let (granny, card) = app.card_only("granny", station).await;
    let waiting = app.volunteer("waiting", station).await;
    let id = app.published_activity(&manager, station, json!({"capacity": 1})).await;
    let path = format!("/v1/sites/{}/activities/{id}/sign-ups", station.id);
    manager.post(&path, json!({"card_number": card})).await.assert_ok();
    let line = format!("/v1/activities/{id}/sign-ups");
    assert_eq!(waiting.client.post(&line, json!({})).await.ok()["state"], "waitlisted");
    let body = json!({"volunteer_id": granny, "reason": "本人到站点说明身体不适"});
    let withdraw = format!("{path}/withdraw");

    let view = manager.post(&withdraw, body.clone()).await.ok();
    let again = manager.post(&withdraw, body).await;

    assert_eq!(view["state"], "withdrawn");
    again.assert_problem(409, "not_signed_up");
    let roster = format!("/v1/sites/{}/activities/{id}/roster", station.id);
    let roster = manager.get(roster).await.ok();
    assert_eq!(roster["items"][0]["volunteer_id"], waiting.volunteer.to_string());
}

#[actix_web::test]
async fn what_she_signed_up_for_herself_is_hers_and_others_staff_are_refused() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [station, beside] = &county.town.stations;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    let person = app.volunteer("zhang", station).await;
    let id = app.published_activity(&manager, station, json!({})).await;
    let own = format!("/v1/activities/{id}/sign-ups");
    person.client.post(&own, json!({})).await.assert_ok();
    let path = format!("/v1/sites/{}/activities/{id}/sign-ups/withdraw", station.id);
    let body = json!({"volunteer_id": person.volunteer, "reason": "代为退出"});

    manager.post(&path, body.clone()).await.assert_problem(409, "has_account");
    next_door.post(&path, body.clone()).await.assert_problem(403, "permission_denied");
    other.post(&path, body).await.assert_problem(404, "not_found");
    manager.post(&path, json!({"reason": "代为退出"})).await.assert_names("/card_number");
    let nameless = json!({"volunteer_id": person.volunteer});
    manager.post(&path, nameless).await.assert_names("/reason");
}
