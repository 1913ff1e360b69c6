//! `guardian_add` and `guardian_list`.

use entity::role_assignment::Role;
use entity::{audit_event, guardian};
use harness::{TestApp, born_years_ago, guardianship, register_assisted, resident_id};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

#[actix_web::test]
async fn a_guardian_is_recorded_with_her_consent_and_read_on_record() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, &born_years_ago(10), 1).await;
    let path = format!("/v1/volunteers/{id}/guardians");
    let mut body = guardianship();
    body["id_number"] = json!(resident_id("1985-06-01", 2, 3));

    clerk.post(&path, guardianship()).await.assert_ok();
    // Recorded again she is the same guardian.
    let added = clerk.post(&path, body).await.ok();
    clerk.get(&path).await.assert_names("reason");
    let list = clerk.get(format!("{path}?reason=%E6%A0%B8%E5%AF%B9")).await.ok();

    assert_eq!(added["phone"], "139****9000");
    assert_eq!(list["items"], json!([added]));
    let row = guardian::Entity::find().one(&app.db).await.unwrap().unwrap();
    assert!(row.id_number_sealed.unwrap().starts_with("v1."));
    let readings = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("guardian_list"))
        .count(&app.db);
    assert_eq!(readings.await.unwrap(), 1);
}

#[actix_web::test]
async fn only_a_consenting_guardian_of_a_minor_at_the_counter() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [station, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    let child = register_assisted(&clerk, station, &born_years_ago(10), 1).await;
    let adult = register_assisted(&clerk, station, "1940-01-01", 2).await;
    let path = |id: &str| format!("/v1/volunteers/{id}/guardians");
    let with = |name: &str, value: serde_json::Value| {
        let mut body = guardianship();
        body[name] = value;
        body
    };

    let refused = clerk.post(path(&child), with("consented", json!(false))).await;
    let clicked = clerk.post(path(&child), with("channel", json!("mini_program"))).await;
    let phoned = clerk.post(path(&child), with("phone", json!("12345"))).await;
    let of_adult = clerk.post(path(&adult), guardianship()).await;
    let elsewhere = next_door.post(path(&child), guardianship()).await;

    refused.assert_problem(422, "invalid_value");
    refused.assert_names("/consented");
    clicked.assert_names("/channel");
    phoned.assert_names("/phone");
    of_adult.assert_problem(409, "guardian_not_needed");
    elsewhere.assert_problem(403, "permission_denied");
    assert_eq!(clerk.get(path(&child)).await.ok()["items"], json!([]));
}
