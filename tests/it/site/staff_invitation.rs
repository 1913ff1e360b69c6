//! `staff_invitation_list` and `staff_invitation_revoke`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

use super::{institute, invite, station};

const PATH: &str = "/staff-invitations";

#[actix_web::test]
async fn the_town_sees_its_stations_invitations_newest_first() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    invite(&security, &station(&county, PATH), json!(["clerk"])).await;
    invite(&security, &institute(&county, PATH), json!(["town_admin"])).await;

    let first = security.get(institute(&county, &format!("{PATH}?page_size=1"))).await.ok();
    let token = first["next_page_token"].as_str().unwrap();
    let second = format!("{PATH}?page_size=1&page_token={token}");
    let second = security.get(institute(&county, &second)).await.ok();
    let below = security.get(station(&county, PATH)).await.ok();

    assert_eq!(first["items"][0]["roles"], json!(["town_admin"]));
    assert_eq!(first["items"][0]["allowed_actions"], json!(["revoke"]));
    assert_eq!(second["items"][0]["roles"], json!(["clerk"]));
    assert_eq!(below["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_pending_invitation_is_revoked_once() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let stranger = app.staff("stranger", Role::SecurityAdmin, &county.other.institute).await;
    let body = json!({"invitee_name": "李国强", "roles": ["clerk"]});
    let id = security.post(station(&county, PATH), body).await.id();
    let path = station(&county, &format!("{PATH}/{id}"));

    stranger.delete(&path).await.assert_problem(404, "not_found");
    let elsewhere = institute(&county, &format!("{PATH}/{id}"));
    security.delete(elsewhere).await.assert_problem(404, "not_found");
    let revoked = security.delete(&path).await.ok();
    let again = security.delete(&path).await;

    assert_eq!((&revoked["state"], &revoked["allowed_actions"]), (&json!("revoked"), &json!([])));
    again.assert_problem(409, "wrong_state");
    assert_eq!(again.json()["state"], "revoked");
}

#[actix_web::test]
async fn invitations_are_for_those_who_manage_staff() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let manager = app.staff("manager", Role::StationManager, &county.town.stations[0]).await;
    let stranger = app.staff("stranger", Role::SecurityAdmin, &county.other.institute).await;

    manager.get(station(&county, PATH)).await.assert_problem(403, "permission_denied");
    stranger.get(station(&county, PATH)).await.assert_problem(404, "not_found");
    let unknown = station(&county, &format!("{PATH}/{}", super::NOBODY));
    manager.delete(unknown).await.assert_problem(403, "permission_denied");
}
