//! `me_closure` and `volunteer_close`: who may not leave now, and the words that go with her.

use entity::ids::RedemptionId;
use entity::role_assignment::Role;
use entity::{attendance, redemption};
use harness::{Offer, TestApp};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait};
use serde_json::json;

use crate::objection::Office;

#[actix_web::test]
async fn a_suspension_is_not_shed_by_leaving() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let zhang = app.volunteer("zhang", station).await;
    let (wang, _) = app.card_only("wang", station).await;
    let reason = json!({"reason": "冒名签到，待核实"});
    for id in [zhang.volunteer, wang] {
        let path = format!("/v1/volunteers/{id}/suspend");
        clerk.post(path, reason.clone()).await.assert_ok();
    }
    let on_paper = format!("/v1/volunteers/{wang}/closure");
    let paper = json!({"confirm": true, "witness": "李支书"});

    let own = zhang.client.post("/v1/me/closure", json!({"confirm": true})).await;
    let others = manager.post(&on_paper, paper.clone()).await;

    for refused in [&own, &others] {
        refused.assert_problem(409, "closure_blocked");
        assert_eq!(refused.json()["reasons"], json!(["suspended"]));
    }
    let path = format!("/v1/volunteers/{wang}/reinstate");
    manager.post(path, json!({"reason": "已核实"})).await.assert_ok();
    manager.post(&on_paper, paper).await.assert_ok();
    app.assert_sound().await;
}

#[actix_web::test]
async fn an_objection_keeps_her_until_it_was_executed_and_no_longer() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let body = json!({"kind": "correction", "subject": {"kind": "claim", "id": claim},
        "text": "应计六分，只计了四分。"});
    let id = office.phone("zhang-xiulan").await.post("/v1/objections", body).await.id();
    let upheld = json!({"outcome": "upheld", "reason": "经核实情况属实"});
    for (who, step, body) in [
        ("head", "accept", json!({})),
        ("head", "investigate", json!({})),
        ("town-a", "decide", upheld),
    ] {
        office.step(who, &id, step, body).await.assert_ok();
    }
    let close = async || {
        let zhang = office.phone("zhang-xiulan").await;
        zhang.post("/v1/me/closure", json!({"confirm": true})).await
    };

    let waiting = close().await;
    office.step("head", &id, "execute", json!({})).await.assert_ok();
    let done = close().await;

    waiting.assert_problem(409, "closure_blocked");
    assert_eq!(waiting.json()["reasons"], json!(["running_objection"]));
    assert_eq!(done.ok()["state"], "closed");
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn an_answer_against_her_does_not_keep_her() {
    let office = Office::open().await;
    office.decided(&office.certified(5).await, "rejected").await;

    let li = office.phone("li-jianguo").await;

    li.post("/v1/me/closure", json!({"confirm": true})).await.assert_ok();
}

#[actix_web::test]
async fn why_she_cancelled_withdrew_and_disputed_goes_with_her() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let zhang = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let words = "孙女金丝雀住院，这几天走不开";
    let (first, _) = shop.redeem(&zhang).await;
    let cancel = format!("/v1/redemptions/{first}/cancel");
    zhang.client.post(cancel, json!({"reason": words})).await.assert_ok();
    let (second, _) = shop.redeem(&zhang).await;
    let cancel = format!("/v1/redemptions/{second}/cancel");
    shop.keepers.clerk.post(cancel, json!({"reason": "物品临时缺货"})).await.assert_ok();
    let activity = app.published_activity(&shop.keepers.manager, &shop.station, json!({})).await;
    let sign_ups = format!("/v1/activities/{activity}/sign-ups");
    zhang.client.post(&sign_ups, json!({})).await.assert_ok();
    let withdraw = format!("{sign_ups}/withdraw");
    zhang.client.post(withdraw, json!({"reason": words})).await.assert_ok();
    let rules = app.given_rules(&shop.county.town).await;
    let attended = app.attended(&zhang, &shop.station, rules, 5);
    let disputed = attendance::ActiveModel {
        id: Set(app.store_attended(&attended).await),
        dispute_reason: Set(Some(words.into())),
        ..ActiveModelTrait::default()
    };
    disputed.update(&app.db).await.expect("hers");
    let tables = app.tables().await;
    let before = app.places_of(&tables, &[words]).await;
    assert_eq!(before.len(), 3, "{before:?}");

    zhang.client.post("/v1/me/closure", json!({"confirm": true})).await.assert_ok();

    assert_eq!(app.places_of(&tables, &[words]).await, [] as [String; 0]);
    // What the counter said is the counter's.
    let second: RedemptionId = second.parse().expect("an id");
    let row = redemption::Entity::find_by_id(second).one(&app.db).await.expect("rows");
    assert_eq!(row.expect("hers").ended_reason.as_deref(), Some("物品临时缺货"));
    app.assert_sound().await;
}
