//! `setting_list` and `setting_get`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

use super::{institute, station};

#[actix_web::test]
async fn every_setting_says_its_value_its_range_and_where_it_comes_from() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;

    let list = clerk.get(station(&county, "/settings")).await.ok();

    let items = list["items"].as_array().unwrap();
    let document = app.anonymous().get("/openapi.json").await.ok();
    let keys = &document["components"]["schemas"]["SettingKey"]["enum"];
    let known: Vec<_> = keys.as_array().expect("the keys").iter().collect();
    assert_eq!(items.iter().map(|item| &item["key"]).collect::<Vec<_>>(), known);
    for item in items {
        assert_eq!((&item["origin"], &item["version"]), (&json!("default"), &json!(0)), "{item}");
        assert_eq!(item["value"], item["default_value"]);
    }
    let guardian = items.iter().find(|item| item["key"] == "guardian_age").unwrap();
    assert_eq!((&guardian["minimum"], &guardian["maximum"]), (&json!(14), &json!(18)));
    assert_eq!(guardian["value_type"], "integer");
    let effective = items.iter().find(|item| item["key"] == "points_effective").unwrap();
    assert_eq!(effective["options"], json!(["certification", "notice"]));
    let filing = items.iter().find(|item| item["key"] == "filing_number").unwrap();
    assert_eq!((&filing["value_type"], &filing["value"]), (&json!("text"), &json!("")));
}

#[actix_web::test]
async fn staff_read_the_settings_of_their_own_sites_only() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    let stranger = app.staff("stranger", Role::Clerk, &county.other.stations[0]).await;
    let villager = app.sign_in("zhang").await;
    let path = station(&county, "/settings/claim_window_days");

    let own = clerk.get(&path).await;

    assert_eq!((&own.ok()["value"], own.version()), (&json!(90), 0));
    clerk.get(institute(&county, "/settings")).await.assert_problem(403, "permission_denied");
    stranger.get(&path).await.assert_problem(404, "not_found");
    villager.get(&path).await.assert_problem(403, "permission_denied");
    clerk.get(station(&county, "/settings/no_such")).await.assert_problem(404, "not_found");
}
