//! Statements 6 and 7: what the holder of the data may ask, and what closing her account does.

use entity::{ledger_entry, volunteer};
use harness::{TestApp, registration, resident_id};
use sea_orm::EntityTrait;
use serde_json::json;

use crate::objection::Office;

const NAME: &str = "金丝雀娘";
const BORN: &str = "1947-03-29";

#[actix_web::test]
async fn law_06_the_holder_queries_copies_corrects_withdraws_and_closes() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let her = app.sign_in("zhang").await;
    let mut body = registration(&county.town.stations[0], BORN, 7);
    body["name"] = json!(NAME);
    body["consents"] = json!([
        {"purpose": "enrol", "text_version": "2026-01"},
        {"purpose": "named_publication", "text_version": "2026-01"},
    ]);
    her.post("/v1/volunteers", body).await.assert_ok();

    let home = her.get("/v1/me").await.ok();
    assert_eq!(home["volunteer"]["name"], NAME, "query");
    let copy = her.get("/v1/me/export?page_size=100").await.ok().to_string();
    assert!(copy.contains(NAME) && copy.contains(&resident_id(BORN, 2, 7)), "copy: {copy}");
    let correction = json!({"name": "金丝鸟娘", "reason": "登记时写错"});
    let corrected = her.post("/v1/me/volunteer/correct", correction).await.ok();
    assert_eq!(corrected["name"], "金丝鸟娘", "correct");
    let withdraw = "/v1/me/consents/named_publication/withdraw";
    let withdrawn = her.post(withdraw, json!({})).await.ok();
    assert!(withdrawn["withdrawn_at"].is_string(), "withdraw");
    let closed = her.post("/v1/me/closure", json!({"confirm": true})).await.ok();
    assert_eq!(closed["state"], "closed", "close");
}

#[actix_web::test]
async fn law_06_a_refusal_has_a_written_reason() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let id = office.filed(&claim).await;

    for nothing in [json!({}), json!({"reason": ""})] {
        let silent = office.step("head", &id, "refuse", nothing).await;
        assert_eq!(silent.status, 422, "{}", silent.describe());
    }
    let why = json!({"reason": "所述活动不在本镇"});
    office.step("head", &id, "refuse", why).await.assert_ok();

    let told = office.newest_of("li-jianguo").await;
    assert_eq!(told["state"], "not_accepted");
    assert!(told["steps"].to_string().contains("所述活动不在本镇"), "{told}");
    // Who cannot leave now is told why not, too.
    let claim = office.claim(6).await;
    let body = Office::about(&claim);
    office.phone("zhang-xiulan").await.post("/v1/objections", body).await.assert_ok();
    let closing = office.phone("zhang-xiulan").await;
    let refused = closing.post("/v1/me/closure", json!({"confirm": true})).await;
    refused.assert_problem(409, "closure_blocked");
    assert_eq!(refused.json()["reasons"], json!(["running_objection"]));
}

/// Certificates are still to come; what is offered first today is the copy of everything, the
/// service records among it.
#[actix_web::test]
async fn law_07_closing_forgets_the_person_keeps_the_sums_and_offers_the_records_first() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let her = app.sign_in("zhang").await;
    let mut body = registration(&county.town.stations[0], BORN, 7);
    body["name"] = json!(NAME);
    let id = her.post("/v1/volunteers", body).await.id();
    app.give(id.parse().expect("an id"), 40).await;
    app.run_jobs().await;
    let tables = app.tables().await;
    let marks = [NAME, BORN];
    assert_eq!(app.places_of(&tables, &marks).await.len(), 2, "name and birth date");
    let before = ledger_entry::Entity::find().all(&app.db).await.expect("entries");

    let offered = her.post("/v1/me/closure?dry_run=true", json!({"confirm": true})).await.ok();
    let export = offered["export"].as_str().expect("what to keep first");
    assert!(her.get(export).await.ok().to_string().contains(NAME));
    let closed = her.post("/v1/me/closure", json!({"confirm": true})).await.ok();

    assert_eq!((&closed["state"], &closed["ends"]["points"]), (&json!("closed"), &json!(40)));
    assert_eq!(app.places_of(&tables, &marks).await, [] as [String; 0]);
    let after = ledger_entry::Entity::find().all(&app.db).await.expect("entries");
    assert_eq!(after, before, "the ledger keeps its sums");
    let row = volunteer::Entity::find().one(&app.db).await.expect("rows").expect("hers");
    assert_eq!((row.id_number_sealed, row.phone_sealed, row.account_id), (None, None, None));
    app.assert_sound().await;
}
