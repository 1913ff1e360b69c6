//! `lot_list`.

use chrono::TimeDelta;
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn the_list_marks_what_expires_and_is_filtered() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let milk = keepers.goods(station, "鲜奶").await;
    let towel = keepers.goods(station, "毛巾").await;
    let soon = (app.clock.now() + TimeDelta::days(10)).date_naive().to_string();
    keepers.stock(station, &milk, 5, Some(&soon)).await;
    keepers.receive(station, &towel, 5, None).await;
    let path = format!("/v1/sites/{}/stock-lots", station.id);

    let all = keepers.clerk.get(&path).await.ok();
    let shelf = keepers.clerk.get(format!("{path}?state=on_shelf")).await.ok();
    let towels = keepers.clerk.get(format!("{path}?goods_id={towel}")).await.ok();

    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    assert_eq!(shelf["items"].as_array().unwrap().len(), 1);
    assert_eq!(shelf["items"][0]["goods_name"], "鲜奶");
    assert_eq!(shelf["items"][0]["expiring_soon"], json!(true));
    assert_eq!(shelf["items"][0]["expired"], json!(false));
    assert_eq!(towels["items"][0]["expiring_soon"], json!(false));

    app.advance(TimeDelta::days(12));
    let clerk = app.sign_in(&format!("clerk-{}", station.division_code)).await;
    let later = clerk.get(format!("{path}?state=on_shelf")).await.ok();
    assert_eq!(later["items"][0]["expired"], json!(true));
    clerk.get(format!("{path}?state=gone")).await.assert_problem(422, "invalid_value");
}

#[actix_web::test]
async fn a_volunteer_does_not_see_stock() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let villager = app.volunteer("zhang-xiulan", station).await;

    let refused = villager.client.get(format!("/v1/sites/{}/stock-lots", station.id)).await;

    refused.assert_problem(403, "permission_denied");
}
