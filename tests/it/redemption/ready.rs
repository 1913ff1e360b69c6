//! `redemption_ready`.

use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn the_counter_says_once_that_goods_lie_ready() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;
    let path = format!("/v1/redemptions/{id}/ready");

    let ready = shop.keepers.clerk.post(&path, json!({})).await.ok();

    assert_eq!(ready["state"], "ready");
    assert_eq!(ready["allowed_actions"], json!(["fulfil", "cancel"]));
    assert_eq!(ready["volunteer_name"], "z**********n", "masked");
    shop.keepers.clerk.post(&path, json!({})).await.assert_problem(409, "wrong_state");
    villager.client.post(&path, json!({})).await.assert_problem(403, "permission_denied");
    let neighbour = app.keepers(&shop.county.town.stations[1]).await;
    neighbour.clerk.post(&path, json!({})).await.assert_problem(403, "permission_denied");
    let stranger = app.keepers(&shop.county.other.stations[0]).await;
    stranger.clerk.post(&path, json!({})).await.assert_problem(404, "not_found");
}
