//! `attendance_confirm`.

use entity::attendance::AttendanceState;
use entity::role_assignment::Role;
use entity::{account, service_record, setting};
use harness::Client;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::json;
use uuid::Uuid;

use super::Scene;

async fn records(scene: &Scene) -> Vec<service_record::Model> {
    service_record::Entity::find().all(&scene.app.db).await.unwrap()
}

async fn id_of(answer: harness::Answer) -> String {
    answer.ok()["attendance_id"].as_str().unwrap().to_owned()
}

async fn set(scene: &Scene, key: &str, value: serde_json::Value) {
    let row = setting::ActiveModel {
        id: Set(Uuid::now_v7().into()),
        site_id: Set(scene.station.id),
        key: Set(key.into()),
        value: Set(value),
        effective_from: Set(scene.app.clock.now()),
        set_by: Set(None),
        created_at: Set(scene.app.clock.now()),
    };
    setting::Entity::insert(row).exec_without_returning(&scene.app.db).await.unwrap();
    assert!(account::Entity::find().one(&scene.app.db).await.unwrap().is_some());
}

#[actix_web::test]
async fn hours_are_the_overlap_rounded_down_and_a_record_is_written() {
    let mut scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let id = id_of(scene.check_in(&zhang.client).await).await;
    scene.after(115).await;
    // In from minute 20 to minute 115 of the activity's clock: 95 minutes, 1.5 hours.
    scene.check_out(&scene.app.sign_in("zhang").await).await.assert_ok();
    scene.after(30).await;
    let path = format!("/v1/activities/{}/attendances/confirm", scene.id);
    let body = json!({"items": [{"attendance_id": id}]});

    let tried = scene.manager.post(format!("{path}?dry_run=true"), body.clone()).await.ok();
    assert_eq!(tried["results"][0]["status"], "ok");
    assert!(records(&scene).await.is_empty());
    let key = "confirm-attendance-1";
    let done = scene.manager.post_with_key(&path, body.clone(), key).await;
    let again = scene.manager.post_with_key(&path, body, key).await;

    assert_eq!(done.ok()["results"], json!([{"index": 0, "status": "ok", "id": id}]));
    assert_eq!(done.ok(), again.ok());
    assert_eq!(again.headers["idempotency-replayed"], "true");
    // With another key: nothing changes, nothing is refused.
    assert_eq!(scene.confirm(json!([{"attendance_id": id}])).await["status"], "ok");
    let row = scene.attendances().await.remove(0);
    assert_eq!((row.state, row.hours_tenths), (AttendanceState::Confirmed, Some(15)));
    assert!(row.explanation.unwrap().starts_with("计 1.5 小时"));
    let record = records(&scene).await.remove(0);
    assert_eq!(records(&scene).await.len(), 1);
    assert_eq!((record.hours_tenths, record.revision), (15, 1));
    assert_eq!(record.person_in_charge, "李建国");
    assert_eq!(record.organiser, scene.station.name);
    scene.app.assert_sound().await;
}

#[actix_web::test]
async fn without_a_check_out_the_end_counts_or_what_staff_saw() {
    let mut scene = Scene::new(json!({})).await;
    let mut ids = Vec::new();
    for name in ["zhang", "li"] {
        let person = scene.person(name).await;
        ids.push(id_of(scene.check_in(&person.client).await).await);
    }
    let early = scene.confirm(json!([{"attendance_id": ids[0]}])).await;
    assert_eq!(early["code"], "wrong_state", "still going on");
    let (from, to) = (scene.app.in_minutes(10), scene.app.in_minutes(200));
    let left = scene.app.in_minutes(80);
    scene.after(141).await;

    let items = json!([
        {"attendance_id": ids[0], "ends_at": to},
        {"attendance_id": ids[0], "starts_at": from},
        {"attendance_id": ids[0]},
        {"attendance_id": ids[1], "ends_at": left},
        {"attendance_id": Uuid::now_v7()},
    ]);
    let path = format!("/v1/activities/{}/attendances/confirm", scene.id);
    let answer = scene.manager.post(path, json!({"items": items})).await.ok();

    let results = answer["results"].as_array().unwrap();
    assert_eq!(results[0]["code"], "invalid_value");
    assert_eq!(results[0]["errors"][0]["pointer"], "/items/0/ends_at");
    assert_eq!(results[1]["errors"][0]["pointer"], "/items/1/starts_at");
    assert_eq!(results[2]["status"], "ok");
    assert_eq!(results[3]["status"], "ok");
    assert_eq!(results[4]["code"], "not_found");
    let mut hours: Vec<_> =
        scene.attendances().await.into_iter().map(|row| row.hours_tenths).collect();
    hours.sort_unstable();
    assert_eq!(hours, [Some(10), Some(20)]);
}

