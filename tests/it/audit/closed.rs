//! What may not hang on who has left.

use chrono::NaiveDate;
use entity::volunteer::{self, VolunteerState};
use harness::{Offer, TestApp};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use serde_json::json;

#[actix_web::test]
async fn a_closed_account_with_a_card_a_claim_and_an_order_is_named() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let zhang = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let (redemption, _) = shop.redeem(&zhang).await;
    let rules = app.given_rules(&shop.county.town).await;
    let attended = app.attended(&zhang, &shop.station, rules, 5);
    let attendance = app.store_attended(&attended).await;
    let body = json!({"attendance_ids": [attendance]});
    let claimed = zhang.client.post("/v1/claims", body).await.ok();
    let claim = claimed["results"][0]["id"].as_str().expect("a claim").to_owned();
    app.assert_sound().await;

    let gone = volunteer::ActiveModel {
        id: Set(zhang.volunteer),
        state: Set(VolunteerState::Closed),
        account_id: Set(None),
        name: Set("已注销".into()),
        gender: Set(0),
        birth_date: Set(NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day")),
        id_number_sealed: Set(None),
        id_number_index: Set(None),
        ..ActiveModelTrait::default()
    };
    gone.update(&app.db).await.expect("a row");

    let report = api::audit::run(&app.app.pools.read).await.expect("the audit");
    let named = |rule: &str| {
        let found = report.violations.iter().find(|violation| violation.rule == rule);
        found.map(|violation| violation.row.clone())
    };
    assert_eq!(named("closed_keeps_no_open_claim"), Some(claim));
    assert_eq!(named("closed_keeps_no_open_redemption"), Some(redemption));
    assert!(named("closed_keeps_no_live_card").is_some(), "{:?}", report.violations);
    assert!(named("closed_keeps_no_open_hold").is_some(), "{:?}", report.violations);
}
