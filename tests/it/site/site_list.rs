//! `site_list`.

use chrono::NaiveDate;
use entity::site;
use harness::{Answer, TestApp};
use sea_orm::{ActiveValue::Set, EntityTrait};

fn codes(answer: &Answer) -> Vec<String> {
    let items = answer.ok()["items"].as_array().cloned().unwrap();
    items.iter().map(|item| item["division_code"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn the_tree_is_listed_in_pages_each_place_after_the_one_it_lies_in() {
    let app = TestApp::start().await;
    app.county().await;
    let villager = app.anonymous();

    let mut seen = Vec::new();
    let mut page = villager.get("/v1/sites?page_size=3").await;
    seen.extend(codes(&page));
    while let Some(token) = page.ok()["next_page_token"].as_str() {
        page = villager.get(format!("/v1/sites?page_size=3&page_token={token}")).await;
        seen.extend(codes(&page));
    }

    assert_eq!(seen.len(), 7);
    assert!(seen.is_sorted_by(|one, next| one < next));
}

#[actix_web::test]
async fn the_list_can_be_narrowed_and_a_page_token_is_good_for_its_list_only() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let villager = app.anonymous();
    let town = &county.town;

    let below = villager.get(format!("/v1/sites?parent_id={}", town.institute.id)).await;
    let institutes = villager.get("/v1/sites?kind=institute&page_size=1").await;
    let token = institutes.ok()["next_page_token"].as_str().unwrap().to_owned();
    let elsewhere = villager.get(format!("/v1/sites?kind=station&page_token={token}")).await;
    let unknown = villager.get("/v1/sites?kin=station").await;
    let none = villager.get("/v1/sites?page_size=0").await;

    assert_eq!(codes(&below), [&*town.stations[0].division_code, &*town.stations[1].division_code]);
    assert_eq!(codes(&institutes), [&*town.institute.division_code]);
    elsewhere.assert_problem(400, "bad_page_token");
    assert!(unknown.status.is_client_error(), "{}", unknown.describe());
    none.assert_problem(422, "invalid_value");
}

#[actix_web::test]
async fn a_closed_site_is_listed_no_longer() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let closed = site::ActiveModel {
        id: Set(station.id),
        valid_to: Set(NaiveDate::from_ymd_opt(2023, 1, 1)),
        ..Default::default()
    };
    site::Entity::update(closed).exec(&app.db).await.unwrap();

    let listed = app.anonymous().get("/v1/sites").await;
    let own = app.anonymous().get(format!("/v1/sites/{}", station.id)).await;

    assert!(!codes(&listed).contains(&station.division_code));
    assert_eq!(own.ok()["valid_to"], "2023-01-01");
}
