//! `staff_invite`.

use entity::role_assignment::Role;
use entity::staff_invitation;
use harness::TestApp;
use sea_orm::EntityTrait;
use serde_json::json;

use super::{institute, station};

const PATH: &str = "/staff-invitations";

#[actix_web::test]
async fn the_code_is_answered_once_and_only_its_hash_is_kept() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let path = station(&county, PATH);
    let body = json!({"invitee_name": "李国强", "roles": ["station_manager", "clerk"]});

    let answer = security.post_with_key(&path, body.clone(), "invite-li-guoqiang").await;
    let again = security.post_with_key(&path, body, "invite-li-guoqiang").await;

    assert_eq!(answer.status, 201);
    let code = answer.ok()["code"].as_str().unwrap().to_owned();
    assert_eq!(again.ok()["code"], code, "a lost answer is answered again");
    let rows = staff_invitation::Entity::find().all(&app.db).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].code_hash.len(), 64);
    assert!(!format!("{rows:?}").contains(&code.replace('-', "")[2..]));
    assert_eq!((rows[0].expires_at - rows[0].created_at).num_days(), 7);
    let list = security.get(&path).await;
    assert!(!String::from_utf8_lossy(&list.body).contains(&code));
}

#[actix_web::test]
async fn roles_must_fit_the_site_and_each_other() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let head = app.staff("head", Role::CountyAdmin, &county.center).await;
    let invite = |roles| json!({"invitee_name": "李国强", "roles": roles});

    for (roles, pointer) in [
        (json!([]), "/roles"),
        (json!(["clerk", "clerk"]), "/roles/1"),
        (json!(["clerk", "town_admin"]), "/roles/1"),
        (json!(["boss"]), "/roles/0"),
    ] {
        let refused = head.post(station(&county, PATH), invite(roles)).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names(pointer);
    }
    let together = invite(json!(["town_admin", "auditor"]));
    let refused = head.post(institute(&county, PATH), together).await;
    refused.assert_problem(409, "roles_incompatible");
    let nameless = json!({"invitee_name": " ", "roles": ["clerk"]});
    head.post(station(&county, PATH), nameless).await.assert_names("/invitee_name");
}

#[actix_web::test]
async fn only_whoever_manages_staff_there_invites() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let stranger = app.staff("stranger", Role::SecurityAdmin, &county.other.institute).await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let body = || json!({"invitee_name": "李国强", "roles": ["clerk"]});
    let center = format!("/v1/sites/{}{PATH}", county.center.id);

    stranger.post(station(&county, PATH), body()).await.assert_problem(404, "not_found");
    town.post(station(&county, PATH), body()).await.assert_problem(403, "permission_denied");
    security.post(center, body()).await.assert_problem(403, "permission_denied");
}
