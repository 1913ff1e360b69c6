//! `volunteer_register_assisted`.

use entity::role_assignment::Role;
use harness::{TestApp, assisted_registration};
use serde_json::json;

#[actix_web::test]
async fn staff_register_somebody_without_a_phone_of_her_own() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let mut body = assisted_registration("1940-01-01", 1);
    body["phone"] = json!("13800138000");

    let view = clerk.post(format!("/v1/sites/{}/volunteers", station.id), body).await.ok();

    assert_eq!(view["state"], "pending_verification");
    assert_eq!(view["registered_via"], "assisted");
    assert_eq!(view["phone"], "138****8000");
    assert_eq!(view["phone_verified"], false);
    assert_eq!(
        view["allowed_actions"],
        json!(["update", "correct", "correct_phone", "reject", "close"]),
        "who typed it in does not verify it"
    );
}

#[actix_web::test]
async fn only_where_she_works_and_never_as_if_the_villager_had_clicked() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    let supervisor = app.staff("supervisor", Role::Supervisor, here).await;
    let path = |site: &entity::site::Model| format!("/v1/sites/{}/volunteers", site.id);
    let body = assisted_registration("1940-01-01", 1);

    let next_door = clerk.post(path(beside), body.clone()).await;
    let other_town = clerk.post(path(&county.other.stations[0]), body.clone()).await;
    let looking = supervisor.post(path(here), body.clone()).await;
    let mut clicked = body.clone();
    clicked["consents"][0]["channel"] = json!("mini_program");
    let clicked = clerk.post(path(here), clicked).await;
    let mut alone = body;
    alone.as_object_mut().unwrap().remove("witness");
    let alone = clerk.post(path(here), alone).await;

    next_door.assert_problem(403, "permission_denied");
    other_town.assert_problem(404, "not_found");
    looking.assert_problem(403, "permission_denied");
    clicked.assert_problem(422, "invalid_value");
    clicked.assert_names("/consents/0/channel");
    alone.assert_problem(422, "missing_field");
}

#[actix_web::test]
async fn a_document_known_in_another_town_is_taken() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let (here, there) = (&county.town.stations[0], &county.other.stations[0]);
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    let elsewhere = app.staff("elsewhere", Role::Clerk, there).await;
    harness::register_assisted(&elsewhere, there, "1940-01-01", 1).await;

    let path = format!("/v1/sites/{}/volunteers", here.id);
    let taken = clerk.post(path, assisted_registration("1940-01-01", 1)).await;

    taken.assert_problem(409, "registration_conflict");
}
