//! `redemption_session_open`.

use chrono::TimeDelta;
use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn one_redeems_only_after_the_session_was_opened() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    app.allow_daily(station).await;
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    keepers.stock(station, &goods, 5, None).await;
    let path = format!("/v1/sites/{}/redemption-sessions", station.id);
    let plan = app.session_plan(&goods, Offer::default());
    let session = keepers.manager.post(path, plan).await.id();
    let villager = app.rich_volunteer("zhang-xiulan", station, 100).await;
    let wish = json!({"session_id": session, "goods_id": goods, "quantity": 1});
    let open = format!("/v1/redemption-sessions/{session}/open");

    let early = villager.client.post("/v1/redemptions", wish.clone()).await;
    let opened = keepers.manager.post(&open, json!({})).await.ok();
    let placed = villager.client.post("/v1/redemptions", wish).await;

    early.assert_problem(409, "session_not_open");
    assert_eq!((&opened["state"], &opened["open_now"]), (&json!("open"), &json!(true)));
    placed.assert_ok();
    keepers.manager.post(&open, json!({})).await.assert_problem(409, "wrong_state");
    keepers.clerk.post(&open, json!({})).await.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn a_session_whose_time_is_over_is_not_opened() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    app.allow_daily(station).await;
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let path = format!("/v1/sites/{}/redemption-sessions", station.id);
    let plan = app.session_plan(&goods, Offer::default());
    let session = keepers.manager.post(path, plan).await.id();

    app.advance(TimeDelta::days(2));
    let manager = app.sign_in(&format!("manager-{}", station.division_code)).await;
    let late = manager.post(format!("/v1/redemption-sessions/{session}/open"), json!({})).await;

    late.assert_problem(409, "session_not_open");
}
