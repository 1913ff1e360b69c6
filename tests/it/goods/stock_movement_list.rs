//! `stock_movement_list`.

use harness::TestApp;

#[actix_web::test]
async fn every_step_of_a_lot_is_kept_in_order() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let lot = keepers.stock(station, &goods, 5, None).await;
    keepers.write_off(&lot, 2).await.assert_ok();

    let list = keepers.clerk.get(format!("/v1/stock-lots/{lot}/movements")).await.ok();

    let kinds: Vec<_> = list["items"].as_array().unwrap().iter().map(|m| &m["kind"]).collect();
    assert_eq!(kinds, ["receive", "accept", "accept", "shelve", "write_off"]);
    assert_eq!(list["items"][4]["reason"], "运输破损");
    let page = keepers.clerk.get(format!("/v1/stock-lots/{lot}/movements?page_size=2")).await.ok();
    let token = page["next_page_token"].as_str().unwrap();
    let next = format!("/v1/stock-lots/{lot}/movements?page_size=2&page_token={token}");
    assert_eq!(keepers.clerk.get(next).await.ok()["items"][0]["kind"], "accept");
}
