//! `redemption_session_update`.

use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn a_plan_changes_until_the_session_is_opened() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    app.allow_daily(station).await;
    let keepers = app.keepers(station).await;
    let soap = keepers.goods(station, "洗衣液").await;
    let towel = keepers.goods(station, "毛巾").await;
    let path = format!("/v1/sites/{}/redemption-sessions", station.id);
    let plan = app.session_plan(&soap, Offer::default());
    let session = keepers.manager.post(path, plan).await.id();
    let path = format!("/v1/redemption-sessions/{session}");
    let plan = app.session_plan(&towel, Offer { points: 45, ..Offer::default() });

    let changed = keepers.manager.put(&path, plan.clone(), 1).await.ok();
    let stale = keepers.manager.put(&path, plan.clone(), 1).await;
    keepers.manager.post(format!("{path}/open"), json!({})).await.assert_ok();
    let late = keepers.manager.put(&path, plan, 3).await;

    assert_eq!(changed["items"][0]["goods_name"], "毛巾");
    assert_eq!(changed["items"][0]["points"], 45);
    assert_eq!(changed["items"].as_array().unwrap().len(), 1);
    stale.assert_problem(412, "stale_version");
    late.assert_problem(409, "wrong_state");
}
