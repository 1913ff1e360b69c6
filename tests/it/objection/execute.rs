//! `objection_execute`.

use api::ledger::{self, Source};
use api::platform::actor::Actor;
use api::platform::tx::in_tx;
use chrono::TimeDelta;
use harness::Offer;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Office;

#[actix_web::test]
async fn an_upheld_objection_takes_the_points_back_by_a_reversing_entry() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    assert_eq!(office.available(office.zhang.volunteer).await, 4);
    let id = office.decided(&claim, "upheld").await;
    assert_eq!(office.available(office.zhang.volunteer).await, 4, "deciding moves nothing");

    let dry = office.step("head", &id, "execute?dry_run=true", json!({})).await.ok();
    assert_eq!(
        (&dry["effect"], office.read(&id).await["state"].clone()),
        (&json!("reversed"), json!("decided"))
    );
    let done = office.step("head", &id, "execute", json!({"reason": "未参加活动"})).await.ok();

    assert_eq!((&done["state"], &done["effect"]), (&json!("executed"), &json!("reversed")));
    assert_eq!(office.available(office.zhang.volunteer).await, 0);
    let zhang = office.phone("zhang-xiulan").await;
    assert_eq!(zhang.get(format!("/v1/claims/{claim}")).await.ok()["state"], "revoked");
    let entries = zhang.get("/v1/me/ledger-entries").await.ok();
    assert_eq!(kinds(&entries), ["reverse", "earn"]);
    office.step("head", &id, "close", json!({})).await.assert_ok();
    office.app.assert_sound().await;
}

/// What she says of her own record is that it wrongs her: nothing is taken from her for that.
#[actix_web::test]
async fn a_holder_who_is_right_about_her_own_points_loses_none() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let zhang = office.phone("zhang-xiulan").await;
    let body = json!({"kind": "correction", "subject": {"kind": "claim", "id": claim},
        "text": "应计六分，只计了四分。"});
    let id = zhang.post("/v1/objections", body).await.id();
    let upheld = json!({"outcome": "upheld", "reason": "经核实情况属实"});
    for (who, step, body) in [
        ("head", "accept", json!({})),
        ("head", "investigate", json!({})),
        ("town-a", "decide", upheld),
    ] {
        office.step(who, &id, step, body).await.assert_ok();
    }

    let done = office.step("head", &id, "execute", json!({})).await.ok();

    assert_eq!(done["effect"], "correction_needed");
    assert_eq!(office.available(office.zhang.volunteer).await, 4);
    office.app.assert_sound().await;
}

fn kinds(entries: &Value) -> Vec<&str> {
    let items = entries["items"].as_array().expect("entries").iter();
    items.filter_map(|entry| entry["kind"].as_str()).collect()
}

#[actix_web::test]
async fn an_entry_stands_and_falls_with_its_claim() {
    let office = Office::open().await;
    office.certified(5).await;
    let zhang = office.phone("zhang-xiulan").await;
    let entry = zhang.get("/v1/me/ledger-entries").await.ok()["items"][0]["id"].clone();
    let mut body = Office::about("");
    body["subject"] = json!({"kind": "ledger_entry", "id": entry});
    let id = office.file(body).await.id();
    office.step("head", &id, "accept", json!({})).await.assert_ok();
    office.step("head", &id, "investigate", json!({})).await.assert_ok();
    let decision = json!({"outcome": "upheld", "reason": "属实"});
    office.step("town-a", &id, "decide", decision).await.assert_ok();

    let done = office.step("head", &id, "execute", json!({})).await.ok();

    assert_eq!(done["effect"], "reversed");
    assert_eq!(office.available(office.zhang.volunteer).await, 0);
    office.app.assert_sound().await;
}

