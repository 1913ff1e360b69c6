//! `redemption_cancel`.

use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn the_holder_cancels_and_everything_goes_back_once() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;
    let path = format!("/v1/redemptions/{id}/cancel");

    let cancelled = villager.client.post(&path, json!({})).await.ok();
    let again = villager.client.post(&path, json!({})).await;

    assert_eq!(cancelled["state"], "cancelled");
    again.assert_problem(409, "wrong_state");
    assert_eq!(app.points_of(villager.volunteer).await, (100, 0));
    let lot = shop.keepers.clerk.get(format!("/v1/stock-lots/{}", shop.lot)).await.ok();
    assert_eq!((&lot["on_hand"], &lot["reserved"]), (&json!(10), &json!(0)));
    shop.hand_over(&id, &villager).await.assert_problem(409, "wrong_state");
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn the_counter_cancels_with_a_reason_and_others_not_at_all() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let other = app.volunteer("li-fen", &shop.station).await;
    let (id, _) = shop.redeem(&villager).await;
    let path = format!("/v1/redemptions/{id}/cancel");

    other.client.post(&path, json!({})).await.assert_problem(404, "not_found");
    let bare = shop.keepers.clerk.post(&path, json!({})).await;
    bare.assert_problem(422, "invalid_value");
    bare.assert_names("/reason");
    let neighbour = app.keepers(&shop.county.town.stations[1]).await;
    let reason = json!({"reason": "物品临时缺货"});
    neighbour.clerk.post(&path, reason.clone()).await.assert_problem(403, "permission_denied");
    let cancelled = shop.keepers.clerk.post(&path, reason).await.ok();

    assert_eq!(cancelled["ended_reason"], "物品临时缺货");
    assert_eq!(app.points_of(villager.volunteer).await, (100, 0));
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn what_was_handed_over_is_not_cancelled() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;
    shop.hand_over(&id, &villager).await.assert_ok();

    let late = villager.client.post(format!("/v1/redemptions/{id}/cancel"), json!({})).await;

    late.assert_problem(409, "wrong_state");
    app.assert_books_agree().await;
}
