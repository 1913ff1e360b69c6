//! `points-bank audit`.

use api::ledger;
use harness::{Process, TestApp};
use sea_orm::ConnectionTrait;
use serde_json::Value;

#[actix_web::test]
async fn the_command_says_whether_the_books_are_sound_and_which_row_is_not() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let (id, _) = app.card_only("志愿者", &county.town.stations[0]).await;
    ledger::give_points(&app.app, id, 5).await.unwrap();

    let sound = Process::run(&app, &["audit"]);
    let text = String::from_utf8(sound.stdout).unwrap();
    assert_eq!(sound.status.code(), Some(0), "{text}");
    assert!(text.starts_with("1 accounts, 1 entries"), "{text}");

    app.db.execute_unprepared("UPDATE points_account SET available = 6").await.unwrap();
    let broken = Process::run(&app, &["audit", "--json"]);
    let report: Value = serde_json::from_slice(&broken.stdout).unwrap();
    assert_eq!(broken.status.code(), Some(1));
    assert_eq!(report["violations"][0]["row"], id.to_string());
    assert_eq!(report["violations"][0]["rule"], "account_is_sum_of_entries");
}
