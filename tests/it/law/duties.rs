//! Statements 12, 15, 16 and 17: the trail, no money, zeroing, what people write.

use chrono::TimeDelta;
use entity::audit_event;
use entity::role_assignment::Role;
use harness::{Offer, TestApp};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{operations, trail};
use crate::disqualification::Court;
use crate::objection::Office;

#[actix_web::test]
async fn law_12_each_write_and_sensitive_read_is_on_a_trail_nobody_deletes() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let her = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let clerk = app.account(&format!("clerk-{}", shop.station.division_code)).await;
    let (id, _) = shop.redeem(&her).await;
    shop.hand_over(&id, &her).await.assert_ok();
    let day = (app.clock.now() + TimeDelta::hours(8)).date_naive();
    let register = format!("/v1/sites/{}/redemption-register", shop.station.id);
    let asked = format!("{register}?from={day}&to={day}");
    shop.keepers.clerk.get(&asked).await.assert_ok();

    let fulfilled = trail(&app, "redemption_fulfil").await;
    assert_eq!(fulfilled.len(), 1);
    let row = &fulfilled[0];
    assert_eq!(row.actor_account_id, Some(clerk), "who");
    let age = app.clock.now() - row.occurred_at;
    assert!(age >= TimeDelta::zero() && age < TimeDelta::minutes(5), "when: {age}");
    assert_eq!((row.object_type.as_str(), row.object_id.clone()), ("redemption", Some(id)));
    assert_eq!((row.result.as_str(), row.site_id), ("ok", Some(shop.station.id)), "result");
    assert_eq!(trail(&app, "redemption_create").await.len(), 1);
    assert_eq!(trail(&app, "register_list").await.len(), 1, "a sensitive read");

    // No operation takes a row away, nor does the database, nor does time.
    for (method, path, id, _) in operations() {
        assert!(method == "GET" || !path.contains("audit"), "{method} {path} ({id})");
    }
    for sql in ["DELETE FROM audit_event", "UPDATE audit_event SET result = 'ok'"] {
        assert!(app.db.execute_unprepared(sql).await.is_err(), "{sql}");
    }
    let kept = audit_event::Entity::find().count(&app.db).await.expect("the trail");
    app.advance(TimeDelta::days(200));
    app.run_jobs().await;
    let later = audit_event::Entity::find().count(&app.db).await.expect("the trail");
    assert!(later >= kept, "kept for more than six months");
}

#[test]
fn law_15_there_is_no_money_endpoint() {
    let money = [
        "pay",
        "payment",
        "payments",
        "refund",
        "refunds",
        "recharge",
        "cash",
        "withdrawal",
        "wallet",
        "order",
        "orders",
        "price",
        "transfer",
        "transfers",
        "purchase",
        "buy",
        "sell",
        "invoice",
        "currency",
        "yuan",
        "fee",
    ];
    for (method, path, id, _) in operations() {
        let mut words = path.split(['/', '-', '_', '.']).chain(id.split('_'));
        let found = words.find(|word| money.contains(word));
        assert_eq!(found, None, "{method} {path} ({id})");
    }
    // Nor does anything that is sent or answered have an amount of money.
    let document = serde_json::to_value(api::openapi::document().expect("it")).expect("JSON");
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let amounts = ["amount_fen", "price", "money", "currency", "cash", "yuan"];
    for (name, schema) in schemas {
        let members = schema["properties"].as_object().cloned().unwrap_or_default();
        let found = members.keys().find(|member| amounts.contains(&member.as_str()));
        assert_eq!(found, None, "in {name}");
    }
}

#[actix_web::test]
async fn law_16_zeroing_without_notice_and_statement_period_is_refused() {
    let court = Court::open().await;
    let case = court.propose().await;
    let execute = async || court.step("town-b", &case, "execute", Court::confirmation()).await;

    execute().await.assert_problem(409, "wrong_state");
    court.step("head", &case, "notify", json!({})).await.assert_ok();
    assert_eq!(execute().await.status, 409, "the notice has not reached her");
    let path = format!("/v1/me/disqualifications/{case}/acknowledge");
    court.phone("zhang-xiulan").await.post(path, json!({})).await.assert_ok();
    execute().await.assert_problem(409, "statement_period_running");
    // Five working days are five days at least, with the last one whole.
    court.app.advance(TimeDelta::days(4));
    execute().await.assert_problem(409, "statement_period_running");

    assert_eq!(court.points().await["available"], 100);
    court.app.assert_sound().await;
}

/// What exists today: nothing a villager writes is public, and what staff write about an
/// activity waits for another's consent. A content check by machine is still to come.
#[actix_web::test]
async fn law_17_user_text_is_not_public_unchecked_and_raw_gps_is_never_stored() {
    let office = Office::open().await;
    let station = office.county.town.stations[0].clone();
    let app = &office.app;
    let claim = office.certified(5).await;
    let mut body = Office::about(&claim);
    body["text"] = json!("金丝雀所写的话");
    office.file(body).await.assert_ok();
    let clerk = app.staff("clerk", Role::Clerk, &station).await;
    let drafted = json!({"title": "金丝雀所拟的标题"});
    let draft = app.submitted_activity(&clerk, &station, drafted).await;
    let publish = format!("/v1/activities/{draft}/publish");
    clerk.post(&publish, json!({})).await.assert_problem(403, "permission_denied");

    let stranger = app.anonymous();
    let mut answered = 0;
    for (method, path, _, permission) in operations() {
        if method != "GET" || permission != "public" {
            continue;
        }
        let path = path.replace("{site_id}", &station.id.to_string());
        let answer = stranger.get(path.replace("{activity_id}", &draft)).await;
        assert!(!answer.text().contains("金丝雀"), "{}", answer.describe());
        answered += u32::from(answer.status == 200);
    }
    assert!(answered >= 5, "{answered} answered");
    let head = office.phone("head").await;
    head.post(&publish, json!({})).await.assert_ok();
    let shown = stranger.get(format!("/v1/activities/{draft}")).await.ok();
    assert_eq!(shown["title"], "金丝雀所拟的标题");

    let places = ["latitude", "longitude", "lat", "lng", "lon", "gps", "coordinates", "geohash"];
    for (table, columns) in app.tables().await {
        let found = columns.iter().find(|column| places.contains(&column.as_str()));
        assert_eq!(found, None, "in {table}");
    }
    let document = serde_json::to_value(api::openapi::document().expect("it")).expect("JSON");
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        let members = schema["properties"].as_object().cloned().unwrap_or_default();
        let found = members.keys().find(|member| places.contains(&member.as_str()));
        assert_eq!(found, None, "in {name}");
    }
}
