//! `me_card`.

use entity::role_assignment::Role;
use harness::{TestApp, registration};
use serde_json::json;

#[actix_web::test]
async fn the_holder_shows_her_number_as_a_square_code_while_it_is_in_use() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let zhang = app.volunteer("zhang", station).await;

    let card = zhang.client.get("/v1/me/card").await.ok();
    let reason = json!({"reason": "卡片借给他人使用"});
    let suspend = format!("/v1/cards/{}/suspend", zhang.card_number);
    clerk.post(suspend, reason).await.assert_ok();
    let suspended = zhang.client.get("/v1/me/card").await.ok();

    assert_eq!(card["number"], zhang.card_number);
    assert!(card["qr_svg"].as_str().unwrap().contains("<svg"));
    assert_eq!(suspended["state"], "suspended");
    assert!(suspended.get("qr_svg").is_none());
}

#[actix_web::test]
async fn without_a_card_there_is_none() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let villager = app.sign_in("villager").await;

    let early = villager.get("/v1/me/card").await;
    early.assert_problem(403, "permission_denied");
    assert_eq!(early.json()["detail"], "请先登记为志愿者");
    let body = registration(&county.town.stations[0], "1952-03-08", 1);
    villager.post("/v1/volunteers", body).await.assert_ok();
    villager.get("/v1/me/card").await.assert_problem(404, "not_found");
}
