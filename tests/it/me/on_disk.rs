//! `me_closure`: what is left of her in the database's file.

use harness::{TestApp, is_postgres, registration};
use serde_json::json;

const NAME: &str = "金丝雀娘";
const BORN: &str = "1947-03-29";

/// Which of these stand in the file or in the log beside it, in use or not.
fn on_disk<'m>(app: &TestApp, marks: &[&'m str]) -> Vec<&'m str> {
    let url = app.app.config.database.url.reveal();
    let file = url.strip_prefix("sqlite://").expect("a file");
    let mut bytes = std::fs::read(file).expect("the database");
    bytes.extend(std::fs::read(format!("{file}-wal")).unwrap_or_default());
    let stands = |mark: &&str| bytes.windows(mark.len()).any(|part| part == mark.as_bytes());
    marks.iter().copied().filter(stands).collect()
}

/// Only SQLite's file is the service's own; what PostgreSQL keeps is its operator's to vacuum.
#[actix_web::test]
async fn nothing_of_who_left_stands_in_the_file() {
    if is_postgres() {
        return;
    }
    let app = TestApp::start().await;
    let county = app.county().await;
    let her = app.sign_in("zhang").await;
    let mut body = registration(&county.town.stations[0], BORN, 7);
    body["name"] = json!(NAME);
    her.post("/v1/volunteers", body).await.assert_ok();
    assert_eq!(on_disk(&app, &[NAME, BORN]), [NAME, BORN], "she is not there to begin with");

    her.post("/v1/me/closure", json!({"confirm": true})).await.assert_ok();

    assert_eq!(on_disk(&app, &[NAME, BORN]), [] as [&str; 0]);
}
