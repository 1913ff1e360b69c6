//! `appointment_list`, `appointment_create`, `appointment_end`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

use super::station;

const PATH: &str = "/appointments";

#[actix_web::test]
async fn a_post_is_filled_listed_and_ended() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    let path = station(&county, PATH);
    let body = json!({"title": "站主任", "person_name": "李国强", "starts_on": "2022-04-01"});

    let created = town.post_with_key(&path, body.clone(), "appoint-li-guoqiang").await;
    let again = town.post_with_key(&path, body, "appoint-li-guoqiang").await;
    let end = format!("{path}/{}/end", created.id());
    let ended = town.post(&end, json!({"ends_on": "2024-04-01"})).await.ok();
    let twice = town.post(&end, json!({})).await;
    let list = clerk.get(&path).await.ok();

    assert_eq!((created.status.as_u16(), again.id()), (201, created.id()));
    assert_eq!(created.ok()["allowed_actions"], json!(["end"]));
    assert_eq!((&ended["ends_on"], &ended["allowed_actions"]), (&json!("2024-04-01"), &json!([])));
    twice.assert_problem(409, "wrong_state");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["title"], "站主任");
}

#[actix_web::test]
async fn a_post_does_not_end_before_it_begins() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let path = station(&county, PATH);
    let mut body = json!({"title": "站主任", "person_name": "李国强", "starts_on": "2024-04-01"});

    let id = town.post(&path, body.clone()).await.id();
    let early = town.post(format!("{path}/{id}/end"), json!({"ends_on": "2024-03-31"})).await;
    body["ends_on"] = json!("2024-03-31");
    let backwards = town.post(&path, body.clone()).await;
    body["starts_on"] = json!("2024-13-01");
    let no_day = town.post(&path, body).await;

    early.assert_problem(422, "invalid_value");
    early.assert_names("/ends_on");
    backwards.assert_names("/ends_on");
    no_day.assert_names("/starts_on");
}

#[actix_web::test]
async fn only_whoever_manages_the_site_appoints() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let stranger = app.staff("stranger", Role::TownAdmin, &county.other.institute).await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    let path = station(&county, PATH);
    let body = json!({"title": "站主任", "person_name": "李国强", "starts_on": "2022-04-01"});

    let id = town.post(&path, body.clone()).await.id();
    stranger.post(&path, body.clone()).await.assert_problem(404, "not_found");
    stranger.get(&path).await.assert_problem(404, "not_found");
    clerk.post(&path, body).await.assert_problem(403, "permission_denied");
    let sister = format!("/v1/sites/{}{PATH}/{id}/end", county.town.stations[1].id);
    town.post(sister, json!({})).await.assert_problem(404, "not_found");
    assert_eq!(clerk.get(&path).await.ok()["items"][0]["allowed_actions"], json!([]));
}
