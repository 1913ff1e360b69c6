//! A service with an activity about to begin, for the tests in a real browser and of the
//! client: prints what they need to know as one line of JSON, and runs until its input ends.

use std::io::{Read, Write};

use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [station, _] = &county.town.stations;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let activity = app.published_activity(&manager, station, json!({})).await;
    let villager = app.volunteer("zhang-xiulan", station).await;
    villager
        .client
        .post(format!("/v1/activities/{activity}/sign-ups"), json!({}))
        .await
        .assert_ok();
    // Half an hour before it begins the door is open, and the first tokens are spent.
    app.advance(TimeDelta::minutes(45));

    let scene = json!({ "base": app.base, "site": station.id, "activity": activity });
    let mut out = std::io::stdout().lock();
    writeln!(out, "{scene}")?;
    out.flush()?;
    // The workers have threads of their own, so waiting here does not stop the service.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
