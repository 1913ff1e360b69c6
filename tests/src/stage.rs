//! A service with an activity about to begin, for the tests in a real browser and of the
//! client: prints what they need to know as one line of JSON, and runs until its input ends.

use std::io::{Read, Write};

use chrono::{Datelike, TimeDelta};
use entity::claim;
use entity::role_assignment::Role;
use harness::{County, Person, TestApp};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    // A browser waits in real time for the square to change.
    let app = TestApp::start_running(|_| {}).await;
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
    let notice = open_notice(&app, &county, &villager).await;
    // Half an hour before it begins the door is open, and the first tokens are spent.
    app.advance(TimeDelta::minutes(45));

    let scene = json!({ "base": app.base, "site": station.id, "activity": activity, "notice": notice,
        "town": county.town.institute.id });
    let mut out = std::io::stdout().lock();
    writeln!(out, "{scene}")?;
    out.flush()?;
    // The workers have threads of their own, so waiting here does not stop the service.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A notice of sixty claims certified last month, open; its number.
async fn open_notice(app: &TestApp, county: &County, villager: &Person) -> String {
    let [station, _] = &county.town.stations;
    let rules = app.given_rules(&county.town).await;
    let attendance = app.store_attended(&app.attended(villager, station, rules, 5)).await;
    let body = json!({ "attendance_ids": [attendance] });
    villager.client.post("/v1/claims", body).await.assert_ok();
    let like = claim::Entity::find().one(&app.db).await.expect("claims").expect("a claim");
    let decided = app.clock.now().with_day(1).expect("a day") - TimeDelta::days(3);
    let certifier = app.staff("certifier", Role::Certifier, station).await;
    let body = json!({ "claim_ids": [like.id] });
    certifier.post("/v1/claims/certify", body).await.assert_ok();
    let certified = claim::Entity::find_by_id(like.id).one(&app.db).await.expect("claims");
    let certified = certified.expect("the claim");
    for number in 0..60 {
        let row = claim::Model {
            id: Uuid::now_v7().into(),
            attendance_id: None,
            award_ref: Some(format!("荣誉{number}")),
            decided_at: Some(decided),
            ..certified.clone()
        };
        let row = row.into_active_model().reset_all();
        claim::Entity::insert(row).exec_without_returning(&app.db).await.expect("a claim");
    }
    let older = claim::ActiveModel {
        id: Set(like.id),
        decided_at: Set(Some(decided)),
        ..Default::default()
    };
    claim::Entity::update(older).exec(&app.db).await.expect("the claim");
    let town = app.staff("town", Role::TownAdmin, &county.town.institute).await;
    let period = decided.format("%Y-%m").to_string();
    let path = format!("/v1/sites/{}/notice-rounds", county.town.institute.id);
    let round = town.post(path, json!({ "period": period })).await.ok();
    let (id, number) = (round["id"].as_str().expect("an id"), round["number"].as_str());
    town.post(format!("/v1/notice-rounds/{id}/open"), json!({})).await.assert_ok();
    number.expect("a number").to_owned()
}
