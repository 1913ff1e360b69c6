//! `card_issue` and `card_activate`.

use entity::role_assignment::Role;
use futures_util::future::join_all;
use harness::{TestApp, document, register_assisted};
use serde_json::json;

#[actix_web::test]
async fn a_verified_volunteer_gets_a_card_that_is_activated_in_her_hand() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/cards");

    clerk.post(&path, json!({})).await.assert_problem(409, "volunteer_not_active");
    let verify = format!("/v1/volunteers/{id}/verify");
    manager.post(verify, document("1940-01-01", 1)).await.assert_ok();
    let issued = clerk.post(&path, json!({})).await;
    let card = issued.ok();
    let shown = card["number_display"].as_str().unwrap();
    let activate = format!("/v1/cards/{}/activate", shown.to_lowercase());
    let active = clerk.post(&activate, json!({})).await.ok();

    assert_eq!(issued.status, 201);
    assert_eq!(
        issued.headers["location"],
        format!("/v1/cards/{}", card["number"].as_str().unwrap())
    );
    assert_eq!(card["state"], "issued");
    assert_eq!(card["holder"], "王*英");
    assert_eq!(card["allowed_actions"], json!(["activate", "lose", "replace"]));
    assert_eq!(active["state"], "active");
    assert!(active["activated_at"].is_string());
    clerk.post(&activate, json!({})).await.assert_problem(409, "wrong_state");
    clerk.post(&path, json!({})).await.assert_problem(409, "card_exists");
}

#[actix_web::test]
async fn of_two_clerks_at_once_one_issues_and_the_same_key_issues_once() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let mut cards = Vec::new();
    for serial in 1..=2 {
        let id = register_assisted(&clerk, station, "1940-01-01", serial).await;
        let verify = format!("/v1/volunteers/{id}/verify");
        manager.post(verify, document("1940-01-01", serial)).await.assert_ok();
        cards.push(format!("/v1/volunteers/{id}/cards"));
    }

    let both = join_all([&clerk, &manager].map(|who| who.post(&cards[0], json!({})))).await;
    let first = clerk.post_with_key(&cards[1], json!({}), "issue-card-0123456").await.ok();
    let again = clerk.post_with_key(&cards[1], json!({}), "issue-card-0123456").await.ok();

    let mut statuses: Vec<_> = both.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(again, first);
}

#[actix_web::test]
async fn only_where_she_works() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, beside] = &county.town.stations;
    let (zhang, number) = app.card_only("zhang", here).await;
    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    let certifier = app.staff("certifier", Role::Certifier, here).await;
    let issue = format!("/v1/volunteers/{zhang}/cards");
    let activate = format!("/v1/cards/{number}/activate");

    next_door.post(&issue, json!({})).await.assert_problem(403, "permission_denied");
    next_door.post(&activate, json!({})).await.assert_problem(403, "permission_denied");
    other.post(&issue, json!({})).await.assert_problem(404, "not_found");
    other.post(&activate, json!({})).await.assert_problem(404, "card_unknown");
    certifier.post(&issue, json!({})).await.assert_problem(403, "permission_denied");
}
