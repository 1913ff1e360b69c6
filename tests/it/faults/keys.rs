//! The master key: no process starts on a database with another than it was begun with.

use entity::key_check;
use harness::{Process, TestApp};
use sea_orm::{EntityTrait, PaginatorTrait};

const OTHER: &str = "8888888888888888888888888888888888888888888888888888888888888888";

/// Runs the binary to its end; its words to the operator, if it failed.
fn run(app: &TestApp, arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    let output = Process::prepare(app, environment).args(arguments).output().expect("the binary");
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8(output.stderr).expect("text");
    let lines: Vec<_> = said.lines().filter(|line| line.starts_with("points-bank:")).collect();
    assert_eq!(lines.len(), 1, "one clear line: {said}");
    Err(lines[0].to_owned())
}

async fn remembered(app: &TestApp) -> u64 {
    key_check::Entity::find().count(&app.db).await.expect("counted")
}

#[actix_web::test]
async fn only_the_key_a_database_was_begun_with_starts_on_it() {
    const INVITE: [&str; 7] =
        ["invite", "--role", "county_admin", "--site", "510123000000", "--name", "陈主任"];
    let app = TestApp::start().await;
    app.county().await;
    assert_eq!(run(&app, &["migrate"], &[]), Ok(()));
    assert_eq!(remembered(&app).await, 1);

    for arguments in [&["serve"][..], &["migrate"], &["audit"], &INVITE] {
        let wrong = run(&app, arguments, &[("PB_KEYS__MASTER", OTHER)]).unwrap_err();
        assert!(wrong.contains("PB_KEYS__MASTER"), "{arguments:?}: {wrong}");
        let renamed = run(&app, arguments, &[("PB_KEYS__KID", "k2")]).unwrap_err();
        assert!(renamed.contains("PB_KEYS__KID=k1"), "{arguments:?}: {renamed}");
    }

    assert_eq!(remembered(&app).await, 1);
    assert_eq!(run(&app, &["audit"], &[]), Ok(()));
    let process = Process::start(&app);
    app.anonymous().through(&process.base).get("/readyz").await.assert_ok();
}

#[actix_web::test]
async fn a_database_from_before_the_check_is_asked_by_what_is_sealed_in_it() {
    let app = TestApp::start().await;
    let county = app.county().await;
    app.card_only("zhang", &county.town.stations[0]).await;

    for arguments in [&["migrate"][..], &["audit"]] {
        let wrong = run(&app, arguments, &[("PB_KEYS__MASTER", OTHER)]).unwrap_err();
        assert!(wrong.contains("personal data"), "{wrong}");
        let renamed = run(&app, arguments, &[("PB_KEYS__KID", "k2")]).unwrap_err();
        assert!(renamed.contains("PB_KEYS__KID"), "{renamed}");
    }
    assert_eq!(remembered(&app).await, 0, "nothing is written with a wrong key");

    assert_eq!(run(&app, &["audit"], &[]), Ok(()));
    assert_eq!(remembered(&app).await, 0, "an audit writes nothing");
    assert_eq!(run(&app, &["migrate"], &[]), Ok(()));
    assert_eq!(remembered(&app).await, 1);
}

#[actix_web::test]
async fn of_two_keys_that_begin_together_one_stays() {
    let app = TestApp::start().await;
    let begin = |environment: &[(&str, &str)]| {
        let mut command = Process::prepare(&app, environment);
        command.arg("migrate");
        command.spawn().expect("the binary")
    };
    let begun =
        [begin(&[]), begin(&[("PB_KEYS__MASTER", OTHER)]), begin(&[("PB_KEYS__KID", "k2")])];

    let ended = begun.map(|process| process.wait_with_output().expect("its end").status.success());

    assert_eq!(ended.into_iter().filter(|begun| *begun).count(), 1, "{ended:?}");
    assert_eq!(remembered(&app).await, 1);
}
