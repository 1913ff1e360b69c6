//! `setting_inherit` and `setting_withdraw`.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use entity::role_assignment::Role;
use entity::{audit_event, setting, setting_withdrawal};
use harness::TestApp;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{institute, station};

const KEY: &str = "/settings/claim_window_days";

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn told(view: &Value) -> (Value, Value, Value) {
    (view["value"].clone(), view["origin"].clone(), view["version"].clone())
}

#[actix_web::test]
async fn a_station_goes_back_to_its_towns_value_and_its_own_stays_on_record() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let (at_town, at_station) = (institute(&county, KEY), station(&county, KEY));
    let inherit = format!("{at_station}/inherit");
    town.put(&at_town, json!({"value": 60}), 0).await.assert_ok();
    town.post(&inherit, json!({})).await.assert_problem(409, "wrong_state");
    town.put(&at_station, json!({"value": 30}), 0).await.assert_ok();
    app.advance(TimeDelta::seconds(1));

    let back = town.post(&inherit, json!({})).await;

    assert_eq!(told(&back.ok()), (json!(60), json!("inherited"), json!(2)));
    assert_eq!(back.version(), 2);
    town.post(&inherit, json!({})).await.assert_problem(409, "wrong_state");
    town.put(&at_town, json!({"value": 61}), 1).await.assert_ok();
    assert_eq!(town.get(&at_station).await.ok()["value"], 61, "it follows the town");
    assert_eq!(setting::Entity::find().count(&app.db).await.expect("settings"), 4);
    let trail =
        audit_event::Entity::find().filter(audit_event::Column::Action.eq("setting_inherit"));
    assert_eq!(trail.count(&app.db).await.expect("the trail"), 1);
    app.advance(TimeDelta::seconds(1));
    let own = town.put(&at_station, json!({"value": 31}), 2).await.ok();
    assert_eq!(told(&own), (json!(31), json!("own"), json!(3)));
}

#[actix_web::test]
async fn inheriting_may_begin_later_and_may_be_taken_back_until_then() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let path = institute(&county, KEY);
    town.put(&path, json!({"value": 30}), 0).await.assert_ok();
    let (week, month) = (TimeDelta::days(7), TimeDelta::days(30));
    let begin = app.clock.now();
    let body = json!({"effective_from": text(begin + week)});
    let planned = town.post(format!("{path}/inherit"), body.clone()).await.ok();
    assert_eq!(told(&planned), (json!(30), json!("own"), json!(2)));
    let scheduled = &planned["scheduled"][0];
    assert_eq!((&scheduled["inherits"], scheduled.get("value")), (&json!(true), None));
    let later = json!({"value": 45, "effective_from": text(begin + month)});
    let later = town.put(&path, later, 2).await.ok();
    assert_eq!(later["scheduled"][1]["value"], 45);
    let withdraw = |view: &Value, at: usize| {
        format!("{path}/scheduled/{}", view["scheduled"][at]["id"].as_str().expect("an id"))
    };

    let kept = town.delete(withdraw(&later, 1)).await.ok();

    assert_eq!((told(&kept).2, kept["scheduled"].as_array().map(Vec::len)), (json!(4), Some(1)));
    town.delete(withdraw(&later, 1)).await.assert_problem(404, "not_found");
    let sister = withdraw(&later, 0).replace("claim_window_days", "guardian_age");
    town.delete(sister).await.assert_problem(404, "not_found");
    // What was taken back leaves its time free, once.
    let again = |value: i64| json!({"value": value, "effective_from": text(begin + month)});
    town.put(&path, again(46), 4).await.assert_ok();
    let twice = town.put(&path, again(47), 5).await;
    twice.assert_problem(422, "invalid_value");
    twice.assert_names("/effective_from");
    app.advance(TimeDelta::days(8));
    let town = app.sign_in("mayor").await;
    assert_eq!(told(&town.get(&path).await.ok()), (json!(90), json!("default"), json!(5)));
    app.advance(month);
    let town = app.sign_in("mayor").await;
    assert_eq!(told(&town.get(&path).await.ok()), (json!(46), json!("own"), json!(5)));
    town.delete(withdraw(&planned, 0)).await.assert_problem(409, "wrong_state");
    let past = town.post(format!("{path}/inherit"), body).await;
    past.assert_problem(409, "wrong_state");
    let rows = setting_withdrawal::Entity::find().all(&app.db).await.expect("withdrawals");
    assert_eq!(rows.len(), 1);
    assert!(rows[0].withdrawn_by.is_some());
}

#[actix_web::test]
async fn only_whoever_manages_settings_there_takes_them_back() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let stranger = app.staff("stranger", Role::TownAdmin, &county.other.institute).await;
    let manager = app.staff("manager", Role::StationManager, &county.town.stations[0]).await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let path = station(&county, KEY);
    let soon = text(app.clock.now() + TimeDelta::days(1));
    let set = town.put(&path, json!({"value": 30, "effective_from": soon}), 0).await.ok();
    let id = set["scheduled"][0]["id"].as_str().expect("an id");
    let scheduled = format!("{path}/scheduled/{id}");

    for path in [&scheduled, &format!("{path}/scheduled/0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")] {
        stranger.delete(path).await.assert_problem(404, "not_found");
        manager.delete(path).await.assert_problem(403, "permission_denied");
    }
    let inherit = format!("{path}/inherit");
    stranger.post(&inherit, json!({})).await.assert_problem(404, "not_found");
    manager.post(&inherit, json!({})).await.assert_problem(403, "permission_denied");
    // Another site's value is not to be reached by way of one's own.
    let elsewhere = institute(&county, &format!("{KEY}/scheduled/{id}"));
    town.delete(elsewhere).await.assert_problem(404, "not_found");
    town.delete(scheduled).await.assert_ok();
}
