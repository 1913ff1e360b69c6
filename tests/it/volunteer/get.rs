//! `volunteer_get`.

use entity::audit_event;
use entity::role_assignment::Role;
use harness::{TestApp, born_years_ago, register_assisted};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// 办理核验, as a query has it.
const WHY: &str = "reason=%E5%8A%9E%E7%90%86%E6%A0%B8%E9%AA%8C";

async fn readings(app: &TestApp, id: &str) -> u64 {
    audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("volunteer_get"))
        .filter(audit_event::Column::ObjectId.eq(id))
        .count(&app.db)
        .await
        .unwrap()
}

#[actix_web::test]
async fn staff_see_the_name_but_number_and_phone_only_masked() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;

    let answer = clerk.get(format!("/v1/volunteers/{id}")).await;
    let path = format!("/v1/volunteers/{id}");
    let known = clerk.send(Method::GET, &path, None, &[("if-none-match", answer.etag())]).await;

    let view = answer.ok();
    let number = view["id_number"].as_str().unwrap();
    assert_eq!(view["name"], "王桂英");
    assert_eq!(number.len(), 18);
    assert_eq!(number.matches('*').count(), 16);
    assert_eq!(known.status, 304);
    assert_eq!(readings(&app, &id).await, 0);
}

#[actix_web::test]
async fn reading_a_minors_data_leaves_a_trace_each_time() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, &born_years_ago(16), 1).await;

    let unexplained = clerk.get(format!("/v1/volunteers/{id}")).await;
    let path = format!("/v1/volunteers/{id}?{WHY}");
    clerk.get(&path).await.assert_ok();
    clerk.get(&path).await.assert_ok();

    unexplained.assert_problem(422, "invalid_value");
    unexplained.assert_names("reason");
    assert_eq!(readings(&app, &id).await, 2);
    let row = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("volunteer_get"))
        .one(&app.db)
        .await
        .unwrap();
    assert_eq!(row.unwrap().detail.unwrap()["reason"], "办理核验");
}

#[actix_web::test]
async fn a_page_on_which_minors_are_opened_leaves_one_trace() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    register_assisted(&next_door, beside, "1940-01-01", 1).await;
    let one = register_assisted(&clerk, here, &born_years_ago(16), 1).await;
    let two = register_assisted(&clerk, here, &born_years_ago(15), 2).await;

    next_door.get(format!("/v1/volunteers?{WHY}")).await.assert_ok();
    let closed = clerk.get("/v1/volunteers").await.ok();
    let opened = clerk.get(format!("/v1/volunteers?{WHY}")).await.ok();

    assert_eq!(closed["items"][0]["name"], "王*英");
    assert_eq!(opened["items"][0]["name"], "王桂英");

    let rows = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("volunteer_list"))
        .all(&app.db)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    let detail = rows[0].detail.clone().unwrap();
    assert_eq!(detail, serde_json::json!({"minors": [two, one], "reason": "办理核验"}));
}

#[actix_web::test]
async fn who_only_looks_on_sees_neither_name_nor_birthday() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let supervisor = app.staff("supervisor", Role::Supervisor, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}");

    let seen = supervisor.get(&path).await.ok();
    let list = supervisor.get("/v1/volunteers").await.ok();

    assert_eq!(seen["name"], "王*英");
    assert!(seen.get("birth_date").is_none());
    assert_eq!(list["items"][0]["name"], "王*英");
    assert_eq!(clerk.get(&path).await.ok()["birth_date"], "1940-01-01");
    assert_eq!(clerk.get("/v1/volunteers").await.ok()["items"][0]["name"], "王桂英");
}

#[actix_web::test]
async fn another_towns_volunteer_is_unknown_and_the_neighbours_is_refused() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, beside] = &county.town.stations;
    let (zhang, _) = app.card_only("zhang", here).await;
    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    let villager = app.volunteer("villager", here).await;
    let path = format!("/v1/volunteers/{zhang}");

    next_door.get(&path).await.assert_problem(403, "permission_denied");
    other.get(&path).await.assert_problem(404, "not_found");
    villager.client.get(&path).await.assert_problem(403, "permission_denied");
}
