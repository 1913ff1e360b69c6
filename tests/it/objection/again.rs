//! Claiming again for what was taken back or refused.

use chrono::TimeDelta;
use harness::Client;
use serde_json::{Value, json};

use super::Office;

/// Zhang asks for the points of an attendance again; `ok`, or the code.
async fn claim_again(zhang: &Client, attendance: &Value) -> Value {
    let body = json!({"attendance_ids": [attendance]});
    zhang.post("/v1/claims", body).await.ok()["results"][0].clone()
}

#[actix_web::test]
async fn what_an_objection_took_back_is_not_claimed_again_until_its_holder_was_right() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let zhang = office.phone("zhang-xiulan").await;
    let attendance = zhang.get(format!("/v1/claims/{claim}")).await.ok()["attendance_id"].clone();
    let id = office.decided(&claim, "upheld").await;
    office.step("head", &id, "execute", json!({"reason": "未参加活动"})).await.assert_ok();

    let again = claim_again(&zhang, &attendance).await;
    let offered = zhang.get("/v1/me/claimables").await.ok()["items"][0].clone();

    assert_eq!(again["code"], "claim_struck", "{again}");
    assert_eq!(
        (&offered["claimable"], &offered["reason"]["code"]),
        (&json!(false), &json!("claim_struck"))
    );
    office.app.advance(TimeDelta::minutes(1));
    let hers = json!({"kind": "objection", "subject": {"kind": "claim", "id": claim},
        "text": "我当天在场，有照片和同伴作证。"});
    let hers = office.phone("zhang-xiulan").await.post("/v1/objections", hers).await.id();
    let upheld = json!({"outcome": "upheld", "reason": "照片属实"});
    for (who, step, body) in [
        ("county-a", "accept", json!({})),
        ("county-a", "investigate", json!({})),
        ("town-a", "decide", upheld),
        ("county-a", "execute", json!({})),
    ] {
        office.step(who, &hers, step, body).await.assert_ok();
    }
    let anew = claim_again(&office.phone("zhang-xiulan").await, &attendance).await;
    assert_eq!(anew["status"], "ok", "{anew}");
    let path = format!("/v1/claims/{}", anew["id"].as_str().expect("an id"));
    let seen = office.phone("certifier").await.get(&path).await.ok();
    assert_eq!(
        (&seen["earlier"]["state"], &seen["earlier"]["reason"]),
        (&json!("revoked"), &json!("未参加活动"))
    );
    let own = office.phone("zhang-xiulan").await.get(&path).await.ok();
    assert_eq!(own.get("earlier"), None);
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn what_was_refused_is_certified_knowingly() {
    let office = Office::open().await;
    let claim = office.rejected(5).await;
    let zhang = office.phone("zhang-xiulan").await;
    let attendance = zhang.get(format!("/v1/claims/{claim}")).await.ok()["attendance_id"].clone();

    let anew = claim_again(&zhang, &attendance).await;

    let site = office.county.town.stations[0].id;
    let path = format!("/v1/sites/{site}/claims?state=submitted");
    let list = office.phone("certifier").await.get(path).await.ok();
    let seen = &list["items"][0];
    assert_eq!(seen["id"], anew["id"]);
    assert_eq!(
        (&seen["earlier"]["state"], &seen["earlier"]["reason"]),
        (&json!("rejected"), &json!("签退时间有误"))
    );
    assert!(seen["earlier"]["at"].is_string());
}
