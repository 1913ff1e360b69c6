//! `redemption_session_list` and `redemption_session_get`.

use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn anybody_sees_what_is_offered_and_what_is_left() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer { stock: 5, quantity: 10, ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    villager.client.post("/v1/redemptions", shop.wish(2)).await.assert_ok();
    let passer_by = app.anonymous();
    let path = format!("/v1/sites/{}/redemption-sessions", shop.station.id);

    let list = passer_by.get(&path).await.ok();
    let one = passer_by.get(format!("/v1/redemption-sessions/{}", shop.session)).await;

    let item = &list["items"][0]["items"][0];
    assert_eq!((&item["goods_name"], &item["points"]), (&json!("洗衣液"), &json!(30)));
    assert_eq!(item["quantity_left"], 3, "no more than lies on the shelf");
    assert_eq!(list["items"][0]["open_now"], true);
    assert_eq!(one.ok()["id"], shop.session.as_str());
    assert_eq!(one.version(), 2);
    let planned = passer_by.get(format!("{path}?state=planned")).await.ok();
    assert_eq!(planned["items"], json!([]));
}
