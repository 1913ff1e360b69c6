//! `redemption_lookup`.

use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn the_counter_finds_by_card_receipt_and_state() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let other = app.rich_volunteer("li-fen", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;
    let (others, _) = shop.redeem(&other).await;
    shop.hand_over(&others, &other).await.assert_ok();
    let path = format!("/v1/sites/{}/redemptions", shop.station.id);
    let find = async |query: String| shop.keepers.clerk.get(format!("{path}{query}")).await;
    let ids = |list: serde_json::Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap();
        items.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };

    let by_card = find(format!("?card_number={}", villager.card_number)).await.ok();
    assert_eq!(by_card["items"][0]["allowed_actions"], json!(["ready", "fulfil", "cancel"]));
    let receipt = by_card["items"][0]["receipt_no"].as_str().unwrap().to_lowercase();
    assert_eq!(ids(by_card), std::slice::from_ref(&id));
    assert_eq!(ids(find(format!("?receipt_no={receipt}")).await.ok()), std::slice::from_ref(&id));
    assert_eq!(ids(find("?state=fulfilled".into()).await.ok()), std::slice::from_ref(&others));
    assert_eq!(ids(find(String::new()).await.ok()), [others, id]);
    find("?card_number=JF-0000-0000-000".into()).await.assert_problem(404, "card_unknown");
    find("?receipt_no=DH-1".into()).await.assert_problem(422, "invalid_value");
}

#[actix_web::test]
async fn other_counters_do_not_see_it() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let path = format!("/v1/sites/{}/redemptions", shop.station.id);
    let neighbour = app.keepers(&shop.county.town.stations[1]).await;
    let stranger = app.keepers(&shop.county.other.stations[0]).await;

    neighbour.clerk.get(&path).await.assert_problem(403, "permission_denied");
    stranger.clerk.get(&path).await.assert_problem(404, "not_found");
}
