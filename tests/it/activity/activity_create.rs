//! `activity_create`, `activity_submit`, `activity_return`.

use entity::role_assignment::Role;
use entity::site;
use harness::TestApp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{act, events};

#[actix_web::test]
async fn a_clerk_drafts_submits_and_gets_it_back_with_a_reason() {
    let app = TestApp::start().await;
    let town = app.county().await.town;
    let clerk = app.staff("clerk", Role::Clerk, &town.stations[0]).await;
    let manager = app.staff("manager", Role::StationManager, &town.stations[0]).await;
    let path = format!("/v1/sites/{}/activities", town.stations[0].id);

    let made = clerk.post(&path, app.activity_body(json!({}))).await;
    let id = made.id();
    assert_eq!(made.status, 201);
    assert_eq!(made.ok()["state"], "draft");
    assert_eq!(made.ok()["allowed_actions"], json!(["update", "submit"]));
    let seen = clerk.get(&made.headers["location"]).await;
    assert_eq!(seen.ok(), made.ok());
    assert_eq!(seen.version(), 1);
    app.anonymous().get(format!("/v1/activities/{id}")).await.assert_problem(404, "not_found");

    let submitted = act(&clerk, &id, "submit").await.ok();
    assert_eq!(submitted["state"], "submitted");
    assert_eq!(submitted["allowed_actions"], json!([]), "a clerk does not publish");
    act(&clerk, &id, "submit").await.assert_problem(409, "wrong_state");

    let back = format!("/v1/activities/{id}/return");
    clerk
        .post(&back, json!({"reason": "缺少风险说明"}))
        .await
        .assert_problem(403, "permission_denied");
    manager.post(&back, json!({})).await.assert_names("/reason");
    let returned = manager.post(&back, json!({"reason": "缺少风险说明"})).await.ok();
    assert_eq!(
        (&returned["state"], &returned["state_reason"]),
        (&json!("draft"), &json!("缺少风险说明"))
    );
    assert!(act(&clerk, &id, "submit").await.ok().get("state_reason").is_none());
    let told =
        ["created", "submitted", "returned", "submitted"].map(|what| format!("activity.{what}"));
    assert_eq!(events(&app, &id).await, told);
}

#[actix_web::test]
async fn every_senseless_field_is_named_at_once() {
    let app = TestApp::start().await;
    let town = app.county().await.town;
    let clerk = app.staff("clerk", Role::Clerk, &town.stations[0]).await;
    let path = format!("/v1/sites/{}/activities", town.stations[0].id);
    let body = |changes| app.activity_body(changes);

    let wrong = body(json!({
        "ends_at": app.in_minutes(60), "sign_up_closes_at": app.in_minutes(61),
        "capacity": 0, "min_age": -1,
    }));
    let refused = clerk.post(&path, wrong).await;
    refused.assert_problem(422, "invalid_value");
    for pointer in ["/ends_at", "/sign_up_closes_at", "/capacity", "/min_age"] {
        refused.assert_names(pointer);
    }
    let far = clerk.post(&path, body(json!({"starts_at": "2126-01-01T00:00:00Z"}))).await;
    far.assert_names("/starts_at");
    let nobody = json!({"organiser_account_id": "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"});
    clerk.post(&path, body(nobody)).await.assert_names("/organiser_account_id");
    let fair = json!({"kind": "redemption_fair", "rule_item_code": "A01"});
    clerk.post(&path, body(fair)).await.assert_names("/rule_item_code");
    let unknown = clerk.post(&path, body(json!({"points": 100}))).await;
    unknown.assert_problem(422, "unknown_field");
    clerk.post(&path, body(json!({"title": " "}))).await.assert_names("/title");
}

#[actix_web::test]
async fn only_staff_of_the_site_draft_and_a_retry_drafts_once() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let (station, neighbour) = (&county.town.stations[0], &county.town.stations[1]);
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let other = app.staff("other", Role::Clerk, &county.other.stations[0]).await;
    let certifier = app.staff("certifier", Role::Certifier, station).await;
    let path = format!("/v1/sites/{}/activities", station.id);
    let body = app.activity_body(json!({}));

    other.post(&path, body.clone()).await.assert_problem(404, "not_found");
    certifier.post(&path, body.clone()).await.assert_problem(403, "permission_denied");
    let next_door = format!("/v1/sites/{}/activities", neighbour.id);
    clerk.post(&next_door, body.clone()).await.assert_problem(403, "permission_denied");

    let key = "activity-create-0001";
    let first = clerk.post_with_key(&path, body.clone(), key).await;
    let again = clerk.post_with_key(&path, body, key).await;
    assert_eq!(first.id(), again.id());
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(clerk.get(&path).await.ok()["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_villager_of_the_town_is_found_by_her_card_and_named_organiser() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [station, neighbour] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let near = app.volunteer("zhang", neighbour).await;
    let far = app.volunteer("li", &county.other.stations[0]).await;
    let (_, phoneless) = app.card_only("chen", station).await;
    let find = async |card: &str| {
        clerk.get(format!("/v1/sites/{}/organisers?card_number={card}", station.id)).await
    };
    let path = format!("/v1/sites/{}/activities", station.id);
    let name = async |account| {
        clerk.post(&path, app.activity_body(json!({"organiser_account_id": account}))).await
    };

    let found = find(&near.card_number).await.ok();
    assert_eq!(found["account_id"], json!(near.account));
    assert_ne!(found["name"], "zhang", "masked");
    find(&far.card_number).await.assert_problem(404, "card_unknown");
    find(&phoneless).await.assert_problem(409, "no_account");
    assert_eq!(name(near.account).await.status, 201);
    name(far.account).await.assert_names("/organiser_account_id");
    let other = app.staff("other", Role::Clerk, &county.other.stations[0]).await;
    let asked = format!("/v1/sites/{}/organisers?card_number={}", station.id, near.card_number);
    other.get(asked).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn a_closed_site_takes_no_new_activities() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let before = app.submitted_activity(&manager, station, json!({})).await;
    let yesterday = (app.clock.now() - chrono::TimeDelta::hours(40)).date_naive();
    site::Entity::update_many()
        .col_expr(site::Column::ValidTo, Expr::value(yesterday))
        .filter(site::Column::Id.eq(station.id))
        .exec(&app.db)
        .await
        .unwrap();

    let path = format!("/v1/sites/{}/activities", station.id);
    let drafted = manager.post(path, app.activity_body(json!({}))).await;
    drafted.assert_problem(409, "site_closed");
    let publish = format!("/v1/activities/{before}/publish");
    manager.post(publish, json!({})).await.assert_problem(409, "site_closed");
}