#[actix_web::test]
async fn caps_of_activity_and_day_hold() {
    let mut scene = Scene::new(json!({"needs_sign_up": false})).await;
    set(&scene, "activity_hours_cap_tenths", json!(15)).await;
    set(&scene, "daily_hours_cap_tenths", json!(20)).await;
    let second = json!({
        "needs_sign_up": false, "starts_at": scene.app.in_minutes(140),
        "ends_at": scene.app.in_minutes(260),
    });
    let (first, second) = (scene.id.clone(), scene.activity(second).await);
    let zhang = scene.app.volunteer("zhang", &scene.station).await;
    let one = id_of(scene.check_in(&zhang.client).await).await;
    scene.after(130).await;
    let client = scene.app.sign_in("zhang").await;
    scene.check_out(&client).await.assert_ok();
    scene.id = second;
    let two = id_of(scene.check_in(&client).await).await;
    scene.after(140).await;

    assert_eq!(scene.confirm(json!([{"attendance_id": two}])).await["status"], "ok");
    scene.id = first;
    assert_eq!(scene.confirm(json!([{"attendance_id": one}])).await["status"], "ok");

    let rows = scene.attendances().await;
    let hours = |id: &str| rows.iter().find(|row| row.id.to_string() == id).unwrap().hours_tenths;
    // Both lie on one day here unless the test runs across local midnight.
    let (start, end) = (rows[0].starts_at.unwrap(), rows[1].starts_at.unwrap());
    let day = |at: chrono::DateTime<chrono::Utc>| (at + chrono::TimeDelta::hours(8)).date_naive();
    assert_eq!(hours(&two), Some(15));
    assert_eq!(hours(&one), Some(if day(start) == day(end) { 5 } else { 15 }));
}

#[actix_web::test]
async fn nobody_confirms_her_own_and_others_stay_out() {
    let mut scene = Scene::new(json!({})).await;
    scene.person("clerk").await;
    let clerk = scene.app.staff("clerk", Role::Clerk, &scene.station).await;
    let id = id_of(scene.check_in(&clerk).await).await;
    scene.after(141).await;
    let clerk = scene.app.sign_in("clerk").await;
    let path = format!("/v1/activities/{}/attendances/confirm", scene.id);
    let body = json!({"items": [{"attendance_id": id}]});
    let post = async |client: &Client| client.post(&path, body.clone()).await;

    let own = post(&clerk).await.ok();
    assert_eq!(own["results"][0]["code"], "must_recuse");
    let other = scene.app.staff("foreign", Role::Clerk, &scene.county.other.stations[0]).await;
    post(&other).await.assert_problem(404, "not_found");
    let supervisor = scene.app.staff("supervisor", Role::Supervisor, &scene.station).await;
    post(&supervisor).await.assert_problem(403, "permission_denied");
    for items in [json!([]), json!(vec![json!({"attendance_id": id}); 101])] {
        let refused = scene.manager.post(&path, json!({"items": items})).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names("/items");
    }
    post(&scene.manager).await.assert_ok();
    // Somebody else has decided already.
    let town = scene.app.staff("town", Role::TownAdmin, &scene.county.town.institute).await;
    assert_eq!(post(&town).await.ok()["results"][0]["code"], "wrong_state");
}

#[actix_web::test]
async fn a_lecture_gives_hours_but_no_service_record() {
    let mut scene = Scene::new(json!({"kind": "lecture", "rule_item_code": "XJ01"})).await;
    let zhang = scene.person("zhang").await;
    let id = id_of(scene.check_in(&zhang.client).await).await;
    scene.after(141).await;

    assert_eq!(scene.confirm(json!([{"attendance_id": id}])).await["status"], "ok");

    assert_eq!(scene.attendances().await[0].hours_tenths, Some(20));
    assert!(records(&scene).await.is_empty());
    // What she reads does not promise hours that she will not find.
    let zhang = scene.app.sign_in("zhang").await;
    let hers = zhang.get("/v1/me/attendances").await.ok();
    let words = hers["items"][0]["explanation"].as_str().expect("words");
    assert!(words.starts_with("到场 2.0 小时；本活动不计志愿服务时长"), "{words}");
}
