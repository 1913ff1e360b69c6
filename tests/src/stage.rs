//! A service with an activity about to begin, for the tests in a real browser and of the
//! client: prints what they need to know as one line of JSON, and runs until its input ends.

use std::io::{Read, Write};

use chrono::{Datelike, TimeDelta};
use entity::role_assignment::Role;
use entity::{claim, redemption};
use harness::{County, Offer, Person, TestApp};
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
    let bulletin = publish_bulletin(&app, &county, &villager).await;
    // Half an hour before it begins the door is open, and the first tokens are spent.
    app.advance(TimeDelta::minutes(45));

    let scene = json!({ "base": app.base, "site": station.id, "activity": activity, "notice": notice,
        "bulletin": bulletin, "town": county.town.institute.id });
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

/// A bulletin of last quarter with sixty lines of goods handed out, published; its number.
async fn publish_bulletin(app: &TestApp, county: &County, villager: &Person) -> String {
    let [station, _] = &county.town.stations;
    let keepers = app.keepers(station).await;
    app.allow_daily(station).await;
    app.give(villager.volunteer, 100).await;
    let goods = keepers.goods(station, "洗衣液").await;
    keepers.stock(station, &goods, 10, None).await;
    let path = format!("/v1/sites/{}/redemption-sessions", station.id);
    let session = keepers.manager.post(path, app.session_plan(&goods, Offer::default())).await.id();
    let open = format!("/v1/redemption-sessions/{session}/open");
    keepers.manager.post(open, json!({})).await.assert_ok();
    let wish = json!({ "session_id": session, "goods_id": goods, "quantity": 1 });
    let id = villager.client.post("/v1/redemptions", wish).await.id();
    let body = json!({ "card_number": villager.card_number, "signature": "card" });
    keepers.clerk.post(format!("/v1/redemptions/{id}/fulfil"), body).await.assert_ok();
    let like = redemption::Entity::find().one(&app.db).await.expect("rows").expect("one");
    let now = app.clock.now();
    let month = now.month0() / 3 * 3 + 1;
    let first = now.with_day(1).and_then(|day| day.with_month(month)).expect("a day");
    let before = first - TimeDelta::days(3);
    for number in 0..60 {
        let row = redemption::Model {
            id: Uuid::now_v7().into(),
            receipt_no: format!("DH{number:08}0"),
            fulfilled_at: Some(before),
            ..like.clone()
        };
        let row = row.into_active_model().reset_all();
        redemption::Entity::insert(row).exec_without_returning(&app.db).await.expect("a row");
    }
    let quarter = format!("{}Q{}", before.year(), before.month0() / 3 + 1);
    let town = app.sign_in("town").await;
    let path = format!("/v1/sites/{}/bulletins", county.town.institute.id);
    let draft = town.post(path, json!({ "quarter": quarter })).await.ok();
    app.run_jobs().await;
    let (id, number) = (draft["id"].as_str().expect("an id"), draft["number"].as_str());
    town.post(format!("/v1/bulletins/{id}/publish"), json!({})).await.assert_ok();
    number.expect("a number").to_owned()
}
