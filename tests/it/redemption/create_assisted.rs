//! `redemption_create_assisted`.

use entity::role_assignment::Role;
use harness::{Offer, TestApp};
use serde_json::json;

#[actix_web::test]
async fn a_villager_without_a_phone_redeems_and_picks_up_with_her_card() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let (volunteer, card) = app.card_only("王奶奶", &shop.station).await;
    app.give(volunteer, 50).await;
    let path = format!("/v1/sites/{}/redemptions", shop.station.id);
    let mut body = shop.wish(1);
    body["card_number"] = json!(card);

    let placed = shop.keepers.clerk.post(&path, body).await;

    assert_eq!(placed.status, 201);
    assert!(placed.ok().get("pickup_code").is_none(), "she has her card");
    let read = shop.keepers.clerk.get(&placed.headers["location"]).await.ok();
    assert_eq!(read["volunteer_name"], "王*奶");
    let fulfil = format!("/v1/redemptions/{}/fulfil", placed.id());
    let body = json!({"card_number": card, "signature": "paper"});
    assert_eq!(read["allowed_actions"], json!(["ready", "cancel"]), "another hands it out");
    let alone = shop.keepers.clerk.post(&fulfil, body.clone()).await;
    alone.assert_problem(403, "must_recuse");
    assert_eq!(app.points_of(volunteer).await, (20, 30));
    shop.keepers.manager.post(fulfil, body).await.assert_ok();
    assert_eq!(app.points_of(volunteer).await, (20, 0));
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn nobody_redeems_for_her_kin() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    app.volunteer("busy-wang", &shop.station).await;
    let at_counter = app.staff("busy-wang", Role::Clerk, &shop.station).await;
    let (mother, card) = app.card_only("王奶奶", &shop.station).await;
    app.give(mother, 100).await;
    let kin = json!({"volunteer_id": mother, "relation": "母女"});
    at_counter.post("/v1/me/relatives", kin).await.assert_ok();
    let mut body = shop.wish(1);
    body["card_number"] = json!(card);

    let path = format!("/v1/sites/{}/redemptions", shop.station.id);
    at_counter.post(path, body).await.assert_problem(403, "must_recuse");

    assert_eq!(app.points_of(mother).await, (100, 0));
}

#[actix_web::test]
async fn not_for_oneself_not_elsewhere_not_with_an_unknown_card() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let clerk = app.rich_volunteer("busy-wang", &shop.station, 100).await;
    let at_counter = app.staff("busy-wang", Role::Clerk, &shop.station).await;
    let (_, card) = app.card_only("王奶奶", &shop.station).await;
    let path = format!("/v1/sites/{}/redemptions", shop.station.id);
    let with = |card: &str| {
        let mut body = shop.wish(1);
        body["card_number"] = json!(card);
        body
    };

    let own = at_counter.post(&path, with(&clerk.card_number)).await;
    own.assert_problem(403, "must_recuse");
    at_counter.post(&path, with("JF-0000-0000-000")).await.assert_problem(404, "card_unknown");
    at_counter.post(&path, with(&card)).await.assert_problem(409, "insufficient_points");
    let neighbour = app.keepers(&shop.county.town.stations[1]).await;
    neighbour.clerk.post(&path, with(&card)).await.assert_problem(403, "permission_denied");
    let theirs = format!("/v1/sites/{}/redemptions", shop.county.town.stations[1].id);
    neighbour.clerk.post(theirs, with(&card)).await.assert_problem(404, "not_found");
}
