//! `lot_shelve`.

use chrono::TimeDelta;
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn only_an_accepted_lot_goes_on_the_shelf() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let lot = keepers.receive(station, &goods, 20, None).await;
    let shelve = format!("/v1/stock-lots/{lot}/shelve");

    keepers.clerk.post(&shelve, json!({})).await.assert_problem(409, "wrong_state");
    for signer in [&keepers.clerk, &keepers.manager] {
        signer.post(format!("/v1/stock-lots/{lot}/accept"), json!({})).await.assert_ok();
    }
    let shelved = keepers.clerk.post(&shelve, json!({})).await.ok();

    assert_eq!(shelved["state"], "on_shelf");
    assert_eq!(shelved["allowed_actions"], json!(["write_off", "count"]));
    keepers.clerk.post(&shelve, json!({})).await.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn what_expired_since_is_not_put_on_the_shelf() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "鲜奶").await;
    let last = (app.clock.now() + TimeDelta::days(2)).date_naive().to_string();
    let lot = keepers.receive(station, &goods, 20, Some(&last)).await;
    for signer in [&keepers.clerk, &keepers.manager] {
        signer.post(format!("/v1/stock-lots/{lot}/accept"), json!({})).await.assert_ok();
    }

    app.advance(TimeDelta::days(4));
    let clerk = app.sign_in(&format!("clerk-{}", station.division_code)).await;
    let refused = clerk.post(format!("/v1/stock-lots/{lot}/shelve"), json!({})).await;

    refused.assert_problem(409, "stock_expired");
}
