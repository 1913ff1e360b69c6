//! `auth_wechat_login`.

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
