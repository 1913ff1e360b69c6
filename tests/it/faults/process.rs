//! Starting, stopping and killing the process itself.

use std::net::TcpListener;

use entity::session;
use harness::{Process, TestApp, is_postgres};
use sea_orm::{Database, EntityTrait, PaginatorTrait};
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

#[actix_web::test]
async fn what_is_alarmed_on_is_counted_from_the_start() {
    let app = TestApp::start_running(|_| {}).await;
    app.county().await;
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let address = free.to_string();
    let _process = Process::start_with(&app, &[("PB_SERVER__METRICS_LISTEN", &address)]);

    let page = app.anonymous().through(&format!("http://{address}")).get("/metrics").await.text();

    let counted = |name: &str, label: &str| {
        page.lines()
            .any(|line| line.starts_with(name) && line.contains(label) && line.ends_with(" 0"))
    };
    for (name, label) in [
        ("http_faults_total", ""),
        ("transaction_retries_total", ""),
        ("redis_failures_total", ""),
        ("tree_signer_refusals_total", ""),
        ("job_failures_total{", "\"ledger.expiry\""),
        ("job_failures_total{", "\"tree.signer\""),
        ("wechat_refusals_total{", "\"40164\""),
    ] {
        assert!(counted(name, label), "{name} {label}:\n{page}");
    }
}

#[actix_web::test]
async fn after_a_clean_stop_the_one_file_of_sqlite_holds_everything() {
    if is_postgres() {
        return;
    }
    let app = TestApp::start_running(|_| {}).await;
    app.county().await;
    let mut process = Process::start_with(&app, &[("PB_SERVER__LAME_DUCK_MS", "0")]);
    let device = app.anonymous().through(&process.base);
    device.post("/v1/auth/wechat-login", json!({"code": "demo:zhang"})).await.assert_ok();

    assert_eq!(process.terminate(), Some(0));

    let url = app.app.config.database.url.reveal();
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.sqlite");
    std::fs::copy(url.strip_prefix("sqlite://").expect("a file"), &copy).expect("copied");
    let copy = Database::connect(format!("sqlite://{}", copy.display())).await.expect("opened");
    assert_eq!(session::Entity::find().count(&copy).await.expect("counted"), 1);
}

#[actix_web::test]
async fn it_serves_on_when_nobody_reads_what_it_prints() {
    let app = TestApp::start_running(|_| {}).await;
    app.county().await;
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Process::prepare(&app, &[]);
    command.stdout(writer);

    let process = Process::launch(command);

    assert_eq!(app.anonymous().through(&process.base).get("/healthz").await.status, 200);
}

#[actix_web::test]
async fn a_log_filter_nobody_understands_is_named() {
    let app = TestApp::start().await;
    let mut command = Process::prepare(&app, &[("PB_TELEMETRY__LOG", "api=loud")]);

    let output = command.output().expect("the service's binary");

    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("PB_TELEMETRY__LOG"), "{said}");
}
