//! `sign_up_create`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::volunteer::{self, VolunteerState};
use harness::TestApp;
use sea_orm::sea_query::Expr;
use serde_json::json;

use super::{change_volunteer, events, set_age, set_state, sign_up, withdraw};

#[actix_web::test]
async fn places_then_the_wait_list_in_order_and_once_per_person() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = app.published_activity(&manager, station, json!({"capacity": 1})).await;
    let mut people = Vec::new();
    for name in ["zhang", "li", "wang"] {
        people.push(app.volunteer(name, station).await);
    }
    let path = format!("/v1/activities/{id}/sign-ups");

    let tried = people[0].client.post(format!("{path}?dry_run=true"), json!({})).await.ok();
    assert_eq!(tried["state"], "signed_up");
    let key = "sign-up-create-0001";
    let first = people[0].client.post_with_key(&path, json!({}), key).await;
    let retried = people[0].client.post_with_key(&path, json!({}), key).await;
    assert_eq!(first.ok(), retried.ok());
    assert_eq!(first.ok()["state"], "signed_up");
    sign_up(&people[0].client, &id).await.assert_problem(409, "already_signed_up");
    for (place, person) in [(1, &people[1]), (2, &people[2])] {
        let waiting = sign_up(&person.client, &id).await;
        assert_eq!(waiting.ok()["state"], "waitlisted");
        assert_eq!(waiting.ok()["place_in_line"], place);
        assert_eq!(events(&app, &waiting.id()).await, ["sign_up.waitlisted"]);
    }
    let seen = app.anonymous().get(format!("/v1/activities/{id}")).await.ok();
    assert_eq!(seen["places_left"], 0);
    manager.post(&path, json!({})).await.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn the_activity_must_be_open() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let zhang = app.volunteer("zhang", station).await.client;
    let hours =
        json!({"sign_up_opens_at": app.in_minutes(2), "sign_up_closes_at": app.in_minutes(5)});
    let timed = app.published_activity(&manager, station, hours).await;
    let draft = app.submitted_activity(&manager, station, json!({})).await;

    let early = sign_up(&zhang, &timed).await;
    early.assert_problem(409, "not_open_yet");
    assert!(early.json()["sign_up_opens_at"].is_string());
    sign_up(&zhang, &draft).await.assert_problem(404, "not_found");
    withdraw(&zhang, &draft).await.assert_problem(404, "not_found");
    let nowhere = sign_up(&zhang, "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b").await;
    nowhere.assert_problem(404, "not_found");

    app.advance(TimeDelta::minutes(6));
    sign_up(&zhang, &timed).await.assert_problem(409, "closed_for_sign_up");
}

#[actix_web::test]
async fn the_person_must_fit() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let zhang = app.volunteer("zhang", station).await;
    let publish = async |changes| app.published_activity(&manager, station, changes).await;
    let plain = publish(json!({})).await;
    let insured = json!({"risk_level": "dangerous", "insurance_policy_no": "PICC-1"});
    let dangerous = publish(insured).await;
    let grown = publish(json!({"min_age": 60})).await;
    let skilled = publish(json!({"required_skill": "急救"})).await;

    sign_up(&zhang.client, &grown).await.assert_problem(409, "too_young");
    let unskilled = sign_up(&zhang.client, &skilled).await;
    unskilled.assert_problem(409, "needs_skill");
    assert_eq!(unskilled.json()["skill"], "急救");

    set_age(&app, &zhang, 17).await;
    sign_up(&zhang.client, &dangerous).await.assert_problem(409, "minor_barred");
    set_age(&app, &zhang, 13).await;
    sign_up(&zhang.client, &plain).await.assert_problem(409, "guardian_consent_missing");
    app.guardian_consents(&zhang).await;
    sign_up(&zhang.client, &plain).await.assert_ok();

    set_age(&app, &zhang, 40).await;
    set_state(&app, &zhang, VolunteerState::Suspended).await;
    let suspended = sign_up(&zhang.client, &dangerous).await;
    suspended.assert_problem(409, "volunteer_not_active");
    assert_eq!(suspended.json()["detail"], "已暂停，请联系常住地所站");
    set_state(&app, &zhang, VolunteerState::PendingVerification).await;
    let pending = sign_up(&zhang.client, &dangerous).await;
    assert_eq!(pending.json()["detail"], "尚未核验，请带证件到常住地所站核验");
    set_state(&app, &zhang, VolunteerState::Active).await;
    let skills = Expr::value(json!(["急救"]));
    change_volunteer(&app, zhang.volunteer, volunteer::Column::Skills, skills).await;
    let clash = sign_up(&zhang.client, &skilled).await;
    clash.assert_problem(409, "clashes_with_other");
    assert_eq!(clash.json()["activity_id"], json!(plain));
    let words = clash.json()["detail"].as_str().expect("words").to_owned();
    assert!(words.starts_with("与已报名或签到的“"), "{words}");
    assert!(words.ends_with("时间冲突；如要改报，请先退出那个活动"), "{words}");
}

#[actix_web::test]
async fn activities_that_only_touch_do_not_clash() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let zhang = app.volunteer("zhang", station).await.client;
    let (noon, one, two) = (app.in_minutes(60), app.in_minutes(120), app.in_minutes(180));
    let first = json!({"starts_at": noon, "ends_at": one});
    let second = json!({"starts_at": one, "ends_at": two});

    for changes in [first, second] {
        let id = app.published_activity(&manager, station, changes).await;
        sign_up(&zhang, &id).await.assert_ok();
    }
}
