//! Making points: entering and certifying, rewards for clicks, a ledger rewritten.

use entity::ledger_entry;
use entity::role_assignment::Role;
use harness::{Attended, TestApp};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;

use crate::claim::{Desk, outcome};

#[actix_web::test]
async fn fraud_04_the_same_person_never_enters_and_certifies() {
    let desk = Desk::open().await;
    let entered_by = desk.app.account("certifier").await;
    let attendance = desk.store(Attended { entered_by, ..desk.attended(5) }).await;
    let claimed = desk.claim_all(&[attendance]).await.ok();
    let claim = claimed["results"][0]["id"].as_str().expect("a claim").to_owned();

    assert_eq!(outcome(&desk.certify(&desk.certifier, &claim).await), "must_recuse");
    assert_eq!(desk.available(desk.zhang.volunteer).await, 0);
    // Nor does she certify for herself.
    let own = desk.app.staff("zhang-xiulan", Role::Certifier, &desk.county.town.stations[0]).await;
    assert_eq!(outcome(&desk.certify(&own, &claim).await), "must_recuse");

    assert_eq!(outcome(&desk.certify(&desk.second().await, &claim).await), "ok");
    assert_eq!(desk.available(desk.zhang.volunteer).await, 4);
}

#[actix_web::test]
async fn fraud_12_altering_any_ledger_row_is_found() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let her = app.volunteer("zhang-xiulan", station).await;
    for points in [5, 10, 20] {
        app.give(her.volunteer, points).await;
    }
    let manager = app.staff("manager", Role::StationManager, station).await;
    let verify = async || {
        let found = manager.get(format!("/v1/sites/{}/ledger/verify", station.id)).await.ok();
        found["items"][0].clone()
    };
    let sound = verify().await;
    assert_eq!((&sound["balances_match"], &sound["faults"]), (&json!(true), &json!([])), "{sound}");
    let rows = ledger_entry::Entity::find().all(&app.db).await.expect("entries");
    let change = |row: &ledger_entry::Model| ledger_entry::ActiveModel {
        id: Set(row.id),
        available_delta: Set(row.available_delta + 1),
        ..Default::default()
    };
    assert!(change(&rows[0]).update(&app.db).await.is_err(), "the database refuses");
    assert!(ledger_entry::Entity::delete_by_id(rows[0].id).exec(&app.db).await.is_err());

    // Somebody with the database in her hands gets past that, but not unseen.
    crate::ledger::disarm(&app).await;
    for row in &rows {
        change(row).update(&app.db).await.expect("altered");
        let found = verify().await;
        assert_ne!(found["faults"], json!([]), "entry {} was altered: {found}", row.seq);
        assert!(!api::audit::run(&app.app.pools.read).await.expect("the audit").is_sound());
        let back = row.clone().into_active_model().reset_all();
        ledger_entry::Entity::update(back).exec(&app.db).await.expect("as it was");
    }
    assert_eq!(verify().await["faults"], json!([]));
}

#[actix_web::test]
async fn fraud_14_forwarding_and_other_clicks_earn_no_points() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = &county.town.institute;
    let writer = app.staff("writer", Role::TownAdmin, town).await;
    let versions = format!("/v1/sites/{}/rule-versions", town.id);
    let draft = |name: &str| {
        json!({"note": "第一版", "items": [{
            "code": "HJ01", "category": "环境整治", "name": name, "unit": "per_hour",
            "points": 2, "max_per_day": 10, "counts_as_service": true,
        }]})
    };

    for clicks in ["转发公众号文章", "关注公众号", "朋友圈点赞", "下载客户端"]
    {
        let refused = writer.post(&versions, draft(clicks)).await;
        refused.assert_problem(422, "item_kind_refused");
        refused.assert_names("/items/0/name");
    }
    writer.post(&versions, draft("环境卫生")).await.assert_ok();
}
