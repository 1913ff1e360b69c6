//! `redemption_return`.

use chrono::{TimeDelta, Utc};
use entity::ids::VolunteerId;
use entity::role_assignment::Role;
use entity::{ledger_entry, relative, stock_lot, stock_movement};
use harness::{Client, Offer, Person, Shop, TestApp};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

async fn handed_over(app: &TestApp) -> (Shop, Person, String) {
    let shop = app.shop(Offer { stock: 1, ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (id, _) = shop.redeem(&villager).await;
    shop.hand_over(&id, &villager).await.assert_ok();
    (shop, villager, id)
}

fn sound() -> Value {
    json!({"condition": "sound", "reason": "领错了，没有拆封"})
}

fn damaged() -> Value {
    json!({"condition": "damaged", "reason": "领取后发现包装破损"})
}

async fn give_back(by: &Client, id: &str, body: Value) -> harness::Answer {
    by.post(format!("/v1/redemptions/{id}/return"), body).await
}

async fn lot(app: &TestApp) -> stock_lot::Model {
    stock_lot::Entity::find().one(&app.db).await.unwrap().unwrap()
}

async fn returns(app: &TestApp, volunteer: VolunteerId) -> Vec<ledger_entry::Model> {
    ledger_entry::Entity::find()
        .filter(ledger_entry::Column::VolunteerId.eq(volunteer))
        .filter(ledger_entry::Column::Kind.eq(ledger_entry::LedgerKind::Return))
        .all(&app.db)
        .await
        .unwrap()
}

async fn movements(app: &TestApp) -> Vec<String> {
    let rows = stock_movement::Entity::find()
        .order_by_asc(stock_movement::Column::Id)
        .filter(stock_movement::Column::RedemptionId.is_not_null());
    rows.all(&app.db).await.unwrap().into_iter().map(|row| row.kind.to_string()).collect()
}

#[actix_web::test]
async fn sound_goods_go_back_on_the_shelf_and_the_points_back_to_her() {
    let app = TestApp::start().await;
    let (shop, villager, id) = handed_over(&app).await;
    assert_eq!(lot(&app).await.state.as_str(), "exhausted");

    let back = give_back(&shop.keepers.manager, &id, sound()).await.ok();

    assert_eq!((&back["state"], &back["returned_as"]), (&json!("returned"), &json!("sound")));
    assert_eq!(back["ended_reason"], "领错了，没有拆封");
    assert_eq!(back["allowed_actions"], json!([]));
    assert_eq!(app.points_of(villager.volunteer).await, (100, 0));
    let lot = lot(&app).await;
    assert_eq!((lot.state.as_str(), lot.on_hand, lot.issued), ("on_shelf", 1, 0));
    assert_eq!(movements(&app).await, ["reserve", "issue", "return"]);
    let newest = villager.client.get("/v1/me/ledger-entries").await.ok()["items"][0].clone();
    assert_eq!(newest["text"], "物品退回，返还30分，现有可用积分100分");
    assert_eq!(newest["reason"], "退货：领错了，没有拆封");
    let (again, _) = shop.redeem(&villager).await;
    shop.hand_over(&again, &villager).await.assert_ok();
    app.assert_books_agree().await;
    app.run_jobs().await;
    app.assert_sound().await;
}

#[actix_web::test]
async fn damaged_goods_are_written_off() {
    let app = TestApp::start().await;
    let (shop, villager, id) = handed_over(&app).await;

    give_back(&shop.keepers.manager, &id, damaged()).await.assert_ok();

    let lot = lot(&app).await;
    assert_eq!((lot.on_hand, lot.issued, lot.written_off), (0, 0, 1));
    assert_eq!(movements(&app).await, ["reserve", "issue", "return", "write_off"]);
    assert_eq!(app.points_of(villager.volunteer).await, (100, 0));
    let none = villager.client.post("/v1/redemptions", shop.wish(1)).await;
    none.assert_problem(409, "out_of_stock");
    app.assert_books_agree().await;
    app.run_jobs().await;
    app.assert_sound().await;
}

#[actix_web::test]
async fn the_register_keeps_the_line_and_says_what_came_back() {
    let app = TestApp::start().await;
    let (shop, _, id) = handed_over(&app).await;
    give_back(&shop.keepers.manager, &id, damaged()).await.assert_ok();
    let today = api::platform::clock::local_day(app.clock.now());

    let path = format!("/v1/sites/{}/redemption-register", shop.station.id);
    let page = shop.keepers.clerk.get(format!("{path}?from={today}&to={today}")).await.ok();

    let line = &page["items"][0];
    assert_eq!(line["redemption_id"], id.as_str());
    assert_eq!((&line["returned_on"], &line["returned_as"]), (&json!(today), &json!("damaged")));
}

#[actix_web::test]
async fn who_handed_them_out_and_who_is_close_do_not_take_them_back() {
    let app = TestApp::start().await;
    let (shop, villager, id) = handed_over(&app).await;
    let seen = shop.keepers.clerk.get(format!("/v1/sites/{}/redemptions/{id}", shop.station.id));
    let kin = app.staff("daughter", Role::Clerk, &shop.station).await;
    let row = relative::ActiveModel {
        id: Set(Uuid::now_v7().into()),
        account_id: Set(app.account("daughter").await),
        volunteer_id: Set(villager.volunteer),
        relation: Set("母女".into()),
        declared_by: Set(villager.account),
        declared_at: Set(Utc::now()),
        withdrawn_at: Set(None),
    };
    relative::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
    let herself = app.staff("zhang-xiulan", Role::Clerk, &shop.station).await;
    let neighbour = app.keepers(&shop.county.town.stations[1]).await;
    let stranger = app.keepers(&shop.county.other.stations[0]).await;
    let certifier = app.staff("certifier", Role::Certifier, &shop.station).await;

    assert_eq!(seen.await.ok()["allowed_actions"], json!([]), "she handed it out");
    for by in [&shop.keepers.clerk, &kin, &herself] {
        give_back(by, &id, sound()).await.assert_problem(403, "must_recuse");
    }
    give_back(&neighbour.manager, &id, sound()).await.assert_problem(403, "permission_denied");
    give_back(&certifier, &id, sound()).await.assert_problem(403, "permission_denied");
    give_back(&stranger.manager, &id, sound()).await.assert_problem(404, "not_found");
    assert_eq!(app.points_of(villager.volunteer).await, (70, 0));
    let path = format!("/v1/sites/{}/redemptions/{id}", shop.station.id);
    let offered = shop.keepers.manager.get(path).await.ok();
    assert_eq!(offered["allowed_actions"], json!(["return"]));
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn only_what_was_handed_over_comes_back_and_once() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (open, _) = shop.redeem(&villager).await;
    let manager = &shop.keepers.manager;
    give_back(manager, &open, sound()).await.assert_problem(409, "wrong_state");
    shop.hand_over(&open, &villager).await.assert_ok();
    let path = format!("/v1/redemptions/{open}/return");

    let first = manager.post_with_key(&path, sound(), "take-back-00000001").await;
    let same = manager.post_with_key(&path, sound(), "take-back-00000001").await;
    let again = give_back(manager, &open, damaged()).await;

    assert_eq!(first.ok(), same.ok());
    again.assert_problem(409, "wrong_state");
    assert_eq!(returns(&app, villager.volunteer).await.len(), 1);
    app.assert_books_agree().await;
}

#[actix_web::test]
async fn two_at_once_take_back_once() {
    let app = TestApp::start().await;
    let (shop, villager, id) = handed_over(&app).await;
    let other = app.staff("other", Role::Clerk, &shop.station).await;

    let (one, two) = tokio::join!(
        give_back(&shop.keepers.manager, &id, sound()),
        give_back(&other, &id, damaged()),
    );

    let mut codes = [one.code(), two.code()];
    codes.sort_unstable();
    assert_eq!(codes, ["", "wrong_state"]);
    assert_eq!(returns(&app, villager.volunteer).await.len(), 1);
    app.assert_books_agree().await;
    app.run_jobs().await;
    app.assert_sound().await;
}

#[actix_web::test]
async fn too_late_is_refused_and_what_expired_is_only_written_off() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer { stock: 1, ..Offer::default() }).await;
    let soon = (app.clock.now() + TimeDelta::days(2)).date_naive().to_string();
    shop.keepers.stock(&shop.station, &shop.goods, 1, Some(&soon)).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (milk, _) = shop.redeem(&villager).await;
    let (soap, _) = shop.redeem(&villager).await;
    for id in [&milk, &soap] {
        shop.hand_over(id, &villager).await.assert_ok();
    }

    app.advance(TimeDelta::days(4));
    let manager = app.sign_in(&format!("manager-{}", shop.station.division_code)).await;
    give_back(&manager, &milk, sound()).await.assert_problem(409, "stock_expired");
    assert_eq!(app.points_of(villager.volunteer).await, (40, 0), "a refusal changes nothing");
    give_back(&manager, &milk, damaged()).await.assert_ok();

    app.advance(TimeDelta::days(4));
    let manager = app.sign_in(&format!("manager-{}", shop.station.division_code)).await;
    let late = give_back(&manager, &soap, sound()).await;
    late.assert_problem(409, "return_window_closed");
    assert_eq!(late.json()["days"], 7);
    app.assert_books_agree().await;
    app.run_jobs().await;
    app.assert_sound().await;
}

#[actix_web::test]
async fn condition_and_reason_are_needed() {
    let app = TestApp::start().await;
    let (shop, _, id) = handed_over(&app).await;
    let manager = &shop.keepers.manager;

    for (body, code, pointer) in [
        (json!({"condition": "sound"}), "missing_field", "/reason"),
        (json!({"reason": "领错了"}), "missing_field", "/condition"),
        (json!({"condition": "eaten", "reason": "领错了"}), "invalid_value", "/condition"),
        (json!({"condition": "sound", "reason": "错"}), "invalid_value", "/reason"),
    ] {
        let refused = give_back(manager, &id, body).await;
        refused.assert_problem(422, code);
        refused.assert_names(pointer);
    }
    let path = format!("/v1/redemptions/{id}/return");
    let silent = manager.send(reqwest::Method::POST, &path, Some(sound()), &[]).await;
    silent.assert_problem(400, "idempotency_key_required");
}
