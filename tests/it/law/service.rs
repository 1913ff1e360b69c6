//! Statements 8, 9 and 10: hours, records in time, and what a certificate will be made of.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::service_record;
use harness::TestApp;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::operations;
use crate::attendance::Scene;

fn item(code: &str, name: &str, counts_as_service: bool) -> Value {
    json!({
        "code": code, "category": "志愿服务", "name": name, "unit": "per_hour", "points": 2,
        "max_per_day": 10, "counts_as_service": counts_as_service,
    })
}

/// The town publishes rules in which one item is no service.
async fn publish_rules(scene: &Scene) {
    let town = &scene.county.town.institute;
    let writer = scene.app.staff("writer", Role::TownAdmin, town).await;
    let reader = scene.app.staff("reader", Role::TownAdmin, town).await;
    let versions = format!("/v1/sites/{}/rule-versions", town.id);
    let items = [item("HJ01", "环境卫生", true), item("WY01", "文艺排练", false)];
    let draft = json!({"note": "分清服务与非服务", "items": items});
    let draft = writer.post(&versions, draft).await.ok();
    let version = format!("{versions}/{}", draft["id"].as_str().expect("an id"));
    let digest = reader.get(&version).await.ok()["items_digest"].clone();
    let tomorrow = (scene.app.clock.now() + TimeDelta::hours(8 + 24)).date_naive();
    let body = json!({"effective_from": tomorrow, "items_digest": digest});
    reader.post(format!("{version}/publish"), body).await.assert_ok();
}

/// Attends an activity in three days that earns by an item; her service records then.
async fn records_after(item_code: &str) -> Vec<Value> {
    let mut scene = Scene::new(json!({})).await;
    publish_rules(&scene).await;
    let start = 3 * 24 * 60;
    let changes = json!({
        "rule_item_code": item_code,
        "starts_at": scene.app.in_minutes(start), "ends_at": scene.app.in_minutes(start + 120),
    });
    scene.id = scene.activity(changes).await;
    scene.person("zhang").await;
    scene.after(start - 10).await;
    let zhang = scene.app.sign_in("zhang").await;
    let attended = scene.check_in(&zhang).await.ok()["attendance_id"].clone();
    scene.after(131).await;
    let confirmed = scene.confirm(json!([{"attendance_id": attended}])).await;
    assert_eq!(confirmed["status"], "ok", "{confirmed}");
    let zhang = scene.app.sign_in("zhang").await;
    let attended = zhang.get("/v1/me/attendances").await.ok();
    assert_eq!(attended["items"][0]["state"], "confirmed");
    let seen = zhang.get("/v1/me/service-records").await.ok();
    let records = service_record::Entity::find().count(&scene.app.db).await.expect("records");
    let items = seen["items"].as_array().expect("items").clone();
    assert_eq!(records, u64::try_from(items.len()).expect("few"));
    assert_eq!(seen["year_hours_tenths"], json!(20 * items.len()));
    items
}

#[actix_web::test]
async fn law_08_hours_exist_only_for_items_that_count_as_service() {
    assert_eq!(records_after("HJ01").await.len(), 1, "service");
    assert_eq!(records_after("WY01").await, [] as [Value; 0], "no service");
}

#[actix_web::test]
async fn law_09_records_later_than_ten_working_days_are_listed_as_overdue() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let times = json!({"starts_at": app.in_minutes(-60), "ends_at": app.in_minutes(-30)});
    let activity = app.published_activity(&manager, station, times).await;
    let path = format!("/v1/sites/{}/activities/overdue", station.id);
    let overdue = async || app.sign_in("manager").await.get(&path).await.ok()["items"].clone();

    // Whatever the weekday: 9 days never hold ten working days, 26 always hold more.
    app.advance(TimeDelta::days(9));
    assert_eq!(overdue().await, json!([]));
    app.advance(TimeDelta::days(17));
    assert_eq!(overdue().await[0]["id"], json!(activity));

    let manager = app.sign_in("manager").await;
    let record = json!({"evaluation": "完成"});
    manager.post(format!("/v1/activities/{activity}/record"), record).await.assert_ok();
    assert_eq!(overdue().await, json!([]));
}

/// What exists today: the records hold what a certificate must say, she reads them free of
/// charge, and no operation takes a fee. The certificate itself is still to come.
#[actix_web::test]
async fn law_10_records_say_what_a_certificate_must_and_cost_nothing() {
    let mut scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let attended = scene.check_in(&zhang.client).await.ok()["attendance_id"].clone();
    scene.after(141).await;
    scene.confirm(json!([{"attendance_id": attended}])).await;
    let zhang = scene.app.sign_in("zhang").await;

    let record = zhang.get("/v1/me/service-records").await.ok()["items"][0].clone();

    for member in ["starts_at", "ends_at", "content", "place", "organiser", "person_in_charge"] {
        let text = record[member].as_str().unwrap_or_default();
        assert!(!text.is_empty(), "{member} is missing: {record}");
    }
    assert_eq!(record["organiser"], json!(scene.station.name), "the recording unit");
    assert_eq!((&record["hours_tenths"], &record["revision"]), (&json!(20), &json!(1)));
    for (method, path, id, _) in operations() {
        assert!(!id.contains("fee") && !path.contains("fee"), "{method} {path} takes a fee");
    }
}
