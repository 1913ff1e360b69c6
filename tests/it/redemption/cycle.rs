//! From order to receipt, and back.

use entity::journal_event;
use harness::{Offer, TestApp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

#[actix_web::test]
async fn order_ready_pick_up_and_the_books_agree_at_every_step() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer { stock: 1, quantity: 1, ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;

    let (id, code) = shop.redeem(&villager).await;
    app.assert_books_agree().await;
    let ready = format!("/v1/redemptions/{id}/ready");
    shop.keepers.clerk.post(ready, json!({})).await.assert_ok();
    app.assert_books_agree().await;
    let body = json!({"pickup_code": code, "signature": "code"});
    let done = shop.keepers.clerk.post(format!("/v1/redemptions/{id}/fulfil"), body).await.ok();

    assert_eq!((&done["state"], &done["signature"]), (&json!("fulfilled"), &json!("code")));
    assert_eq!(app.points_of(villager.volunteer).await, (70, 0));
    let lot = shop.keepers.clerk.get(format!("/v1/stock-lots/{}", shop.lot)).await.ok();
    assert_eq!((&lot["state"], &lot["issued"]), (&json!("exhausted"), &json!(1)));
    let movements = shop.keepers.clerk.get(format!("/v1/stock-lots/{}/movements", shop.lot)).await;
    let kinds: Vec<_> =
        movements.ok()["items"].as_array().unwrap().iter().map(|m| m["kind"].clone()).collect();
    assert_eq!(kinds, ["receive", "accept", "accept", "shelve", "reserve", "issue"]);
    let told = journal_event::Entity::find()
        .filter(journal_event::Column::SubjectType.eq("redemption"))
        .order_by_asc(journal_event::Column::Id)
        .all(&app.db)
        .await
        .unwrap();
    let told: Vec<_> = told.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(told, ["redemption.created", "redemption.ready", "redemption.fulfilled"]);
    app.assert_books_agree().await;
}
