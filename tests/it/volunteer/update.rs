//! `volunteer_update`.

use entity::role_assignment::Role;
use harness::{TestApp, register_assisted};
use serde_json::{Value, json};

fn body(site: &entity::site::Model) -> Value {
    json!({
        "site_id": site.id, "groups": ["党员", "五老", "党员"], "skills": [],
        "service_types": ["助残"], "external_volunteer_no": "510123000012345",
    })
}

#[actix_web::test]
async fn staff_change_labels_number_and_residence_within_the_town() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, beside] = &county.town.stations;
    let town = app.staff("town", Role::TownAdmin, &county.town.institute).await;
    let id = register_assisted(&town, here, "1940-01-01", 1).await;

    let answer = town.put(format!("/v1/volunteers/{id}"), body(beside), 1).await;

    let view = answer.ok();
    assert_eq!(answer.version(), 2);
    assert_eq!(view["site_id"], beside.id.to_string());
    assert_eq!(view["groups"], json!(["党员", "五老"]));
    assert_eq!(view["external_volunteer_no"], "510123000012345");
    assert_eq!(view["state"], "pending_verification");
    assert_eq!(town.get(format!("/v1/volunteers/{id}")).await.ok(), view);
}

#[actix_web::test]
async fn an_older_version_another_town_and_a_taken_number_are_refused() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let here = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    let first = register_assisted(&clerk, here, "1940-01-01", 1).await;
    let second = register_assisted(&clerk, here, "1940-01-01", 2).await;
    let path = |id: &str| format!("/v1/volunteers/{id}");
    clerk.put(path(&first), body(here), 1).await.assert_ok();

    let stale = clerk.put(path(&first), body(here), 1).await;
    let moved = clerk.put(path(&first), body(&county.other.stations[0]), 2).await;
    let taken = clerk.put(path(&second), body(here), 1).await;
    let blind = clerk.send(reqwest::Method::PUT, &path(&first), Some(body(here)), &[]).await;
    let own_number_again = clerk.put(path(&first), body(here), 2).await;

    stale.assert_problem(412, "stale_version");
    moved.assert_problem(422, "invalid_value");
    moved.assert_names("/site_id");
    taken.assert_problem(409, "external_no_taken");
    blind.assert_problem(428, "precondition_required");
    own_number_again.assert_ok();
}
