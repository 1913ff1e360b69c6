//! `lot_accept`.

use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn two_different_people_accept_a_lot() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let lot = keepers.receive(station, &goods, 20, None).await;
    let accept = format!("/v1/stock-lots/{lot}/accept");

    let first = keepers.clerk.post(&accept, json!({})).await.ok();
    let again = keepers.clerk.post(&accept, json!({})).await;
    let second = keepers.manager.post(&accept, json!({})).await.ok();
    let third = keepers.manager.post(&accept, json!({})).await;

    assert_eq!(first["state"], "quarantine");
    assert_eq!(first["allowed_actions"], json!(["write_off"]), "she has signed");
    again.assert_problem(409, "second_signer_required");
    assert_eq!(second["state"], "accepted");
    assert_ne!(second["accepted_by"], second["second_accepted_by"]);
    third.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn two_people_signing_at_once_both_count() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    for _ in 0..5 {
        let lot = keepers.receive(station, &goods, 20, None).await;
        let accept = format!("/v1/stock-lots/{lot}/accept");

        let (one, other) = tokio::join!(
            keepers.clerk.post(&accept, json!({})),
            keepers.manager.post(&accept, json!({})),
        );

        one.assert_ok();
        other.assert_ok();
        let view = keepers.clerk.get(format!("/v1/stock-lots/{lot}")).await.ok();
        assert_eq!(view["state"], "accepted");
    }
}

#[actix_web::test]
async fn another_town_does_not_know_the_lot() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let stranger = app.keepers(&county.other.stations[0]).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let lot = keepers.receive(station, &goods, 20, None).await;

    for path in ["accept", "shelve"] {
        let path = format!("/v1/stock-lots/{lot}/{path}");
        stranger.manager.post(path, json!({})).await.assert_problem(404, "not_found");
    }
    stranger.manager.get(format!("/v1/stock-lots/{lot}")).await.assert_problem(404, "not_found");
}