/// An objection about an entry, upheld and carried out; answers what it came to.
async fn upheld(office: &Office, by: &str, entry: &Value) -> Value {
    let body = json!({"kind": "objection", "subject": {"kind": "ledger_entry", "id": entry},
        "text": "结转的积分与纸质册不符，请核实。"});
    let id = office.phone(by).await.post("/v1/objections", body).await.id();
    for (who, step, body) in [
        ("head", "accept", json!({})),
        ("head", "investigate", json!({})),
        ("town-a", "decide", json!({"outcome": "upheld", "reason": "属实"})),
    ] {
        office.step(who, &id, step, body).await.assert_ok();
    }
    office.step("head", &id, "execute", json!({"reason": "多结转了"})).await.ok()
}

#[actix_web::test]
async fn what_a_paper_book_brought_wrongly_is_taken_back_when_others_are_right_about_it() {
    let office = Office::open().await;
    let (her, site) = (office.zhang.volunteer, office.county.town.stations[0].id);
    let actor = Actor::system("test", "request-1".into());
    in_tx(&office.app.app.core, &actor, async |tx| {
        let book = Source { kind: "test", id: Uuid::from_u128(1) };
        ledger::open(tx, her, site, 30, book, "纸质积分册结转").await?;
        let claim = Source { kind: "test", id: Uuid::from_u128(2) };
        ledger::earn(tx, her, site, 5, claim, "宣讲").await
    })
    .await
    .expect("an opening");
    let zhang = office.phone("zhang-xiulan").await;
    let entries = zhang.get("/v1/me/ledger-entries").await.ok();
    assert_eq!(kinds(&entries), ["earn", "opening"]);
    let (earning, opening) = (&entries["items"][0]["id"], &entries["items"][1]["id"]);

    let hers = upheld(&office, "zhang-xiulan", opening).await;
    assert_eq!(hers["effect"], "correction_needed", "that it wrongs her takes nothing");
    assert_eq!(office.available(her).await, 35);
    let done = upheld(&office, "li-jianguo", opening).await;
    assert_eq!((&done["effect"], office.available(her).await), (&json!("reversed"), 5));
    let late = upheld(&office, "watch", opening).await;
    assert_eq!(late["effect"], "correction_needed", "it was taken back");
    let other = upheld(&office, "li-jianguo", earning).await;
    assert_eq!((&other["effect"], office.available(her).await), (&json!("correction_needed"), 5));

    let entries = zhang.get("/v1/me/ledger-entries").await.ok();
    assert_eq!(kinds(&entries), ["reverse", "earn", "opening"]);
    assert_eq!(entries["items"][0]["reason"], "多结转了");
    office.app.run_jobs().await;
    office.app.assert_sound().await;
}

