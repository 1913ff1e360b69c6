//! `site_update`.

use entity::role_assignment::Role;
use harness::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

use super::{institute, station};

fn renamed() -> Value {
    json!({"name": "青石镇李家村文明实践站", "short_name": "李家站", "star_level": 3})
}

#[actix_web::test]
async fn details_are_replaced_as_a_whole_one_version_on() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("county", Role::CountyAdmin, &county.center).await;
    let path = station(&county, "");

    let answer = town.put(&path, renamed(), 1).await;
    let stale = town.put(&path, renamed(), 1).await;
    let read = town.get(&path).await;

    let view = answer.ok();
    assert_eq!(answer.version(), 2);
    assert_eq!((&view["short_name"], &view["star_level"]), (&json!("李家站"), &json!(3)));
    assert_eq!(view["resident_population"], Value::Null, "what is not sent is cleared");
    assert_eq!(view["division_code"], county.town.stations[0].division_code);
    stale.assert_problem(412, "stale_version");
    assert_eq!(read.ok(), view);
}

#[actix_web::test]
async fn without_the_version_read_or_with_bad_values_nothing_is_changed() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("county", Role::CountyAdmin, &county.center).await;
    let path = station(&county, "");

    let blind = town.send(Method::PUT, &path, Some(renamed()), &[]).await;
    blind.assert_problem(428, "precondition_required");
    for (member, value) in [
        ("star_level", json!(6)),
        ("valid_to", json!("2021-01-01")),
        ("resident_population", json!(-5)),
    ] {
        let mut body = renamed();
        body[member] = value;
        let refused = town.put(&path, body, 1).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names(&format!("/{member}"));
    }
    assert_eq!(app.anonymous().get(&path).await.ok()["version"], 1);
}

#[actix_web::test]
async fn only_whoever_manages_the_site_changes_it() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let stranger = app.staff("stranger", Role::TownAdmin, &county.other.institute).await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let center = format!("/v1/sites/{}", county.center.id);

    stranger.put(station(&county, ""), renamed(), 1).await.assert_problem(404, "not_found");
    clerk.put(station(&county, ""), renamed(), 1).await.assert_problem(403, "permission_denied");
    town.put(center, renamed(), 1).await.assert_problem(403, "permission_denied");
    let named = json!({"name": "青石镇文明实践所", "short_name": "青石所"});
    let _ = town.put(institute(&county, ""), named, 1).await.ok();
}

#[actix_web::test]
async fn stars_and_the_last_day_are_the_countys() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let above = app.staff("county", Role::CountyAdmin, &county.center).await;
    let path = station(&county, "");
    let closing = json!({"name": "李家站", "short_name": "李家站", "valid_to": "2090-01-01"});

    town.put(&path, renamed(), 1).await.assert_problem(403, "county_only");
    town.put(&path, closing, 1).await.assert_problem(403, "county_only");
    above.put(&path, renamed(), 1).await.assert_ok();
    let mut own = renamed();
    own["short_name"] = json!("李家");
    town.put(&path, own, 2).await.assert_ok();
}
