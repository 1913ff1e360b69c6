//! `redemption_session_close`.

use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn after_closing_nobody_redeems_but_what_was_redeemed_is_picked_up() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;
    let close = format!("/v1/redemption-sessions/{}/close", shop.session);

    let closed = shop.keepers.manager.post(&close, json!({})).await.ok();
    let late = villager.client.post("/v1/redemptions", shop.wish(1)).await;

    assert_eq!((&closed["state"], &closed["open_now"]), (&json!("closed"), &json!(false)));
    late.assert_problem(409, "session_not_open");
    shop.hand_over(&id, &villager).await.assert_ok();
    shop.keepers.manager.post(&close, json!({})).await.assert_problem(409, "wrong_state");
    shop.keepers.clerk.post(&close, json!({})).await.assert_problem(403, "permission_denied");
}
