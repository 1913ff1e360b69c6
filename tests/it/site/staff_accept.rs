//! `staff_accept`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

use super::{accept, institute, invite, station};

const PATH: &str = "/staff-invitations";

#[actix_web::test]
async fn whoever_accepts_works_there_from_her_next_request_on() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let villager = app.sign_in("li-guoqiang").await;
    let staff = station(&county, "/staff");
    villager.get(&staff).await.assert_problem(403, "permission_denied");
    let code = invite(&security, &station(&county, PATH), json!(["station_manager"])).await;

    let typed = code.to_lowercase().replace('-', " ");
    let accepted = accept(&villager, &typed).await.ok();

    assert_eq!(accepted["display_name"], "李国强");
    assert_eq!(accepted["roles"][0]["role"], "station_manager");
    let list = villager.get(&staff).await.ok();
    assert_eq!(list["items"][0]["display_name"], "李国强");
}

#[actix_web::test]
async fn a_villager_s_long_session_becomes_a_short_one_of_staff() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let villager = app.sign_in("li-guoqiang").await;
    let code = invite(&security, &station(&county, PATH), json!(["clerk"])).await;

    let _ = accept(&villager, &code).await.ok();

    let sessions = villager.get("/v1/me/sessions").await.ok();
    assert_eq!(sessions["items"][0]["audience"], "staff");
    let expires = sessions["items"][0]["expires_at"].as_str().unwrap();
    let expires: chrono::DateTime<chrono::Utc> = expires.parse().unwrap();
    assert!(expires - app.clock.now() <= TimeDelta::minutes(30));
}

#[actix_web::test]
async fn a_code_that_is_used_expired_revoked_or_wrong_gets_one_answer() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let path = station(&county, PATH);
    let used = invite(&security, &path, json!(["clerk"])).await;
    let _ = accept(&app.sign_in("li").await, &used).await.ok();
    let body = json!({"invitee_name": "王建国", "roles": ["clerk"]});
    let revoked = security.post(&path, body).await.ok();
    let id = revoked["id"].as_str().unwrap();
    let _ = security.delete(format!("{path}/{id}")).await.ok();
    let late = invite(&security, &path, json!(["clerk"])).await;
    let wang = app.sign_in("wang").await;

    for code in [&used, revoked["code"].as_str().unwrap(), "YQ-0000-0000-0000-0", "nonsense"] {
        accept(&wang, code).await.assert_problem(404, "invitation_invalid");
    }
    accept(&app.sign_in("li").await, &used).await.assert_problem(404, "invitation_invalid");
    app.advance(TimeDelta::days(7));
    let wang = app.sign_in("wang").await;
    accept(&wang, &late).await.assert_problem(404, "invitation_invalid");
    let short = wang.post("/v1/staff-invitations/accept", json!({"code": "YQ"})).await;
    short.assert_problem(422, "invalid_value");
    short.assert_names("/code");
}

#[actix_web::test]
async fn of_two_who_accept_one_code_at_once_exactly_one_gets_the_roles() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let (li, wang) = (app.sign_in("li").await, app.sign_in("wang").await);

    for _ in 0..5 {
        let code = invite(&security, &station(&county, PATH), json!(["clerk"])).await;
        let (one, two) = tokio::join!(accept(&li, &code), accept(&wang, &code));
        let mut both = [one.status.as_u16(), two.status.as_u16()];
        both.sort_unstable();
        assert_eq!(both, [200, 404]);
    }
    let list = security.get(station(&county, PATH)).await.ok();
    let items = list["items"].as_array().unwrap();
    assert!(items.len() == 5 && items.iter().all(|item| item["state"] == "accepted"));
}

#[actix_web::test]
async fn administrations_are_kept_apart_over_everything_a_person_holds() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let head = app.staff("head", Role::CountyAdmin, &county.center).await;
    let mayor = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let li = app.sign_in("li").await;

    let other = format!("/v1/sites/{}{PATH}", county.other.institute.id);
    let audit = invite(&head, &other, json!(["auditor"])).await;
    accept(&mayor, &audit).await.assert_problem(409, "roles_incompatible");

    // A refusal leaves the code good for somebody else; two at once see each other.
    let security = invite(&head, &institute(&county, PATH), json!(["security_admin"])).await;
    let (one, two) = tokio::join!(accept(&li, &audit), accept(&li, &security));
    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
}

#[actix_web::test]
async fn nobody_accepts_her_own_invitation_and_a_role_held_already_is_held_once() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    let path = station(&county, PATH);

    let own = invite(&security, &path, json!(["certifier"])).await;
    accept(&security, &own).await.assert_problem(409, "own_invitation");

    let more = invite(&security, &path, json!(["clerk", "certifier"])).await;
    let roles = accept(&clerk, &more).await.ok()["roles"].clone();
    let names: Vec<_> = roles.as_array().unwrap().iter().map(|role| role["role"].clone()).collect();
    assert_eq!(names, [json!("clerk"), json!("certifier")]);
}

#[actix_web::test]
async fn an_account_that_tries_codes_is_stopped() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let security = app.staff("security", Role::SecurityAdmin, &county.town.institute).await;
    let code = invite(&security, &station(&county, PATH), json!(["clerk"])).await;
    let guesser = app.sign_in("guesser").await;

    for _ in 0..10 {
        accept(&guesser, "YQ-0000-0000-0000-0").await.assert_problem(404, "invitation_invalid");
    }

    let stopped = accept(&guesser, &code).await;
    stopped.assert_problem(429, "rate_limited");
    assert!(stopped.headers.contains_key("retry-after"));
    let _ = accept(&app.sign_in("li").await, &code).await.ok();
}