/// What ended of it is given back first, under the objection as well: the audit knows that source.
#[actix_web::test]
async fn a_wrong_opening_that_was_zeroed_since_is_taken_back_and_the_books_are_sound() {
    let office = Office::open().await;
    let (her, site) = (office.zhang.volunteer, office.county.town.stations[0].id);
    let actor = Actor::system("test", "request-1".into());
    in_tx(&office.app.app.core, &actor, async |tx| {
        let source = |number| Source { kind: "test", id: Uuid::from_u128(number) };
        ledger::open(tx, her, site, 30, source(1), "纸质积分册结转").await?;
        ledger::zero_out(tx, her, source(2), "清零").await
    })
    .await
    .expect("an opening");
    let zhang = office.phone("zhang-xiulan").await;
    let entries = zhang.get("/v1/me/ledger-entries").await.ok();
    assert_eq!(kinds(&entries), ["zero_out", "opening"]);

    let done = upheld(&office, "li-jianguo", &entries["items"][1]["id"]).await;

    assert_eq!((&done["effect"], office.available(her).await), (&json!("reversed"), 0));
    let entries = zhang.get("/v1/me/ledger-entries").await.ok();
    assert_eq!(kinds(&entries), ["reverse", "restore", "zero_out", "opening"]);
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn a_refused_claim_goes_back_to_the_queue_and_is_certified_by_another() {
    let office = Office::open().await;
    let claim = office.rejected(5).await;
    let id = office.decided(&claim, "upheld").await;

    let done = office.step("head", &id, "execute", json!({})).await.ok();

    assert_eq!(done["effect"], "reopened");
    let zhang = office.phone("zhang-xiulan").await;
    assert_eq!(zhang.get(format!("/v1/claims/{claim}")).await.ok()["state"], "submitted");
    let body = json!({"claim_ids": [claim]});
    let certified = office.phone("head").await.post("/v1/claims/certify", body).await.ok();
    assert_eq!(certified["results"][0]["status"], "ok");
    assert_eq!(office.available(office.zhang.volunteer).await, 4);
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn claimed_anew_meanwhile_it_is_not_reopened() {
    let office = Office::open().await;
    let claim = office.rejected(5).await;
    let attendance = {
        let zhang = office.phone("zhang-xiulan").await;
        zhang.get(format!("/v1/claims/{claim}")).await.ok()["attendance_id"].clone()
    };
    let id = office.decided(&claim, "upheld").await;
    let zhang = office.phone("zhang-xiulan").await;
    let again = zhang.post("/v1/claims", json!({"attendance_ids": [attendance]})).await.ok();
    assert_eq!(again["results"][0]["status"], "ok", "{again}");

    let done = office.step("head", &id, "execute", json!({})).await.ok();

    assert_eq!(done["effect"], "correction_needed");
    assert_eq!(zhang.get(format!("/v1/claims/{claim}")).await.ok()["state"], "rejected");
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn who_decides_does_not_execute() {
    let office = Office::open().await;
    let id = office.decided(&office.certified(5).await, "upheld").await;

    let own = office.step("town-a", &id, "execute", json!({})).await;
    let early = office.step("head", &id, "close", json!({})).await;

    own.assert_problem(403, "must_recuse");
    early.assert_problem(409, "objection_outcome");
    assert_eq!(office.available(office.zhang.volunteer).await, 4);
}

#[actix_web::test]
async fn what_was_rejected_is_not_executed_and_what_holds_in_part_is_for_people() {
    let office = Office::open().await;
    let rejected = office.decided(&office.certified(5).await, "rejected").await;
    let partly = office.decided(&office.certified(6).await, "partly").await;

    let refused = office.step("head", &rejected, "execute", json!({})).await;
    let done = office.step("head", &partly, "execute", json!({})).await.ok();

    refused.assert_problem(409, "objection_outcome");
    assert_eq!(done["effect"], "correction_needed");
    assert_eq!(office.available(office.zhang.volunteer).await, 8);
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn executed_eight_times_at_once_it_happens_once() {
    let office = Office::open().await;
    let id = office.decided(&office.certified(5).await, "upheld").await;
    let head = office.phone("head").await;
    let path = format!("/v1/objections/{id}/execute");

    let sent = (0..8).map(|_| head.post(&path, json!({})));
    let answers = futures_util::future::join_all(sent).await;
    let twice = head.post_with_key(&path, json!({}), "execute-0123456789").await;

    assert_eq!(answers.iter().filter(|answer| answer.status.is_success()).count(), 1);
    twice.assert_problem(409, "wrong_state");
    let entries = office.phone("zhang-xiulan").await.get("/v1/me/ledger-entries").await.ok();
    assert_eq!(kinds(&entries), ["reverse", "earn"]);
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn twice_with_one_key_it_is_answered_twice_and_done_once() {
    let office = Office::open().await;
    let id = office.decided(&office.certified(5).await, "upheld").await;
    let head = office.phone("head").await;
    let path = format!("/v1/objections/{id}/execute");

    let first = head.post_with_key(&path, json!({}), "execute-0123456789").await.ok();
    let second = head.post_with_key(&path, json!({}), "execute-0123456789").await.ok();

    assert_eq!(first, second);
    assert_eq!(office.available(office.zhang.volunteer).await, 0);
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn points_spent_meanwhile_are_recovered_from_the_next_earnings() {
    let office = Office::open().await;
    let id = office.decided(&office.certified(5).await, "upheld").await;
    let spent = order_goods(&office).await;
    assert!(spent, "she ordered something");

    office.step("head", &id, "execute", json!({})).await.assert_ok();

    office.app.assert_sound().await;
}

/// Zhang orders for all her points.
pub(super) async fn order_goods(office: &Office) -> bool {
    let station = office.county.town.stations[0].clone();
    let keepers = office.app.keepers(&station).await;
    office.app.allow_daily(&station).await;
    let goods = keepers.goods(&station, "洗衣液").await;
    keepers.stock(&station, &goods, 5, None).await;
    let plan = office.app.session_plan(&goods, Offer { points: 4, ..Offer::default() });
    let path = format!("/v1/sites/{}/redemption-sessions", station.id);
    let session = keepers.manager.post(path, plan).await.id();
    let open = format!("/v1/redemption-sessions/{session}/open");
    keepers.manager.post(open, json!({})).await.assert_ok();
    let wish = json!({"session_id": session, "goods_id": goods, "quantity": 1});
    let zhang = office.phone("zhang-xiulan").await;
    zhang.post("/v1/redemptions", wish).await.status.is_success()
}

#[actix_web::test]
async fn goods_handed_over_wrongly_are_reported_as_to_be_returned() {
    let office = Office::open().await;
    office.certified(5).await;
    assert!(order_goods(&office).await);
    let zhang = office.phone("zhang-xiulan").await;
    let redemption = zhang.get("/v1/me/redemptions").await.ok()["items"][0]["id"].clone();
    let at = |step: &str| format!("/v1/redemptions/{}/{step}", redemption.as_str().expect("an id"));
    let card = json!({"card_number": office.zhang.card_number, "signature": "card"});
    let station = &office.county.town.stations[0];
    let clerk = office.phone(&format!("clerk-{}", station.division_code)).await;
    clerk.post(at("fulfil"), card).await.assert_ok();
    let mut body = Office::about("");
    body["subject"] = json!({"kind": "redemption", "id": redemption});
    let id = office.file(body).await.id();
    office.step("head", &id, "accept", json!({})).await.assert_ok();
    office.step("head", &id, "investigate", json!({})).await.assert_ok();
    let decision = json!({"outcome": "upheld", "reason": "属实"});
    office.step("town-a", &id, "decide", decision).await.assert_ok();

    office.app.advance(TimeDelta::days(30));
    let back = json!({"condition": "sound", "reason": "异议成立"});
    let head = office.phone("head").await;
    head.post(at("return"), back.clone()).await.assert_problem(409, "return_window_closed");
    let done = office.step("head", &id, "execute", json!({})).await.ok();

    assert_eq!(done["effect"], "return_needed");
    head.post(at("return"), back).await.assert_ok();
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn a_claim_a_supervisor_keeps_frozen_waits_until_it_is_free() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let id = office.decided(&claim, "upheld").await;
    let site = office.county.town.stations[0].id;
    let body = json!({
        "subject": {"kind": "claim", "id": claim}, "reason": "签到照片存疑", "days": 5,
    });
    let watch = office.phone("watch").await;
    let freeze = watch.post(format!("/v1/sites/{site}/freezes"), body).await.id();

    let refused = office.step("head", &id, "execute", json!({})).await;

    refused.assert_problem(423, "frozen");
    let waiting = office.read(&id).await;
    assert_eq!(waiting["state"], "decided");
    assert_eq!(waiting["allowed_actions"], json!([]), "nobody is offered what is refused");
    assert_eq!(office.available(office.zhang.volunteer).await, 4);
    office.app.assert_sound().await;
    let lift = json!({"reason": "已核实无误"});
    watch.post(format!("/v1/freezes/{freeze}/lift"), lift).await.assert_ok();
    assert_eq!(office.read(&id).await["allowed_actions"], json!(["execute"]));
    let done = office.step("head", &id, "execute", json!({})).await.ok();
    assert_eq!(done["effect"], "reversed");
    assert_eq!(office.available(office.zhang.volunteer).await, 0);
    office.app.assert_sound().await;
}
