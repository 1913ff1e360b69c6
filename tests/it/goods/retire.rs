//! `goods_retire`.

use harness::{TestApp, goods_details};
use serde_json::json;

#[actix_web::test]
async fn retired_goods_are_neither_changed_nor_received() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let retire = format!("/v1/goods/{goods}/retire");

    let retired = keepers.manager.post(&retire, json!({})).await;

    assert_eq!(retired.ok()["state"], "retired");
    assert_eq!(retired.ok()["allowed_actions"], json!([]));
    keepers.manager.post(&retire, json!({})).await.assert_problem(409, "wrong_state");
    let update = keepers.manager.put(format!("/v1/goods/{goods}"), goods_details("米"), 2).await;
    update.assert_problem(409, "wrong_state");
    let body = json!({"goods_id": goods, "quantity": 1, "source": "purchase"});
    let receive = keepers.clerk.post(format!("/v1/sites/{}/stock-lots", station.id), body).await;
    receive.assert_problem(409, "goods_retired");
}
