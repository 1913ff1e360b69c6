//! `me_bind_phone`.

use api::wechat::simulator::{Fault, Times};
use entity::volunteer;
use harness::TestApp;
use sea_orm::EntityTrait;
use serde_json::json;

const PHONE: &str = "/wxa/business/getuserphonenumber";

#[actix_web::test]
async fn a_volunteer_binds_the_number_wechat_vouches_for() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let zhang = app.volunteer("zhang", &county.town.stations[0]).await;

    let code = json!({"code": "demo-phone:zhang:13800138000"});
    let bound = zhang.client.post("/v1/me/phone", code).await.ok();

    assert_eq!(bound, json!({"phone": "138****8000", "phone_verified": true}));
    let row = volunteer::Entity::find_by_id(zhang.volunteer).one(&app.db).await.unwrap().unwrap();
    assert!(row.phone_verified);
    assert!(!row.phone_sealed.unwrap().contains("13800138000"));
    assert_eq!(row.phone_index.unwrap().len(), 64);
}

#[actix_web::test]
async fn another_users_code_and_nonsense_are_refused() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let zhang = app.volunteer("zhang", &county.town.stations[0]).await;
    let stranger = app.sign_in("stranger").await;

    let stolen = zhang.client.post("/v1/me/phone", json!({"code": "demo-phone:li"})).await;
    let nonsense = zhang.client.post("/v1/me/phone", json!({"code": "nonsense"})).await;
    let unregistered = stranger.post("/v1/me/phone", json!({"code": "demo-phone:stranger"})).await;

    stolen.assert_problem(400, "phone_code_invalid");
    nonsense.assert_problem(400, "phone_code_invalid");
    unregistered.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn a_code_whose_answer_was_lost_is_not_sent_to_wechat_again() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let zhang = app.volunteer("zhang", &county.town.stations[0]).await;
    let wechat = app.app.simulator.as_ref().expect("the simulator").control();
    let openid = api::wechat::simulator::demo_openid(&app.app.config.wechat.appid, "zhang");
    let body = json!({"code": wechat.phone_code(&openid)});

    let first = zhang.client.post_with_key("/v1/me/phone", body.clone(), "bind-phone-01234567");
    let first = first.await.ok();
    let again = zhang.client.post_with_key("/v1/me/phone", body, "bind-phone-01234567").await;

    assert_eq!(again.ok(), first);
    assert_eq!(wechat.calls(PHONE), 1);
}

#[actix_web::test]
async fn when_wechat_does_not_answer_nothing_is_asked_twice() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let zhang = app.volunteer("zhang", &county.town.stations[0]).await;
    let wechat = app.app.simulator.as_ref().expect("the simulator").control();
    wechat.fail(Some(PHONE), Fault::ResetAfterProcess, Times::Next(1));

    let lost = zhang.client.post("/v1/me/phone", json!({"code": "demo-phone:zhang"})).await;

    lost.assert_problem(503, "wechat_unavailable");
    assert_eq!(lost.headers["retry-after"], "1");
    assert_eq!(wechat.calls(PHONE), 1);
}

#[actix_web::test]
async fn the_same_key_gets_the_stored_answer_long_after() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let zhang = app.volunteer("zhang", &county.town.stations[0]).await;
    let wechat = app.app.simulator.as_ref().expect("the simulator").control();
    let openid = api::wechat::simulator::demo_openid(&app.app.config.wechat.appid, "zhang");
    let body = json!({"code": wechat.phone_code(&openid)});
    let key = "bind-phone-0123456";

    let first = zhang.client.post_with_key("/v1/me/phone", body.clone(), key).await;
    app.advance(chrono::TimeDelta::minutes(5));
    let calls = wechat.calls(PHONE);
    let again = zhang.client.post_with_key("/v1/me/phone", body, key).await;

    first.assert_ok();
    assert_eq!((again.status, &again.body), (first.status, &first.body), "{}", again.describe());
    assert_eq!(wechat.calls(PHONE), calls, "WeChat was asked again");
}
