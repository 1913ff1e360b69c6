//! `volunteer_list` and `volunteer_count`.

use entity::role_assignment::Role;
use harness::{Answer, TestApp, assisted_registration};
use serde_json::json;

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.ok()["items"].as_array().cloned().unwrap();
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn staff_find_the_volunteers_of_their_sites_only() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, beside] = &county.town.stations;
    for (name, site) in
        [("zhang", here), ("li", here), ("wang", beside), ("zhao", &county.other.stations[0])]
    {
        app.card_only(name, site).await;
    }
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    let town = app.staff("town", Role::TownAdmin, &county.town.institute).await;

    assert_eq!(names(&clerk.get("/v1/volunteers").await), ["li", "zhang"]);
    assert_eq!(names(&town.get("/v1/volunteers").await), ["wang", "li", "zhang"]);
    let beside_only = format!("/v1/volunteers?site_id={}", beside.id);
    assert_eq!(names(&town.get(&beside_only).await), ["wang"]);
    clerk.get(&beside_only).await.assert_problem(403, "permission_denied");
    let other = format!("/v1/volunteers?site_id={}", county.other.institute.id);
    town.get(&other).await.assert_problem(404, "not_found");
    let auditor = app.staff("auditor", Role::Auditor, &county.center).await;
    auditor.get("/v1/volunteers").await.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn pages_follow_each_other_and_tokens_are_good_for_their_list_alone() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let here = &county.town.stations[0];
    for name in ["zhang", "li", "wang"] {
        app.card_only(name, here).await;
    }
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    let manager = app.staff("manager", Role::StationManager, here).await;

    let first = clerk.get("/v1/volunteers?page_size=2").await;
    let token = first.ok()["next_page_token"].as_str().unwrap().to_owned();
    let next = format!("/v1/volunteers?page_size=2&page_token={token}");

    assert_eq!(names(&first), ["wang", "li"]);
    assert_eq!(names(&clerk.get(&next).await), ["zhang"]);
    manager.get(&next).await.assert_problem(400, "bad_page_token");
    clerk.get(format!("{next}&q=z")).await.assert_problem(400, "bad_page_token");
    let wrong = clerk.get("/v1/volunteers?page_size=0").await;
    wrong.assert_problem(422, "invalid_value");
}

#[actix_web::test]
async fn search_takes_the_start_of_a_name_a_card_or_a_whole_phone() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let here = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    let (_, card) = app.card_only("li%", here).await;
    app.card_only("lina", here).await;
    let mut body = assisted_registration("1940-01-01", 1);
    body["phone"] = json!("13800138000");
    clerk.post(format!("/v1/sites/{}/volunteers", here.id), body).await.assert_ok();
    let find = async |q: &str| names(&clerk.get(format!("/v1/volunteers?q={q}")).await);

    assert_eq!(find("li").await, ["lina", "li%"]);
    assert_eq!(find("li%25").await, ["li%"]);
    assert!(find("ina").await.is_empty());
    assert_eq!(find(&card).await, ["li%"]);
    assert_eq!(find(&card.to_lowercase()).await, ["li%"]);
    assert_eq!(find("13800138000").await, ["王桂英"]);
    assert!(find("1380013").await.is_empty());
    assert!(find("13800138001").await.is_empty());
    clerk.get("/v1/volunteers?q=").await.assert_problem(422, "invalid_value");
}

#[actix_web::test]
async fn the_list_shows_no_document_and_masks_phones() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let here = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    let mut body = assisted_registration("1940-01-01", 1);
    body["phone"] = json!("13800138000");
    clerk.post(format!("/v1/sites/{}/volunteers", here.id), body).await.assert_ok();

    let item = clerk.get("/v1/volunteers").await.ok()["items"][0].clone();

    assert_eq!(item["phone"], "138****8000");
    assert_eq!(item["minor"], false);
    assert!(item.get("id_number").is_none() && item.get("birth_date").is_none());
}

#[actix_web::test]
async fn counts_are_given_per_state_for_the_badges() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    app.card_only("zhang", here).await;
    app.card_only("wang", beside).await;
    harness::register_assisted(&clerk, here, "1940-01-01", 1).await;

    let counts = clerk.get("/v1/volunteers/count").await.ok();
    let pending = clerk.get("/v1/volunteers?state=pending_verification").await;

    let of = |state: &str| {
        let items = counts["items"].as_array().unwrap();
        items.iter().find(|item| item["state"] == state).unwrap()["count"].clone()
    };
    assert_eq!(of("active"), 1);
    assert_eq!(of("pending_verification"), 1);
    assert_eq!(of("suspended"), 0);
    assert_eq!(names(&pending), ["王桂英"]);
}
