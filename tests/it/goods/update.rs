//! `goods_update`.

use harness::{TestApp, goods_details};
use serde_json::json;

#[actix_web::test]
async fn a_change_needs_the_version_that_was_read() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let path = format!("/v1/goods/{goods}");
    let mut details = goods_details("洗衣液");
    details["points_price"] = json!(45);

    let changed = keepers.manager.put(&path, details.clone(), 1).await;
    let stale = keepers.manager.put(&path, details.clone(), 1).await;

    assert_eq!(changed.ok()["points_price"], 45);
    assert_eq!(changed.version(), 2);
    stale.assert_problem(412, "stale_version");
    assert_eq!(keepers.clerk.get(&path).await.ok()["version"], 2);
}

#[actix_web::test]
async fn another_town_cannot_change_them() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let goods = app.keepers(station).await.goods(station, "洗衣液").await;
    let stranger = app.keepers(&county.other.stations[0]).await;

    let refused = stranger.manager.put(format!("/v1/goods/{goods}"), goods_details("米"), 1).await;

    refused.assert_problem(404, "not_found");
}
