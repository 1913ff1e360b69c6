//! The end of the year, which alone comes by itself.

use chrono::TimeDelta;
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
