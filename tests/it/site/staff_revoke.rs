//! `staff_revoke`.

use entity::role_assignment::Role;
use harness::{Client, TestApp};
use serde_json::Value;

use super::{institute, station};

/// The path of the role of somebody in the list of a site.
async fn role_path(reader: &Client, list: &str, role: &str) -> String {
    let items = reader.get(list).await.ok()["items"].as_array().cloned().unwrap();
    let item: &Value = items.iter().find(|item| item["role"] == role).unwrap();
    let (site, id) = (item["site_id"].as_str().unwrap(), item["id"].as_str().unwrap());
    format!("/v1/sites/{site}/staff/{id}")
}

#[actix_web::test]
async fn a_role_taken_away_is_gone_with_the_next_request() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    let staff = station(&county, "/staff");
    let _ = clerk.get(&staff).await.ok();
    let path = role_path(&security, &staff, "clerk").await;

    let revoked = security.delete(&path).await.ok();

    assert!(revoked["revoked_at"].is_string());
    clerk.get(&staff).await.assert_problem(401, "token_expired");
    let again = app.sign_in("clerk").await;
    again.get(&staff).await.assert_problem(403, "permission_denied");
    assert!(security.get(&staff).await.ok()["items"].as_array().unwrap().is_empty());
    security.delete(&path).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn nobody_takes_her_own_last_security_role() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let head = app.staff("head", Role::CountyAdmin, &county.center).await;
    let path = role_path(&security, &institute(&county, "/staff"), "security_admin").await;

    security.delete(&path).await.assert_problem(409, "last_security_role");
    let _ = head.delete(&path).await.ok();
    let own = format!("/v1/sites/{}/staff", county.center.id);
    let own = role_path(&head, &own, "county_admin").await;
    head.delete(&own).await.assert_problem(409, "last_security_role");
}

#[actix_web::test]
async fn only_whoever_manages_staff_there_takes_roles() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let stranger = app.staff("stranger", Role::SecurityAdmin, &county.other.institute).await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let manager = app.staff("manager", Role::StationManager, &county.town.stations[0]).await;
    let staff = station(&county, "/staff");
    let path = role_path(&manager, &staff, "station_manager").await;
    let id = path.rsplit('/').next().unwrap();

    stranger.delete(&path).await.assert_problem(404, "not_found");
    manager.delete(&path).await.assert_problem(403, "permission_denied");
    let elsewhere = institute(&county, &format!("/staff/{id}"));
    security.delete(elsewhere).await.assert_problem(404, "not_found");
    let _ = manager.get(&staff).await.ok();
}
