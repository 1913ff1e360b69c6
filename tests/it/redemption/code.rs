//! `redemption_code`.

use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn a_new_code_works_and_the_old_one_no_more() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let other = app.volunteer("li-fen", &shop.station).await;
    let (id, old) = shop.redeem(&villager).await;
    let path = format!("/v1/me/redemptions/{id}/code");

    other.client.post(&path, json!({})).await.assert_problem(404, "not_found");
    let new = villager.client.post(&path, json!({})).await.ok()["pickup_code"].clone();

    assert_ne!(new, json!(old));
    let fulfil = format!("/v1/redemptions/{id}/fulfil");
    let with = |code: serde_json::Value| json!({"pickup_code": code, "signature": "code"});
    let refused = shop.keepers.clerk.post(&fulfil, with(json!(old))).await;
    refused.assert_problem(403, "pickup_proof_wrong");
    // As people type it: lower case and spaces.
    let typed = new.as_str().unwrap().to_lowercase().replace('-', " ");
    shop.keepers.clerk.post(&fulfil, with(json!(typed))).await.assert_ok();
    villager.client.post(&path, json!({})).await.assert_problem(409, "wrong_state");
}
