//! `redemption_fulfil`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::{card, relative, stock_lot};
use harness::{Offer, TestApp};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use uuid::Uuid;

#[actix_web::test]
async fn goods_are_handed_over_once_against_the_card() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;

    let done = shop.hand_over(&id, &villager).await.ok();
    let again = shop.hand_over(&id, &villager).await;

    assert_eq!(done["state"], "fulfilled");
    assert_eq!(done["allowed_actions"], json!([]));
    again.assert_problem(409, "wrong_state");
    assert_eq!(app.points_of(villager.volunteer).await, (70, 0));
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn the_same_key_hands_over_once() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;
    let delegate = json!({"name": "李大明", "relation": "family"});
    let delegate = villager.client.post("/v1/me/pickup-delegates", delegate).await.id();
    let body = json!({
        "card_number": villager.card_number, "signature": "paper", "delegate_id": delegate,
    });
    let path = format!("/v1/redemptions/{id}/fulfil");
    let send = || shop.keepers.clerk.post_with_key(&path, body.clone(), "hand-over-00000001");

    let (first, second) = (send().await, send().await);

    assert_eq!(first.ok()["delegate_name"], "李大明");
    assert_eq!(first.body, second.body);
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn a_wrong_card_or_code_is_refused_and_tries_are_few() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let other = app.rich_volunteer("li-fen", &shop.station, 100).await;
    let (id, code) = shop.redeem(&villager).await;
    let (_, others_code) = shop.redeem(&other).await;
    let fulfil = async |body: Value| {
        shop.keepers.clerk.post(format!("/v1/redemptions/{id}/fulfil"), body).await
    };

    for body in [
        json!({"card_number": other.card_number, "signature": "card"}),
        json!({"card_number": "JF-0000-0000-000", "signature": "card"}),
        json!({"pickup_code": others_code, "signature": "code"}),
        json!({"pickup_code": "QH-0000-000", "signature": "code"}),
        json!({"pickup_code": "QH-1111-111", "signature": "code"}),
    ] {
        fulfil(body).await.assert_problem(403, "pickup_proof_wrong");
    }
    let right = json!({"pickup_code": code, "signature": "code"});
    let sixth = fulfil(right.clone()).await;

    sixth.assert_problem(429, "rate_limited");
    assert!(sixth.headers.contains_key("retry-after"));
    assert_eq!(app.points_of(villager.volunteer).await, (70, 30));
    app.advance(TimeDelta::minutes(16));
    let clerk = app.sign_in(&format!("clerk-{}", shop.station.division_code)).await;
    clerk.post(format!("/v1/redemptions/{id}/fulfil"), right).await.assert_ok();
}

#[actix_web::test]
async fn exactly_one_proof_and_a_signature_that_goes_with_it() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, code) = shop.redeem(&villager).await;
    let card = &villager.card_number;

    for (body, pointer) in [
        (json!({"signature": "card"}), "/card_number"),
        (json!({"card_number": card, "pickup_code": code, "signature": "card"}), "/pickup_code"),
        (json!({"card_number": card, "signature": "code"}), "/signature"),
        (json!({"pickup_code": code, "signature": "card"}), "/signature"),
        (json!({"pickup_code": code, "signature": "kiss"}), "/signature"),
    ] {
        let refused = shop.keepers.clerk.post(format!("/v1/redemptions/{id}/fulfil"), body).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names(pointer);
    }
}

#[actix_web::test]
async fn nobody_hands_goods_to_herself_or_her_kin() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let clerk = app.rich_volunteer("busy-wang", &shop.station, 100).await;
    let mother = app.rich_volunteer("old-wang", &shop.station, 100).await;
    let at_counter = app.staff("busy-wang", Role::Clerk, &shop.station).await;
    let row = relative::ActiveModel {
        id: Set(Uuid::now_v7().into()),
        account_id: Set(clerk.account),
        volunteer_id: Set(mother.volunteer),
        relation: Set("母女".into()),
        declared_by: Set(clerk.account),
        declared_at: Set(app.clock.now()),
        withdrawn_at: Set(None),
    };
    relative::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();

    for person in [&clerk, &mother] {
        let (id, _) = shop.redeem(person).await;
        let body = json!({"card_number": person.card_number, "signature": "card"});
        let own = at_counter.post(format!("/v1/redemptions/{id}/fulfil"), body).await;
        own.assert_problem(403, "must_recuse");
        let list = format!("/v1/sites/{}/redemptions?state=created", shop.station.id);
        let seen = at_counter.get(list).await.ok();
        assert_eq!(seen["items"][0]["id"], json!(id));
        assert_eq!(seen["items"][0]["allowed_actions"], json!(["ready", "cancel"]));
        shop.hand_over(&id, person).await.assert_ok();
    }
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn a_lost_card_does_not_open_the_counter() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;
    card::Entity::update_many()
        .col_expr(card::Column::State, Expr::value(card::CardState::Lost))
        .exec(&app.db)
        .await
        .unwrap();

    shop.hand_over(&id, &villager).await.assert_problem(409, "card_not_active");
}

#[actix_web::test]
async fn who_comes_too_late_gets_nothing() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;

    app.advance(TimeDelta::hours(73));
    let clerk = app.sign_in(&format!("clerk-{}", shop.station.division_code)).await;
    let body = json!({"card_number": villager.card_number, "signature": "card"});
    let late = clerk.post(format!("/v1/redemptions/{id}/fulfil"), body).await;

    late.assert_problem(409, "redemption_expired");
    app.assert_books_agree().await;
}

/// Two pieces were reserved from a lot that expires before they are picked up.
async fn with_expired_reservation(app: &TestApp, stock: i32) -> (harness::Shop, String, String) {
    let shop = app.shop(Offer { stock, ..Offer::default() }).await;
    let soon = (app.clock.now() + TimeDelta::days(1)).date_naive().to_string();
    let milk = shop.keepers.stock(&shop.station, &shop.goods, 5, Some(&soon)).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let placed = villager.client.post("/v1/redemptions", shop.wish(2)).await;
    let lot = shop.keepers.clerk.get(format!("/v1/stock-lots/{milk}")).await.ok();
    assert_eq!(lot["reserved"], 2, "what expires first is taken first");
    app.advance(TimeDelta::days(2) + TimeDelta::hours(12));
    (shop, placed.id(), villager.card_number)
}

#[actix_web::test]
async fn what_expired_meanwhile_is_replaced_by_fresh_pieces() {
    let app = TestApp::start().await;
    let (shop, id, card_number) = with_expired_reservation(&app, 2).await;
    let clerk = app.sign_in(&format!("clerk-{}", shop.station.division_code)).await;

    let body = json!({"card_number": card_number, "signature": "card"});
    clerk.post(format!("/v1/redemptions/{id}/fulfil"), body).await.assert_ok();

    for lot in stock_lot::Entity::find().all(&app.db).await.unwrap() {
        let expected = if lot.expires_on.is_some() { 0 } else { 2 };
        assert_eq!((lot.issued, lot.reserved), (expected, 0));
    }
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn what_expired_is_never_handed_over() {
    let app = TestApp::start().await;
    let (shop, id, card_number) = with_expired_reservation(&app, 1).await;
    let clerk = app.sign_in(&format!("clerk-{}", shop.station.division_code)).await;

    let body = json!({"card_number": card_number, "signature": "card"});
    let refused = clerk.post(format!("/v1/redemptions/{id}/fulfil"), body).await;

    refused.assert_problem(409, "out_of_stock");
    app.assert_books_agree().await;
}
