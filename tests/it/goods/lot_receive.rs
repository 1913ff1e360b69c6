//! `lot_receive`.

use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn a_lot_starts_in_quarantine_with_its_first_movement() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;

    let lot = keepers.receive(station, &goods, 20, Some("2199-12-31")).await;

    let view = keepers.clerk.get(format!("/v1/stock-lots/{lot}")).await.ok();
    assert_eq!(view["state"], "quarantine");
    assert_eq!((&view["on_hand"], &view["reserved"]), (&json!(20), &json!(0)));
    assert_eq!(view["goods_name"], "洗衣液");
    assert_eq!(view["allowed_actions"], json!(["accept", "write_off"]));
    let movements = keepers.clerk.get(format!("/v1/stock-lots/{lot}/movements")).await.ok();
    assert_eq!(movements["items"][0]["kind"], "receive");
    assert_eq!(movements["items"][0]["quantity"], 20);
}

#[actix_web::test]
async fn a_key_is_required_and_good_for_one_lot() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let path = format!("/v1/sites/{}/stock-lots", station.id);
    let body = json!({"goods_id": goods, "quantity": 20, "source": "purchase"});

    let bare = keepers.clerk.send(reqwest::Method::POST, &path, Some(body.clone()), &[]).await;
    let first = keepers.clerk.post_with_key(&path, body.clone(), "lot-receive-00000001").await;
    let second = keepers.clerk.post_with_key(&path, body, "lot-receive-00000001").await;

    bare.assert_problem(400, "idempotency_key_required");
    assert_eq!(first.id(), second.id());
    assert_eq!(second.headers["idempotency-replayed"], "true");
    let list = keepers.clerk.get(&path).await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn wrong_values_and_others_goods_are_refused() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let neighbour = app.keepers(&county.town.stations[1]).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let theirs = neighbour.goods(&county.town.stations[1], "米").await;
    let path = format!("/v1/sites/{}/stock-lots", station.id);
    let body = json!({"goods_id": goods, "quantity": 20, "source": "purchase"});

    for (field, value) in [
        ("quantity", json!(0)),
        ("quantity", json!(1_000_001)),
        ("expires_on", json!("2020-01-01")),
        ("expires_on", json!("2300-01-01")),
        ("source", json!("found")),
        ("unit_value_fen", json!(-1)),
    ] {
        let mut body = body.clone();
        body[field] = value;
        let refused = keepers.clerk.post(&path, body).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names(&format!("/{field}"));
    }
    let mut body = body;
    body["goods_id"] = json!(theirs);
    keepers.clerk.post(&path, body).await.assert_problem(404, "not_found");
}
