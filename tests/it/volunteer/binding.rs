//! `volunteer_binding_code` and `me_volunteer_binding`.

use entity::role_assignment::Role;
use futures_util::future::join_all;
use harness::{Client, TestApp, register_assisted, resident_id};
use serde_json::{Value, json};

/// What she types in: the code from the counter, and the number on her document.
fn typed(code: &Value) -> Value {
    json!({"code": code, "id_number": resident_id("1940-01-01", 2, 1)})
}

async fn bind(phone: &Client, body: Value) -> harness::Answer {
    phone.post("/v1/me/volunteer-binding", body).await
}

#[actix_web::test]
async fn who_was_registered_on_paper_gets_her_profile_online() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/binding-code");
    let phone = app.sign_in("granny").await;

    let earlier = clerk.post(&path, json!({})).await.ok()["code"].clone();
    let code = clerk.post(&path, json!({})).await.ok()["code"].clone();
    let stale = bind(&phone, typed(&earlier)).await;
    let short = json!(code.as_str().unwrap().to_lowercase().replace('-', ""));
    let bound = bind(&phone, typed(&short)).await.ok();

    stale.assert_problem(409, "binding_code_invalid");
    assert_eq!(bound["id"], id.as_str());
    assert_eq!(phone.get("/v1/me").await.ok()["volunteer"]["name"], "王桂英");
    let again = bind(&phone, typed(&code)).await;
    again.assert_problem(409, "already_registered");
    let thief = app.sign_in("thief").await;
    let used = bind(&thief, typed(&code)).await;
    used.assert_problem(409, "binding_code_invalid");
    clerk.post(&path, json!({})).await.assert_problem(409, "has_account");
}

#[actix_web::test]
async fn a_code_is_used_once_lives_a_day_and_is_not_guessed() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/binding-code");
    let mut phones = Vec::new();
    for name in ["a", "b", "c"] {
        phones.push(app.sign_in(name).await);
    }
    let guesser = app.sign_in("guesser").await;

    let own = clerk.post(&path, json!({})).await.ok()["code"].clone();
    let by_clerk = bind(&clerk, typed(&own)).await;
    by_clerk.assert_problem(409, "binding_code_invalid");
    let all = phones.iter().map(|phone| bind(phone, typed(&own)));
    let mut statuses: Vec<_> = join_all(all).await.iter().map(|a| a.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);

    let wrong = typed(&json!("BD-0000-0000-0000-0"));
    for _ in 0..5 {
        let guess = bind(&guesser, wrong.clone()).await;
        guess.assert_problem(409, "binding_code_invalid");
    }
    let guess = bind(&guesser, wrong).await;
    guess.assert_problem(429, "rate_limited");
}

#[actix_web::test]
async fn codes_are_made_by_staff_of_her_station_and_end_with_the_day() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [station, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let next_door = app.staff("next-door", Role::Clerk, beside).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/binding-code");

    next_door.post(&path, json!({})).await.assert_problem(403, "permission_denied");
    other.post(&path, json!({})).await.assert_problem(404, "not_found");
    let code = clerk.post(&path, json!({})).await.ok()["code"].clone();
    app.advance(chrono::TimeDelta::hours(25));
    let phone = app.sign_in("granny").await;

    let late = bind(&phone, typed(&code)).await;
    late.assert_problem(409, "binding_code_invalid");
}
