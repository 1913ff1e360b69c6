//! The end of the year, which alone comes by itself.

use api::platform::clock::local_day;
use chrono::{Datelike, NaiveDate, TimeDelta};
use serde_json::json;

use super::Court;

#[actix_web::test]
async fn after_the_year_she_earns_again_and_her_points_stay_gone() {
    let court = Court::open().await;
    let case = court.executed().await;

    court.app.run_jobs().await;
    let before = court.phone("zhang-xiulan").await.get("/v1/me").await.ok();
    court.app.advance(TimeDelta::days(366));
    court.app.run_jobs().await;
    court.app.run_jobs().await;

    assert_eq!(before["volunteer"]["state"], "disqualified");
    let after = court.phone("zhang-xiulan").await.get("/v1/me").await.ok();
    assert_eq!(after["volunteer"]["state"], "active");
    assert_eq!(court.points().await["available"], 0);
    let seen = court.phone("head").await.get(format!("/v1/disqualifications/{case}")).await.ok();
    assert_eq!(seen["state"], "ended");
    court.app.assert_sound().await;
}

#[actix_web::test]
async fn an_appeal_that_outlives_the_year_can_still_be_won() {
    let court = Court::open().await;
    let case = court.executed().await;
    let path = format!("/v1/me/disqualifications/{case}/appeal");
    court.phone("zhang-xiulan").await.post(path, json!({"text": "请复核"})).await.assert_ok();

    court.app.advance(TimeDelta::days(366));
    court.app.run_jobs().await;
    let state = court.phone("zhang-xiulan").await.get("/v1/me").await.ok();
    let outcome = json!({"outcome": "overturn", "note": "成立"});
    court.step("county-a", &case, "appeal-decision", outcome).await.assert_ok();

    assert_eq!(state["volunteer"]["state"], "active", "the year is over either way");
    assert_eq!(court.points().await["available"], 100);
    court.app.assert_sound().await;
}

/// The plan takes the year in which it happened, not the one in which the office was ready.
#[actix_web::test]
async fn a_case_that_crosses_the_new_year_does_not_take_the_next() {
    let court = Court::open().await;
    let today = local_day(court.app.clock.now());
    let december = NaiveDate::from_ymd_opt(today.year(), 12, 20).unwrap();
    court.app.advance(december - today);
    let case = court.delivered().await;
    court.app.advance(TimeDelta::days(30));
    court.step("watch", &case, "supervise", json!({})).await.assert_ok();
    let opinion = json!({"opinion": "proceed", "note": "属实"});
    court.step("town-b", &case, "review", opinion).await.assert_ok();
    court.step("town-a", &case, "decide", json!({"note": "同意"})).await.assert_ok();

    let executed = court.step("town-b", &case, "execute", Court::confirmation()).await.ok();

    let last = format!("{}-12-31", today.year());
    assert_eq!(
        (&executed["points_taken"], &executed["suspended_through"]),
        (&json!(100), &json!(last))
    );
    let her = court.phone("zhang-xiulan").await.get("/v1/me").await.ok();
    assert_eq!(her["volunteer"]["state"], "active");
    let told = court.phone("zhang-xiulan").await.get("/v1/me/disqualifications").await.ok();
    let notice = told["items"][0]["notice"].as_str().unwrap();
    assert!(notice.contains(&format!("取消您{}年度的积分资格", today.year())), "{notice}");

    // Nor does the end of that year cut her time to appeal short.
    court.app.run_jobs().await;
    let path = format!("/v1/me/disqualifications/{case}/appeal");
    court.phone("zhang-xiulan").await.post(path, json!({"text": "请复核"})).await.assert_ok();
    court.app.run_jobs().await;
    let outcome = json!({"outcome": "overturn", "note": "成立"});
    court.step("county-a", &case, "appeal-decision", outcome).await.assert_ok();
    assert_eq!(court.points().await["available"], 100);
    court.app.assert_sound().await;
}

#[actix_web::test]
async fn hours_of_service_are_never_touched() {
    let court = Court::open().await;
    let rules = court.app.given_rules(&court.shop.county.town).await;
    let attended = court.app.attended(&court.zhang, &court.shop.station, rules, 3);
    court.app.store_attended(&attended).await;
    let hours = |answer: serde_json::Value| answer["items"].clone();
    let records = "/v1/me/attendances";

    let before = hours(court.phone("zhang-xiulan").await.get(records).await.ok());
    court.executed().await;
    let after = hours(court.phone("zhang-xiulan").await.get(records).await.ok());

    assert_ne!(before, json!([]));
    assert_eq!(before, after);
}
