//! `claim_revoke`.

use api::ledger::{self, Source};
use api::platform::actor::Actor;
use api::platform::tx::in_tx;
use entity::role_assignment::Role;
use harness::{Offer, TestApp};
use serde_json::json;

use super::{Desk, outcome};

#[actix_web::test]
async fn a_second_person_revokes_a_certification_and_the_points_go_back() {
    let desk = Desk::open().await;
    let claim = desk.certified(5).await;
    let path = format!("/v1/claims/{claim}/revoke");
    let body = || json!({"reason": "活动照片与签到不符"});

    let own = desk.certifier.post(&path, body()).await;
    let second = desk.second().await;
    let revoked = second.post(&path, body()).await.ok();

    own.assert_problem(403, "must_recuse");
    assert_eq!(revoked["state"], "revoked");
    assert_eq!(desk.available(desk.zhang.volunteer).await, 0);
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 2);
    let read = desk.read(&claim).await;
    assert_eq!(read["decision_reason"], "活动照片与签到不符");
}

#[actix_web::test]
async fn a_revoked_attendance_may_be_claimed_and_certified_again() {
    let desk = Desk::open().await;
    let attendance = desk.store(desk.attended(5)).await;
    let first = super::id_of(&desk.claim_all(&[attendance]).await);
    desk.certify(&desk.certifier, &first).await.assert_ok();
    let second = desk.second().await;
    let body = json!({"reason": "条目选错"});
    second.post(format!("/v1/claims/{first}/revoke"), body).await.assert_ok();

    let anew = super::id_of(&desk.claim_all(&[attendance]).await);
    assert_eq!(outcome(&desk.certify(&desk.certifier, &anew).await), "ok");

    assert_eq!(desk.available(desk.zhang.volunteer).await, 4);
}

#[actix_web::test]
async fn what_waited_for_the_notice_is_revoked_without_an_entry() {
    let desk = Desk::open().await;
    desk.set("points_effective", json!("notice")).await;
    let claim = desk.certified(5).await;

    let second = desk.second().await;
    let body = json!({"reason": "条目选错"});
    second.post(format!("/v1/claims/{claim}/revoke"), body).await.assert_ok();

    assert_eq!(desk.state(&claim).await, "revoked");
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 0);
}

#[actix_web::test]
async fn only_certified_claims_of_ones_own_town_are_revoked() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let path = format!("/v1/claims/{claim}/revoke");
    let body = || json!({"reason": "条目选错"});

    desk.certifier.post(&path, body()).await.assert_problem(409, "wrong_state");
    desk.stranger().await.post(&path, body()).await.assert_problem(404, "not_found");
    let silent = desk.certifier.post(&path, json!({})).await;
    silent.assert_problem(422, "missing_field");
    silent.assert_names("/reason");
}

#[actix_web::test]
async fn what_was_zeroed_of_a_claim_is_not_taken_once_more() {
    let desk = Desk::open().await;
    let her = &desk.zhang;
    let claim = desk.certified(5).await;
    let actor = Actor::system("test", "test".into());
    let case = Source { kind: "test", id: uuid::Uuid::from_u128(1) };
    in_tx(&desk.app.app.core, &actor, async |tx| {
        ledger::zero_out(tx, her.volunteer, case, "清零").await
    })
    .await
    .unwrap();
    let body = json!({"reason": "活动照片与签到不符"});
    let second = desk.second().await;

    second.post(format!("/v1/claims/{claim}/revoke"), body).await.assert_ok();

    let points = her.client.get("/v1/me/points").await.ok();
    assert_eq!((&points["available"], &points["recovery_due"]), (&json!(0), &json!(0)));
    let entries = her.client.get("/v1/me/ledger-entries").await.ok()["items"].clone();
    assert_eq!(entries[0]["text"], "积分更正，收回4分，现有可用积分0分");
    let given_back = "收回这笔积分之前，先记回其中已到期或已清零的4分，现有可用积分4分";
    assert_eq!(entries[1]["text"], given_back);
    desk.app.run_jobs().await;
    desk.app.assert_sound().await;
}

