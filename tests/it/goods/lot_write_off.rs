//! `lot_write_off`.

use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn pieces_are_written_off_until_nothing_is_left() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let lot = keepers.stock(station, &goods, 5, None).await;
    let path = format!("/v1/stock-lots/{lot}/write-off");
    let write_off = async |quantity: i32| {
        keepers.clerk.post(&path, json!({"quantity": quantity, "reason": "运输破损"})).await
    };

    let some = write_off(2).await.ok();
    let too_many = write_off(4).await;
    let rest = write_off(3).await.ok();
    let none = write_off(1).await;

    assert_eq!((&some["on_hand"], &some["written_off"]), (&json!(3), &json!(2)));
    assert_eq!(some["state"], "on_shelf");
    too_many.assert_problem(409, "out_of_stock");
    assert_eq!(too_many.json()["available"], 3);
    assert_eq!(rest["state"], "written_off");
    none.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn the_same_key_writes_off_once_and_a_reason_is_needed() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let lot = keepers.stock(station, &goods, 5, None).await;
    let path = format!("/v1/stock-lots/{lot}/write-off");
    let body = json!({"quantity": 1, "reason": "运输破损"});

    for _ in 0..3 {
        keepers.clerk.post_with_key(&path, body.clone(), "write-off-000000001").await.assert_ok();
    }
    let bare = keepers.clerk.post(&path, json!({"quantity": 1})).await;

    let view = keepers.clerk.get(format!("/v1/stock-lots/{lot}")).await.ok();
    assert_eq!(view["on_hand"], 4);
    bare.assert_problem(422, "missing_field");
    bare.assert_names("/reason");
}
