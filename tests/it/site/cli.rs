//! `points-bank county` and `points-bank invite`: how a county begins.

use chrono::TimeDelta;
use harness::{Process, TestApp};

use super::accept;

fn run(app: &TestApp, arguments: &[&str]) -> Result<String, String> {
    let output = Process::run(app, arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

const COUNTY: [&str; 5] = ["county", "--name", "青山县", "--division-code", "510123000000"];
const INVITE: [&str; 7] =
    ["invite", "--role", "county_admin", "--site", "510123000000", "--name", "陈主任"];

#[actix_web::test]
async fn an_operator_founds_the_county_and_invites_its_first_administrator() {
    let app = TestApp::start().await;

    let founded = run(&app, &COUNTY).unwrap();
    let code = run(&app, &INVITE).unwrap();
    let head = app.sign_in("chen").await;
    let accepted = accept(&head, &code).await.ok();

    let id = founded.split(' ').next().unwrap();
    assert!(founded.ends_with("青山县新时代文明实践中心"));
    assert_eq!(accepted["roles"][0]["role"], "county_admin");
    assert_eq!(accepted["roles"][0]["site_id"], id);
    let _ = head.get(format!("/v1/sites/{id}/staff")).await.ok();
}

#[actix_web::test]
async fn a_county_is_founded_once_and_its_codes_are_good_for_a_quarter_of_an_hour() {
    let app = TestApp::start().await;

    assert!(run(&app, &INVITE).unwrap_err().contains("--site 510123000000"));
    let town = ["county", "--name", "青石镇", "--division-code", "510123101000"];
    assert!(run(&app, &town).unwrap_err().contains("/division_code"));
    run(&app, &COUNTY).unwrap();
    assert!(run(&app, &COUNTY).unwrap_err().contains("one county"));
    let mut clerk = INVITE;
    clerk[2] = "clerk";
    assert!(run(&app, &clerk).unwrap_err().contains("/roles/0"));
    clerk[2] = "king";
    assert!(run(&app, &clerk).unwrap_err().contains("unknown variant"));

    let code = run(&app, &INVITE).unwrap();
    app.advance(TimeDelta::minutes(16));
    let late = accept(&app.sign_in("chen").await, &code).await;
    late.assert_problem(404, "invitation_invalid");
}

#[actix_web::test]
async fn a_database_that_was_never_migrated_is_named_and_none_is_made_to_be_audited() {
    const PRODUCTION: [(&str, &str); 9] = [
        ("PB_PROFILE", "production"),
        (
            "PB_ALLOW",
            r#"["default_keys", "sandbox_wechat", "sqlite", "plain_redis", "no_public_url"]"#,
        ),
        ("REDIS_URL", "redis://127.0.0.1:1"),
        ("PB_KEYS__MASTER", "8888888888888888888888888888888888888888888888888888888888888888"),
        (
            "PB_TREE__SIGNING_KEY",
            "9999999999999999999999999999999999999999999999999999999999999999",
        ),
        ("PB_WECHAT__SANDBOX", "true"),
        ("PB_WECHAT__APPID", "wxsim00000000000001"),
        ("PB_WECHAT__SECRET", "simulated-secret"),
        ("PB_LIMITS__ENABLED", "true"),
    ];
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mistyped.sqlite");
    let url = format!("sqlite://{}", file.display());
    let said = |arguments: &[&str]| {
        let mut command = Process::prepare(&app, &PRODUCTION);
        let output = command.env("DATABASE_URL", &url).args(arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };

    let missing = said(&["audit"]);

    assert!(missing.contains("mistyped.sqlite: there is no such database"), "{missing}");
    assert!(!file.exists());
    std::fs::write(&file, "").unwrap();
    for arguments in [&["audit"][..], &COUNTY, &INVITE] {
        let unmigrated = said(arguments);
        assert!(unmigrated.contains("run `points-bank migrate` first"), "{unmigrated}");
    }
}
