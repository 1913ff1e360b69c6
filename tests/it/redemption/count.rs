//! `redemption_count`.

use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn the_badges_count_by_state() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 200).await;
    let (first, _) = shop.redeem(&villager).await;
    let (second, _) = shop.redeem(&villager).await;
    shop.redeem(&villager).await;
    shop.hand_over(&first, &villager).await.assert_ok();
    let ready = format!("/v1/redemptions/{second}/ready");
    shop.keepers.clerk.post(ready, json!({})).await.assert_ok();

    let path = format!("/v1/sites/{}/redemptions/count", shop.station.id);
    let count = shop.keepers.clerk.get(&path).await.ok();

    let expected = json!({
        "created": 1, "ready": 1, "fulfilled": 1, "cancelled": 0, "expired": 0, "returned": 0,
    });
    assert_eq!(count, expected);
    villager.client.get(&path).await.assert_problem(403, "permission_denied");
}
