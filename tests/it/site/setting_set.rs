//! `setting_set`.

use chrono::{SecondsFormat, TimeDelta};
use entity::role_assignment::Role;
use harness::{Client, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use super::{institute, station};

const KEY: &str = "/settings/claim_window_days";

async fn value(client: &Client, path: &str) -> (Value, Value) {
    let view = client.get(path).await.ok();
    (view["value"].clone(), view["origin"].clone())
}

#[actix_web::test]
async fn a_station_inherits_its_town_s_value_until_it_has_its_own() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let (at_town, at_station) = (institute(&county, KEY), station(&county, KEY));

    let set = town.put(&at_town, json!({"value": 60}), 0).await;
    let inherited = town.get(&at_station).await.ok();
    let own = town.put(&at_station, json!({"value": 30}), 0).await;

    assert_eq!((&set.ok()["origin"], set.version()), (&json!("own"), 1));
    assert_eq!((&inherited["value"], &inherited["origin"]), (&json!(60), &json!("inherited")));
    assert_eq!(inherited["origin_site_id"], county.town.institute.id.to_string());
    assert_eq!(inherited["origin_site_name"], county.town.institute.name);
    assert_eq!(own.ok()["value"], 30);
    assert_eq!(value(&town, &at_town).await, (json!(60), json!("own")));
    let sister = format!("/v1/sites/{}{KEY}", county.town.stations[1].id);
    assert_eq!(value(&town, &sister).await, (json!(60), json!("inherited")));
}

#[actix_web::test]
async fn a_value_set_for_later_waits_for_its_time() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let path = institute(&county, KEY);
    let tomorrow = app.clock.now() + TimeDelta::days(1);
    let tomorrow = tomorrow.to_rfc3339_opts(SecondsFormat::Micros, true);

    let set = town.put(&path, json!({"value": 45, "effective_from": tomorrow}), 0).await.ok();
    let twice = town.put(&path, json!({"value": 46, "effective_from": tomorrow}), 1).await;

    assert_eq!((&set["value"], &set["scheduled"][0]["value"]), (&json!(90), &json!(45)));
    twice.assert_problem(422, "invalid_value");
    twice.assert_names("/effective_from");
    app.advance(TimeDelta::days(1));
    let town = app.sign_in("mayor").await;
    let now = town.get(&path).await.ok();
    assert_eq!((&now["value"], &now["scheduled"]), (&json!(45), &json!([])));
}

#[actix_web::test]
async fn a_value_outside_the_catalogue_is_refused_by_name() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;

    for (key, value) in [
        ("claim_window_days", json!(0)),
        ("claim_window_days", json!("60")),
        ("claim_window_days", json!(1e30)),
        ("claim_window_days", Value::Null),
        ("redemption_daily", json!(1)),
        ("points_effective", json!("never")),
        ("points_validity_months", json!(121)),
        ("return_window_days", json!(-1)),
        ("guardian_age", json!(13)),
        ("record_due_working_days", json!(11)),
        ("complaint_address", json!("李家村\u{202e}委会")),
        ("filing_number", json!("鄂ICP备\u{200b}1号")),
    ] {
        let path = institute(&county, &format!("/settings/{key}"));
        let refused = town.put(path, json!({"value": value}), 0).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names("/value");
    }
    for instant in ["2020-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "tomorrow"] {
        let body = json!({"value": 60, "effective_from": instant});
        let refused = town.put(institute(&county, KEY), body, 0).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names("/effective_from");
    }
    let missing = town.put(institute(&county, KEY), json!({}), 0).await;
    missing.assert_problem(422, "missing_field");
    let typo = town.put(institute(&county, KEY), json!({"value": 60, "from": 1}), 0).await;
    typo.assert_problem(422, "unknown_field");
}

#[actix_web::test]
async fn only_whoever_manages_settings_there_sets_them() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let stranger = app.staff("stranger", Role::TownAdmin, &county.other.institute).await;
    let manager = app.staff("manager", Role::StationManager, &county.town.stations[0]).await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let center = format!("/v1/sites/{}{KEY}", county.center.id);
    let body = || json!({"value": 60});

    stranger.put(institute(&county, KEY), body(), 0).await.assert_problem(404, "not_found");
    manager.put(station(&county, KEY), body(), 0).await.assert_problem(403, "permission_denied");
    town.put(center, body(), 0).await.assert_problem(403, "permission_denied");
    let unknown = town.put(institute(&county, "/settings/no_such"), body(), 0).await;
    unknown.assert_problem(404, "not_found");
    let blind = town.send(Method::PUT, &institute(&county, KEY), Some(body()), &[]).await;
    blind.assert_problem(428, "precondition_required");
}

#[actix_web::test]
async fn of_two_who_set_it_at_once_one_is_told_to_read_again() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let path = institute(&county, KEY);

    let (one, two) = tokio::join!(
        town.put(&path, json!({"value": 10}), 0),
        town.put(&path, json!({"value": 20}), 0)
    );

    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 412]);
    assert_eq!(town.get(&path).await.ok()["version"], 1);
}
