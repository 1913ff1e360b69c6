//! `goods_list`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::Value;

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|g| g["name"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_station_offers_its_own_goods_and_those_of_the_institute() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let neighbour = app.keepers(&county.town.stations[1]).await;
    let town = app.staff("town", Role::TownAdmin, &county.town.institute).await;
    keepers.goods(station, "本站的毛巾").await;
    neighbour.goods(&county.town.stations[1], "邻站的米").await;
    let path = format!("/v1/sites/{}/goods", county.town.institute.id);
    town.post(path, harness::goods_details("镇里的油")).await.assert_ok();

    let list = keepers.clerk.get(format!("/v1/sites/{}/goods", station.id)).await.ok();

    assert_eq!(names(&list), ["镇里的油", "本站的毛巾"]);
    let shared = list["items"][0]["id"].as_str().unwrap();
    let read = keepers.clerk.get(format!("/v1/goods/{shared}")).await.ok();
    assert_eq!(read["allowed_actions"], serde_json::json!([]), "the town's, not hers to change");
}

#[actix_web::test]
async fn pages_follow_one_another_and_tokens_stay_with_their_list() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    for number in 0..5 {
        keepers.goods(station, &format!("物品{number}")).await;
    }
    let path = format!("/v1/sites/{}/goods", station.id);

    let first = keepers.clerk.get(format!("{path}?page_size=3")).await.ok();
    let token = first["next_page_token"].as_str().unwrap();
    let second = keepers.clerk.get(format!("{path}?page_size=3&page_token={token}")).await.ok();

    assert_eq!(names(&first), ["物品4", "物品3", "物品2"]);
    assert_eq!(names(&second), ["物品1", "物品0"]);
    assert!(second.get("next_page_token").is_none());
    let elsewhere = keepers.manager.get(format!("{path}?page_token={token}")).await;
    elsewhere.assert_problem(400, "bad_page_token");
    keepers.clerk.get(format!("{path}?colour=red")).await.assert_problem(422, "unknown_field");
}
