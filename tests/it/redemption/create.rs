//! `redemption_create`.

use chrono::TimeDelta;
use entity::card;
use entity::volunteer::{self, VolunteerState};
use harness::{Offer, TestApp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

#[actix_web::test]
async fn points_are_held_and_goods_reserved_together() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;

    let placed = villager.client.post("/v1/redemptions", shop.wish(2)).await;

    assert_eq!(placed.status, 201);
    let view = placed.ok();
    assert_eq!((&view["points"], &view["state"]), (&json!(60), &json!("created")));
    assert!(view["receipt_no"].as_str().unwrap().starts_with("DH-"));
    assert!(view["pickup_code"].as_str().unwrap().starts_with("QH-"));
    assert_eq!(app.points_of(villager.volunteer).await, (40, 60));
    let lot = shop.keepers.clerk.get(format!("/v1/stock-lots/{}", shop.lot)).await.ok();
    assert_eq!((&lot["on_hand"], &lot["reserved"]), (&json!(10), &json!(2)));
    let read = villager.client.get(&placed.headers["location"]).await.ok();
    assert_eq!(read["allowed_actions"], json!(["cancel", "renew_code"]));
    assert!(read.get("pickup_code").is_none(), "shown once");
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn a_dry_run_says_the_same_and_changes_nothing() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;

    let tried = villager.client.post("/v1/redemptions?dry_run=true", shop.wish(2)).await;
    let too_many = villager.client.post("/v1/redemptions?dry_run=true", shop.wish(4)).await;

    assert_eq!(tried.ok()["points"], 60);
    assert_eq!(tried.ok().get("pickup_code"), None, "no code opens what was not ordered");
    too_many.assert_problem(409, "insufficient_points");
    assert_eq!(app.points_of(villager.volunteer).await, (100, 0));
    let mine = villager.client.get("/v1/me/redemptions").await.ok();
    assert_eq!(mine["items"], json!([]));
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn every_refusal_has_its_code_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let offer = Offer { stock: 3, quantity: 5, threshold: 50, ..Offer::default() };
    let shop = app.shop(offer).await;
    let poor = app.rich_volunteer("poor", &shop.station, 49).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let rich = app.rich_volunteer("rich", &shop.station, 1000).await;
    let redeem = async |person: &harness::Person, quantity: i32| {
        person.client.post("/v1/redemptions", shop.wish(quantity)).await
    };

    redeem(&poor, 1).await.assert_problem(409, "below_threshold");
    redeem(&villager, 4).await.assert_problem(409, "insufficient_points");
    redeem(&rich, 6).await.assert_problem(409, "out_of_stock");
    let short = redeem(&rich, 4).await;
    short.assert_problem(409, "out_of_stock");
    assert_eq!(short.json()["available"], 3, "offered, but not on the shelf");
    let zero = redeem(&rich, 0).await;
    zero.assert_problem(422, "invalid_value");
    zero.assert_names("/quantity");
    let mut wish = shop.wish(1);
    wish["goods_id"] = json!("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
    let unknown = rich.client.post("/v1/redemptions", wish).await;
    unknown.assert_problem(422, "invalid_value");
    unknown.assert_names("/goods_id");
    let mut wish = shop.wish(1);
    wish["session_id"] = json!("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
    rich.client.post("/v1/redemptions", wish).await.assert_problem(404, "not_found");
    assert_eq!(app.points_of(rich.volunteer).await, (1000, 0));
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn held_points_still_count_for_the_threshold() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer { threshold: 100, ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;

    shop.redeem(&villager).await;
    let second = villager.client.post("/v1/redemptions", shop.wish(1)).await;

    assert_eq!(second.ok()["state"], "created");
    assert_eq!(app.points_of(villager.volunteer).await, (40, 60));
}

#[actix_web::test]
async fn one_person_takes_no_more_than_the_limits() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer { limit: Some(2), ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 1000).await;
    let redeem =
        async |quantity: i32| villager.client.post("/v1/redemptions", shop.wish(quantity)).await;

    let many = redeem(3).await;
    many.assert_problem(409, "limit_reached");
    let words = "本次集中兑换每人限兑2件，已兑0件（含待领），还可兑2件";
    assert_eq!(
        (&many.json()["detail"], &many.json()["limit_of"]),
        (&json!(words), &json!("session"))
    );
    let first = redeem(2).await;
    first.assert_ok();
    let more = redeem(1).await;
    more.assert_problem(409, "limit_reached");
    assert_eq!(more.json()["taken"], 2);
    let cancel = format!("/v1/redemptions/{}/cancel", first.id());
    villager.client.post(cancel, json!({})).await.assert_ok();
    redeem(1).await.assert_ok();
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn one_person_takes_no_more_of_an_item_than_its_limit() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer { item_limit: Some(1), ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 1000).await;
    let other = app.rich_volunteer("li-fen", &shop.station, 1000).await;

    let (id, _) = shop.redeem(&villager).await;
    let again = villager.client.post("/v1/redemptions", shop.wish(1)).await;
    shop.redeem(&other).await;

    again.assert_problem(409, "limit_reached");
    assert_eq!(again.json()["limit"], 1);
    assert_eq!(again.json()["detail"], "这种物品每人限兑1件，已兑1件（含待领），还可兑0件");
    villager.client.post(format!("/v1/redemptions/{id}/cancel"), json!({})).await.assert_ok();
    shop.redeem(&villager).await;
}

#[actix_web::test]
async fn only_active_volunteers_with_a_card_in_use_redeem() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let redeem = async || villager.client.post("/v1/redemptions", shop.wish(1)).await;
    let set_state = async |state: VolunteerState| {
        volunteer::Entity::update_many()
            .col_expr(volunteer::Column::State, Expr::value(state))
            .filter(volunteer::Column::Id.eq(villager.volunteer))
            .exec(&app.db)
            .await
            .unwrap();
    };

    set_state(VolunteerState::Suspended).await;
    redeem().await.assert_problem(409, "volunteer_not_active");
    assert_eq!(redeem().await.json()["detail"], "已暂停，请联系常住地所站");
    set_state(VolunteerState::Disqualified).await;
    let zeroed = redeem().await;
    zeroed.assert_problem(409, "volunteer_not_active");
    assert_eq!(zeroed.json()["detail"], "已取消积分资格，至当年12月31日止，期满后恢复");
    set_state(VolunteerState::Active).await;
    card::Entity::update_many()
        .col_expr(card::Column::State, Expr::value(card::CardState::Lost))
        .exec(&app.db)
        .await
        .unwrap();
    redeem().await.assert_problem(409, "card_not_active");
    assert_eq!(app.points_of(villager.volunteer).await, (100, 0));
}

#[actix_web::test]
async fn a_session_is_good_within_its_window_and_its_town() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let neighbour = &shop.county.town.stations[1];
    let near = app.rich_volunteer("near", neighbour, 100).await;
    let far = app.rich_volunteer("far", &shop.county.other.stations[0], 100).await;

    near.client.post("/v1/redemptions", shop.wish(1)).await.assert_ok();
    far.client.post("/v1/redemptions", shop.wish(1)).await.assert_problem(404, "not_found");
    app.advance(TimeDelta::days(2));
    let near = app.sign_in("near").await;
    near.post("/v1/redemptions", shop.wish(1)).await.assert_problem(409, "session_not_open");
}

#[actix_web::test]
async fn staff_without_a_profile_do_not_redeem_and_a_key_is_needed() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;

    let staff = shop.keepers.clerk.post("/v1/redemptions", shop.wish(1)).await;
    let body = Some(shop.wish(1));
    let bare = villager.client.send(reqwest::Method::POST, "/v1/redemptions", body, &[]).await;

    staff.assert_problem(403, "permission_denied");
    bare.assert_problem(400, "idempotency_key_required");
}