#[actix_web::test]
async fn what_was_spent_already_is_due_and_what_comes_next_pays_it() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer { points: 4, ..Offer::default() }).await;
    let desk = Desk::at(app, shop.county.clone()).await;
    let her = &desk.zhang;
    let first = desk.certified(5).await;
    let order = her.client.post("/v1/redemptions", shop.wish(1)).await.id();
    let second = desk.second().await;
    let body = json!({"reason": "活动照片与签到不符"});

    second.post(format!("/v1/claims/{first}/revoke"), body).await.assert_ok();

    let due = her.client.get("/v1/me/points").await.ok();
    assert_eq!((&due["available"], &due["recovery_due"]), (&json!(0), &json!(4)));
    let entries = async || her.client.get("/v1/me/ledger-entries").await.ok()["items"].clone();
    let newest = entries().await[0].clone();
    assert_eq!(newest["kind"], "reverse");
    assert_eq!(newest["text"], "积分更正，收回4分，其中4分从以后的积分里扣，现有可用积分0分");
    assert_eq!(newest["reason"], "活动照片与签到不符", "she sees why");
    assert_eq!((&newest["points"], &newest["recovery_change"]), (&json!("0"), &json!(4)));

    let attended = desk.attended(6);
    let attended = harness::Attended { hours_tenths: 10, ..attended };
    let attendance = desk.store(attended).await;
    let next = super::id_of(&desk.claim_all(&[attendance]).await);
    assert_eq!(outcome(&desk.certify(&desk.certifier, &next).await), "ok");
    let part = her.client.get("/v1/me/points").await.ok();
    assert_eq!((&part["available"], &part["recovery_due"]), (&json!(0), &json!(2)));
    let newest = entries().await;
    assert_eq!(newest[0]["text"], "补扣以前应收回的2分，现有可用积分0分");
    assert_eq!(newest[1]["text"], "获得2分，现有可用积分2分");

    // A debt paid names the cause of the gain it came from; objecting to it takes no earning.
    let subject = json!({"kind": "ledger_entry", "id": newest[0]["id"]});
    let body = json!({"kind": "objection", "subject": subject, "text": "这笔不该扣，请核实。"});
    let id = desk.app.volunteer("li", &desk.county.town.stations[0]).await;
    let id = id.client.post("/v1/objections", body).await.id();
    desk.app.staff("town", Role::TownAdmin, &desk.county.town.institute).await;
    desk.app.staff("town-b", Role::TownAdmin, &desk.county.town.institute).await;
    let upheld = json!({"outcome": "upheld", "reason": "经核实情况属实"});
    for (who, step, body) in [
        ("town", "accept", json!({})),
        ("town", "investigate", json!({})),
        ("town", "decide", upheld),
    ] {
        let path = format!("/v1/objections/{id}/{step}");
        desk.app.sign_in(who).await.post(path, body).await.assert_ok();
    }
    let path = format!("/v1/objections/{id}/execute");
    let done = desk.app.sign_in("town-b").await.post(path, json!({})).await.ok();
    assert_eq!(done["effect"], "correction_needed");
    assert_eq!(desk.state(&next).await, "certified");

    her.client.post(format!("/v1/redemptions/{order}/cancel"), json!({})).await.assert_ok();

    let after = her.client.get("/v1/me/points").await.ok();
    assert_eq!((&after["available"], &after["recovery_due"]), (&json!(2), &json!(0)));
    let newest = entries().await;
    assert_eq!(newest[0]["text"], "补扣以前应收回的2分，现有可用积分2分");
    desk.app.run_jobs().await;
    desk.app.assert_sound().await;
}

#[actix_web::test]
async fn two_who_revoke_at_once_take_back_once() {
    let desk = Desk::open().await;
    let claim = desk.certified(5).await;
    let station = &desk.county.town.stations[0];
    let one = desk.app.staff("one", Role::Certifier, station).await;
    let two = desk.app.staff("two", Role::Certifier, station).await;
    let path = format!("/v1/claims/{claim}/revoke");
    let body = || json!({"reason": "重复认定"});

    let (first, second) = tokio::join!(one.post(&path, body()), two.post(&path, body()));

    let mut codes = [first.code(), second.code()];
    codes.sort_unstable();
    assert_eq!(codes, ["", "wrong_state"]);
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 2);
    desk.app.run_jobs().await;
    desk.app.assert_sound().await;
}
