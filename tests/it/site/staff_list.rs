//! `staff_list`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

use super::{institute, station};

#[actix_web::test]
async fn a_site_lists_who_works_there_and_below() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    app.staff("sister", Role::Clerk, &county.town.stations[1]).await;
    app.staff("stranger", Role::Clerk, &county.other.stations[0]).await;

    let mut seen = Vec::new();
    let mut page = security.get(institute(&county, "/staff?page_size=2")).await.ok();
    loop {
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(token) = page["next_page_token"].as_str() else { break };
        let next = institute(&county, &format!("/staff?page_size=2&page_token={token}"));
        page = security.get(next).await.ok();
    }
    let own = clerk.get(station(&county, "/staff")).await.ok();

    let roles: Vec<_> = seen.iter().map(|item| item["role"].clone()).collect();
    assert_eq!(roles, [json!("security_admin"), json!("clerk"), json!("clerk")]);
    assert_eq!(seen[1]["allowed_actions"], json!(["revoke"]));
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
    assert_eq!(own["items"][0]["site_name"], county.town.stations[0].name);
    assert_eq!(own["items"][0]["allowed_actions"], json!([]), "a clerk dismisses nobody");
}

#[actix_web::test]
async fn other_sites_staff_are_not_listed() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;

    let sister = format!("/v1/sites/{}/staff", county.town.stations[1].id);
    let other = format!("/v1/sites/{}/staff", county.other.stations[0].id);

    clerk.get(sister).await.assert_problem(403, "permission_denied");
    clerk.get(other).await.assert_problem(404, "not_found");
    clerk.get(station(&county, "/staff?size=2")).await.assert_problem(422, "unknown_field");
}
