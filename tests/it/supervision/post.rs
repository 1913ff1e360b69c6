//! `supervisor_nominate`, `supervisor_vet`, `supervisor_refuse`, `supervisor_appoint`,
//! `supervisor_appraise`, `supervisor_withdraw`, `supervisor_dismiss`, `supervisor_list`,
//! `supervisor_get`.

use chrono::{Datelike, TimeDelta};
use entity::role_assignment::Role;
use serde_json::{Value, json};

use super::super::disqualification::Court;
use super::Village;

#[actix_web::test]
async fn she_is_nominated_vetted_and_appointed_and_her_role_ends_with_the_term() {
    let village = Village::start().await;
    let post = village.nominate("head", &village.peng).await.id();
    let note = json!({"note": "符合条件"});
    village
        .step("town-a", &post, "appoint", village.term(30))
        .await
        .assert_problem(409, "wrong_state");
    let vetted = village.step("office", &post, "vet", note).await.ok();
    assert_eq!((&vetted["state"], &vetted["name"]), (&json!("vetted"), &json!("peng-dafu")));
    let freezes = village.at("freezes");
    village.phone("peng-dafu").await.get(&freezes).await.assert_problem(403, "permission_denied");

    let appointed = village.step("town-a", &post, "appoint", village.term(30)).await.ok();

    assert_eq!(appointed["state"], "appointed");
    village.phone("peng-dafu").await.get(&freezes).await.assert_ok();
    village.app.advance(TimeDelta::days(29));
    village.app.run_jobs().await;
    village.phone("peng-dafu").await.get(&freezes).await.assert_ok();
    village.app.advance(TimeDelta::days(1));
    village.app.run_jobs().await;
    village.phone("peng-dafu").await.get(&freezes).await.assert_problem(403, "permission_denied");
    let over = village.phone("head").await.get(format!("/v1/supervisors/{post}")).await.ok();
    assert_eq!((&over["state"], &over["end_reason"]), (&json!("ended"), &json!("任期届满")));
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn a_term_that_begins_later_gives_the_role_later() {
    let village = Village::start().await;
    let post = village.vetted(&village.peng).await;
    let today = village.today();
    let term = json!({"from": today + TimeDelta::days(5), "until": today + TimeDelta::days(60)});
    village.step("town-a", &post, "appoint", term).await.assert_ok();
    let freezes = village.at("freezes");
    village.app.run_jobs().await;
    village.phone("peng-dafu").await.get(&freezes).await.assert_problem(403, "permission_denied");

    village.app.advance(TimeDelta::days(6));
    village.app.run_jobs().await;

    village.phone("peng-dafu").await.get(&freezes).await.assert_ok();
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn who_nominated_neither_vets_nor_appoints() {
    let village = Village::start().await;
    for (role, at) in [
        (Role::GeneralOffice, &village.county.town.institute),
        (Role::TownAdmin, &village.county.town.institute),
    ] {
        village.app.staff("head", role, at).await;
    }
    let post = village.nominate("head", &village.peng).await.id();
    let note = json!({"note": "符合条件"});

    let own = village.step("head", &post, "vet", note.clone()).await;

    own.assert_problem(403, "must_recuse");
    village.step("office", &post, "vet", note).await.assert_ok();
    let own = village.step("head", &post, "appoint", village.term(30)).await;
    own.assert_problem(403, "must_recuse");
    village.step("town-a", &post, "appoint", village.term(30)).await.assert_ok();
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn each_step_is_of_those_who_may() {
    let village = Village::start().await;
    village.nominate("clerk", &village.peng).await.assert_problem(403, "permission_denied");
    village.nominate("town-a", &village.peng).await.assert_problem(403, "permission_denied");
    village.nominate("zhang-xiulan", &village.zhang).await.assert_problem(403, "permission_denied");
    let post = village.nominate("head", &village.peng).await.id();
    let note = json!({"note": "符合条件"});
    for who in ["head", "town-a", "clerk"] {
        let refused = village.step(who, &post, "vet", note.clone()).await;
        refused.assert_problem(403, "permission_denied");
    }
    village
        .step("office", &post, "appoint", village.term(9))
        .await
        .assert_problem(403, "permission_denied");
    let one = format!("/v1/supervisors/{post}");
    village.phone("stranger").await.get(&one).await.assert_problem(404, "not_found");
    village
        .phone("stranger")
        .await
        .get(village.at("supervisors"))
        .await
        .assert_problem(404, "not_found");
    let masked = village.phone("clerk").await.get(&one).await.ok();
    assert_ne!(masked["name"], "peng-dafu", "who has no part in it sees a part of the name");
    assert_eq!(masked["allowed_actions"], json!([]));
    let office = village.phone("office").await.get(village.at("supervisors")).await.ok();
    assert_eq!(office["items"][0]["allowed_actions"], json!(["vet", "refuse"]));

    let refused = village.step("office", &post, "refuse", json!({"note": "任职冲突"})).await.ok();

    assert_eq!(refused["state"], "refused");
    village
        .step("head", &post, "withdraw", json!({"note": "重新考虑"}))
        .await
        .assert_problem(409, "wrong_state");
    let again = village.nominate("head", &village.peng).await.id();
    let body = json!({"note": "重新考虑"});
    let withdrawn = village.step("head", &again, "withdraw", body).await.ok();
    assert_eq!(withdrawn["state"], "withdrawn");
}

#[actix_web::test]
async fn a_dismissed_supervisor_is_one_no_longer() {
    let village = Village::watched().await;
    let list = village.phone("head").await.get(village.at("supervisors?state=appointed")).await;
    let post = super::text(&list.ok()["items"][0], "id").to_owned();
    let peng = village.phone("peng-dafu").await;
    peng.get(village.at("freezes")).await.assert_ok();

    let ended = village.step("town-a", &post, "dismiss", json!({"note": "迁居外地"})).await.ok();

    assert_eq!(ended["state"], "ended");
    let refused = peng.get(village.at("freezes")).await;
    assert!(matches!(refused.status.as_u16(), 401 | 403), "{}", refused.describe());
    let again = village.phone("peng-dafu").await.get(village.at("freezes")).await;
    again.assert_problem(403, "permission_denied");
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn a_year_is_appraised_once_by_the_general_office() {
    let village = Village::watched().await;
    let list = village.phone("head").await.get(village.at("supervisors")).await.ok();
    let post = super::text(&list["items"][0], "id").to_owned();
    let year = village.today().year();
    let body = |year: i32| json!({"year": year, "grade": "excellent", "note": "认真负责"});

    let appraised = village.step("office", &post, "appraise", body(year)).await.ok();

    assert_eq!(appraised["appraisals"][0]["grade"], "excellent");
    let twice = village.step("office", &post, "appraise", body(year)).await;
    twice.assert_problem(409, "appraised_already");
    let early = village.step("office", &post, "appraise", body(year - 1)).await;
    early.assert_problem(422, "invalid_value");
    early.assert_names("/year");
    village
        .step("head", &post, "appraise", body(year))
        .await
        .assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn her_role_is_not_taken_from_her_while_she_holds_the_post() {
    let village = Village::watched().await;
    let institute = &village.county.town.institute;
    let security = village.app.staff("security", Role::SecurityAdmin, institute).await;
    let staff = security.get(village.at("staff")).await.ok();
    let held = staff["items"].as_array().and_then(|all| {
        all.iter().find(|item| item["role"] == "supervisor").and_then(|item| item["id"].as_str())
    });
    let path = village.at(&format!("staff/{}", held.expect("a supervisor")));

    let refused = security.delete(&path).await;

    refused.assert_problem(409, "supervisor_appointed");
    let post = refused.json()["supervisor_post_id"].as_str().expect("a post").to_owned();
    let freezes = village.at("freezes");
    village.phone("peng-dafu").await.get(&freezes).await.assert_ok();
    let note = json!({"note": "本人申请离任"});
    village.step("town-a", &post, "dismiss", note).await.assert_ok();
    village.phone("peng-dafu").await.get(&freezes).await.assert_problem(403, "permission_denied");
    security.delete(&path).await.assert_problem(404, "not_found");
    village.app.assert_sound().await;
}

#[actix_web::test]
async fn who_is_no_stranger_any_more_on_the_first_day_does_not_begin() {
    let village = Village::start().await;
    let post = village.vetted(&village.peng).await;
    let first = village.today() + chrono::Days::new(10);
    let term = json!({"from": first, "until": first + chrono::Days::new(100)});
    village.step("town-a", &post, "appoint", term).await.assert_ok();
    village.app.staff("peng-dafu", Role::Clerk, village.station()).await;

    village.app.advance(TimeDelta::days(11));
    village.app.run_jobs().await;

    let seen = village.phone("head").await.get(format!("/v1/supervisors/{post}")).await.ok();
    assert_eq!(seen["state"], "ended");
    let reason = seen["end_reason"].as_str().unwrap();
    assert!(reason.starts_with("任期开始时不再符合条件"), "{reason}");
    let me = village.phone("peng-dafu").await.get("/v1/me").await.ok();
    assert!(!me["roles"].to_string().contains("supervisor"), "{me}");
}

#[actix_web::test]
async fn who_is_zeroed_watches_over_nobody() {
    let village = Village::watched().await;
    village.app.staff("watch-too", Role::Supervisor, village.station()).await;
    village.app.staff("town-b", Role::TownAdmin, &village.county.town.institute).await;
    let path = format!("/v1/volunteers/{}/disqualifications", village.peng.volunteer);
    let proposal = Court::proposal();
    let case = village.phone("head").await.post(path, proposal).await.id();
    let step = async |who: &str, step: &str, body: Value| {
        let path = format!("/v1/disqualifications/{case}/{step}");
        village.phone(who).await.post(path, body).await.assert_ok();
    };
    step("head", "notify", json!({})).await;
    step("town-b", "deliver", json!({"witness": "王队长"})).await;
    village.app.advance(TimeDelta::days(25));
    step("watch-too", "supervise", json!({})).await;
    step("town-b", "review", json!({"opinion": "proceed", "note": "属实"})).await;
    step("town-a", "decide", json!({"note": "同意"})).await;
    let peng = village.phone("peng-dafu").await;
    peng.get(village.at("freezes")).await.assert_ok();

    step("town-b", "execute", Court::confirmation()).await;

    peng.get(village.at("freezes")).await.assert_problem(401, "token_expired");
    let peng = village.phone("peng-dafu").await;
    peng.get(village.at("freezes")).await.assert_problem(403, "permission_denied");
    let posts = village.phone("head").await.get(village.at("supervisors")).await.ok();
    assert_eq!(posts["items"][0]["state"], "ended");
    assert_eq!(posts["items"][0]["end_reason"], "取消积分资格");
    village.app.assert_sound().await;
}
