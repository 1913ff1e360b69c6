//! `volunteer_consents`, `volunteer_consent_grant`, `volunteer_consent_withdraw`: the same
//! rights on paper.

use entity::role_assignment::Role;
use harness::{TestApp, born_years_ago, document, guardianship, register_assisted};
use serde_json::json;

fn given(purpose: &str) -> serde_json::Value {
    json!({"purpose": purpose, "text_version": "2026-01", "channel": "paper", "witness": "李支书"})
}

fn withdrawn() -> serde_json::Value {
    json!({"channel": "paper", "witness": "王组长"})
}

#[actix_web::test]
async fn consents_are_given_and_withdrawn_at_the_counter() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [station, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/consents");

    let granted = clerk.post(&path, given("leaderboard")).await.ok();
    let ended = clerk.post(format!("{path}/leaderboard/withdraw"), withdrawn()).await.ok();
    let again = clerk.post(format!("{path}/leaderboard/withdraw"), withdrawn()).await;
    let list = clerk.get(&path).await.ok();

    assert_eq!((&granted["granted"], &granted["witness"]), (&json!(true), &json!("李支书")));
    assert_eq!(
        (&ended["granted"], &ended["withdrawal_witness"]),
        (&json!(false), &json!("王组长"))
    );
    again.assert_problem(404, "not_found");
    assert_eq!(list["items"][0], ended);
    let mut clicked = given("sms");
    clicked["channel"] = json!("mini_program");
    clerk.post(&path, clicked).await.assert_names("/channel");
    clerk.post(&path, given("guardian")).await.assert_problem(409, "consent_of_guardian");
    let enrol = clerk.post(format!("{path}/enrol/withdraw"), withdrawn()).await;
    enrol.assert_problem(409, "enrol_needs_closure");
    next_door.post(&path, given("sms")).await.assert_problem(403, "permission_denied");
    other.post(&path, given("sms")).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn who_has_an_account_decides_herself() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let person = app.volunteer("zhang", station).await;
    let path = format!("/v1/volunteers/{}/consents", person.volunteer);

    clerk.post(&path, given("sms")).await.assert_problem(409, "has_account");
    let ended = clerk.post(format!("{path}/sms/withdraw"), withdrawn()).await;
    ended.assert_problem(409, "has_account");
}

#[actix_web::test]
async fn a_child_pauses_when_her_guardian_withdraws_and_comes_back_only_with_her() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let born = born_years_ago(10);
    let id = register_assisted(&clerk, station, &born, 1).await;
    let path = |verb: &str| format!("/v1/volunteers/{id}/{verb}");
    clerk.post(path("guardians"), guardianship()).await.assert_ok();
    manager.post(path("verify"), document(&born, 1)).await.assert_ok();

    clerk.post(path("consents/guardian/withdraw"), withdrawn()).await.assert_ok();
    let seen = clerk.get(path("?reason=%E6%A0%B8%E5%AF%B9").replace("/?", "?")).await.ok();
    let back = json!({"reason": "监护人再次同意"});
    let early = clerk.post(path("reinstate"), back.clone()).await;
    let leaving = path("closure?dry_run=true");
    let asked = json!({"confirm": true, "witness": "王组长"});
    manager.post(&leaving, asked.clone()).await.assert_ok();
    clerk.post(path("guardians"), guardianship()).await.assert_ok();
    let blocked = manager.post(&leaving, asked).await;
    blocked.assert_problem(409, "closure_blocked");
    let late = clerk.post(path("reinstate"), back).await.ok();

    assert_eq!(seen["state"], "suspended");
    early.assert_problem(409, "guardian_consent_missing");
    assert_eq!(late["state"], "active");
}
