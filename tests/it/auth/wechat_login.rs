//! `auth_wechat_login`.

use api::wechat::simulator::{Fault, Times};
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn a_villager_signs_in_and_sees_her_devices() {
    let app = TestApp::start().await;

    let villager = app.sign_in("zhang-xiulan").await;

    let sessions = villager.get("/v1/me/sessions").await.ok();
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1);
    assert_eq!(sessions["items"][0]["current"], true);
}

#[actix_web::test]
async fn without_a_good_code_nobody_signs_in() {
    let app = TestApp::start().await;
    let device = app.anonymous();

    let unknown = device.post("/v1/auth/wechat-login", json!({"code": "nonsense"})).await;
    let blocked = device.post("/v1/auth/wechat-login", json!({"code": "demo:blocked-wang"})).await;
    let missing = device.post("/v1/auth/wechat-login", json!({})).await;

    unknown.assert_problem(401, "wechat_code_invalid");
    blocked.assert_problem(403, "wechat_user_blocked");
    missing.assert_problem(422, "missing_field");
    missing.assert_names("/code");
}

#[actix_web::test]
async fn staff_sign_in_on_the_staff_side() {
    let app = TestApp::start().await;
    let county = app.county().await;

    app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    let pair = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "demo:clerk"})).await;

    assert_eq!(pair.ok()["audience"], "staff");
}

#[actix_web::test]
async fn the_same_code_again_gets_the_same_answer_because_the_first_may_be_lost() {
    let app = TestApp::start().await;
    let body = json!({"code": "demo:zhang#once"});

    let first = app.anonymous().post("/v1/auth/wechat-login", body.clone()).await.ok();
    let again = app.anonymous().post("/v1/auth/wechat-login", body).await.ok();

    assert_eq!(again, first);
}

#[actix_web::test]
async fn when_wechat_does_not_answer_the_code_is_not_sent_twice() {
    let app = TestApp::start().await;
    let wechat = app.app.simulator.as_ref().expect("the simulator").control();
    wechat.fail(Some("/sns/jscode2session"), Fault::ResetAfterProcess, Times::Next(1));

    let lost = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "demo:zhang#x"})).await;
    let anew = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "demo:zhang#y"})).await;

    lost.assert_problem(503, "wechat_unavailable");
    assert_eq!(lost.headers["retry-after"], "1");
    assert_eq!(wechat.calls("/sns/jscode2session"), 2);
    anew.ok();
}

#[actix_web::test]
async fn failed_codes_are_limited() {
    let app = TestApp::start().await;
    for _ in 0..10 {
        let wrong = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "wrong"})).await;
        wrong.assert_problem(401, "wechat_code_invalid");
    }

    let limited = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "wrong"})).await;

    limited.assert_problem(429, "rate_limited");
    assert!(limited.headers.contains_key("retry-after"));
}

#[actix_web::test]
async fn a_station_full_of_villagers_behind_one_address_is_not_locked_out() {
    let app = TestApp::start().await;
    let device = app.anonymous();
    let mut tokens = Vec::new();
    for number in 0..300 {
        let code = json!({"code": format!("demo:crowd{number}")});
        let pair = device.post("/v1/auth/wechat-login", code).await.ok();
        tokens.push(pair["refresh_token"].as_str().expect("a token").to_owned());
    }
    for number in 0..500 {
        let slot = number % tokens.len();
        let body = json!({"refresh_token": tokens[slot]});
        let pair = device.post("/v1/auth/refresh", body).await.ok();
        tokens[slot] = pair["refresh_token"].as_str().expect("a token").to_owned();
    }
    for _ in 0..10 {
        let wrong = device.post("/v1/auth/wechat-login", json!({"code": "wrong"})).await;
        wrong.assert_problem(401, "wechat_code_invalid");
    }
    let wrong = device.post("/v1/auth/wechat-login", json!({"code": "wrong"})).await;
    wrong.assert_problem(429, "rate_limited");
    let good = device.post("/v1/auth/wechat-login", json!({"code": "demo:honest"})).await;
    good.assert_ok();
    assert_eq!(good.headers["ratelimit-policy"], "\"network\";q=12000;w=60");
    assert!(good.headers["ratelimit"].starts_with("\"network\";r="), "{:?}", good.headers);
}

#[actix_web::test]
async fn wechats_absence_is_nobodys_failed_login() {
    let app = TestApp::start().await;
    let wechat = app.app.simulator.as_ref().expect("the simulator").control();
    wechat.fail(Some("/sns/jscode2session"), Fault::ResetAfterProcess, Times::Next(12));

    for number in 0..12 {
        let code = json!({"code": format!("demo:zhang#{number}")});
        let lost = app.anonymous().post("/v1/auth/wechat-login", code).await;
        lost.assert_problem(503, "wechat_unavailable");
    }
    let wrong = app.anonymous().post("/v1/auth/wechat-login", json!({"code": "wrong"})).await;
    wrong.assert_problem(401, "wechat_code_invalid");
}

#[actix_web::test]
async fn a_repeated_code_gives_no_tokens_of_an_ended_session() {
    let app = TestApp::start().await;
    let body = json!({"code": "demo:zhang#once"});
    let pair = app.anonymous().post("/v1/auth/wechat-login", body.clone()).await.ok();
    let token = pair["access_token"].as_str().expect("a token");
    let phone = app.anonymous().with_token(token);
    assert_eq!(phone.post("/v1/auth/logout", json!({})).await.status, 204);

    let again = app.anonymous().post("/v1/auth/wechat-login", body).await;

    again.assert_problem(401, "wechat_code_invalid");
}
