//! Starting, stopping and killing the process itself.

use harness::{Process, TestApp};
use serde_json::json;

#[actix_web::test]
async fn sigterm_drains_and_exits_with_success() {
    let app = TestApp::start_running(|_| {}).await;
    app.county().await;
    // Long enough to be seen on a slow machine.
    let mut process = Process::start_with(&app, &[("PB_SERVER__LAME_DUCK_MS", "10000")]);
    let device = app.anonymous().through(&process.base);
    device.get("/readyz").await.ok();

    let stopped = tokio::task::spawn_blocking(move || process.terminate());

    // In its last seconds it says that it wants no more, but still answers.
    while device.get("/readyz").await.status != 503 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(device.get("/healthz").await.status, 200);
    assert_eq!(stopped.await.expect("waited"), Some(0));
}

#[actix_web::test]
async fn sessions_survive_a_killed_process() {
    let app = TestApp::start_running(|_| {}).await;
    app.county().await;
    let mut first = Process::start(&app);
    let device = app.anonymous().through(&first.base);
    let pair = device.post("/v1/auth/wechat-login", json!({"code": "demo:zhang"})).await.ok();

    first.kill();
    let second = Process::start(&app);

    let token = pair["access_token"].as_str().expect("a token");
    let device = app.anonymous().with_token(token).through(&second.base);
    device.get("/v1/me/sessions").await.ok();
}
