//! `lot_count`.

use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn a_count_posts_the_difference_once_two_have_signed() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let lot = keepers.stock(station, &goods, 5, None).await;
    let path = format!("/v1/stock-lots/{lot}/count");
    let count = async |counted: i32| {
        let body = json!({"counted": counted, "reason": "月末盘点"});
        keepers.clerk.post(&path, body).await
    };

    let same = count(5).await;
    same.assert_problem(422, "invalid_value");
    same.assert_names("/counted");
    count(-1).await.assert_names("/counted");
    for (counted, written_off, surplus) in [(3, 2, 0), (6, 2, 3)] {
        let id = count(counted).await.id();
        let confirm = format!("/v1/stock-adjustments/{id}/confirm");
        keepers.clerk.post(&confirm, json!({})).await.assert_problem(409, "second_signer_required");
        keepers.manager.post(&confirm, json!({})).await.assert_ok();
        let seen = keepers.clerk.get(format!("/v1/stock-lots/{lot}")).await.ok();
        assert_eq!(seen["on_hand"], counted);
        assert_eq!(
            (&seen["written_off"], &seen["surplus"]),
            (&json!(written_off), &json!(surplus))
        );
    }
    let list = keepers.clerk.get(format!("/v1/stock-lots/{lot}/movements")).await.ok();
    let kinds: Vec<_> = list["items"].as_array().unwrap().iter().map(|m| &m["kind"]).collect();
    assert_eq!(kinds[4..], ["count_loss", "count_surplus"]);
    app.assert_sound().await;
}

#[actix_web::test]
async fn what_moved_since_is_counted_again_and_reserved_pieces_are_there() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang", &shop.station, 100).await;
    let path = format!("/v1/stock-lots/{}/count", shop.lot);
    let count = async |counted: i32| {
        let body = json!({"counted": counted, "reason": "月末盘点"});
        shop.keepers.manager.post(&path, body).await
    };
    let (id, _) = shop.redeem(&villager).await;

    count(0).await.assert_problem(409, "out_of_stock");
    let counted = count(8).await.id();
    shop.hand_over(&id, &villager).await.assert_ok();
    let confirm = format!("/v1/stock-adjustments/{counted}/confirm");
    shop.keepers.clerk.post(&confirm, json!({})).await.assert_problem(409, "stock_moved");

    app.assert_books_agree().await;
    app.assert_sound().await;
}
