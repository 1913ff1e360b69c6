//! `my_attendances` and `my_service_records`.

use chrono::{Datelike, TimeDelta};
use entity::service_record;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::json;
use uuid::Uuid;

use super::Scene;

#[actix_web::test]
async fn she_sees_her_own_and_the_latest_revision_only() {
    let mut scene = Scene::new(json!({})).await;
    for name in ["zhang", "li"] {
        let person = scene.person(name).await;
        scene.check_in(&person.client).await.assert_ok();
    }
    scene.after(141).await;
    for row in scene.attendances().await {
        let result = scene.confirm(json!([{"attendance_id": row.id}])).await;
        assert_eq!(result["status"], "ok");
    }
    let zhang = scene.app.sign_in("zhang").await;

    let mine = zhang.get("/v1/me/attendances").await.ok();
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    assert_eq!(mine["items"][0]["state"], "confirmed");
    assert_eq!(mine["items"][0]["hours_tenths"], 20);
    assert_eq!(mine["items"][0]["activity_title"], "清扫村道，美化家园");

    let seen = zhang.get("/v1/me/service-records").await.ok();
    let record = seen["items"][0]["id"].as_str().unwrap().parse::<Uuid>().unwrap();
    let old = service_record::Entity::find_by_id(record).one(&scene.app.db).await.unwrap().unwrap();
    let year = (old.starts_at + TimeDelta::hours(8)).year();
    assert_eq!(seen["items"].as_array().unwrap().len(), 1);
    assert_eq!((&seen["year"], &seen["year_hours_tenths"]), (&json!(year), &json!(20)));

    let mut new = old.into_active_model().reset_all();
    new.id = Set(Uuid::now_v7().into());
    new.revision = Set(2);
    new.hours_tenths = Set(10);
    service_record::Entity::insert(new).exec_without_returning(&scene.app.db).await.unwrap();
    let seen = zhang.get(format!("/v1/me/service-records?year={year}")).await.ok();
    assert_eq!(seen["items"].as_array().unwrap().len(), 1);
    assert_eq!(seen["items"][0]["revision"], 2);
    assert_eq!(seen["year_hours_tenths"], 10);

    let record = format!("/v1/activities/{}/record", scene.id);
    scene.manager.post(record, json!({"evaluation": "认真负责"})).await.assert_ok();
    let seen = zhang.get(format!("/v1/me/service-records?year={year}")).await.ok();
    assert_eq!(seen["items"][0]["evaluation"], "认真负责", "of the whole activity");

    let before = zhang.get(format!("/v1/me/service-records?year={}", year - 1)).await.ok();
    assert_eq!((&before["items"], &before["year_hours_tenths"]), (&json!([]), &json!(0)));
    zhang.get("/v1/me/service-records?year=1").await.assert_problem(422, "invalid_value");
    scene.manager.get("/v1/me/service-records").await.assert_problem(403, "permission_denied");
}
