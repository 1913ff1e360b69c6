//! `activity_end`, `activity_record`, `activity_archive`, and what time does.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

use super::{act, events};

#[actix_web::test]
async fn it_runs_is_ended_early_recorded_and_archived() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id =
        app.published_activity(&manager, station, json!({"starts_at": app.in_minutes(2)})).await;
    let record = format!("/v1/activities/{id}/record");
    let evaluation = json!({"evaluation": "清扫主干道2公里，群众反映良好。"});

    act(&clerk, &id, "end").await.assert_problem(409, "wrong_state");
    app.advance(TimeDelta::minutes(3));
    let running = clerk.get(format!("/v1/sites/{}/activities/{id}", station.id)).await.ok();
    assert_eq!(running["state"], "in_progress");
    assert_eq!(running["allowed_actions"], json!(["end"]));
    manager.post(&record, evaluation.clone()).await.assert_problem(409, "wrong_state");

    let ended = act(&clerk, &id, "end").await.ok();
    assert_eq!(ended["state"], "ended");
    assert!(ended["ends_at"].as_str().unwrap() < app.in_minutes(1).as_str(), "it ended now");
    clerk.post(&record, evaluation.clone()).await.assert_problem(403, "permission_denied");
    manager.post(&record, json!({})).await.assert_names("/evaluation");
    let recorded = manager.post(&record, evaluation.clone()).await.ok();
    assert_eq!(
        (&recorded["state"], &recorded["evaluation"]),
        (&json!("recorded"), &evaluation["evaluation"])
    );
    assert_eq!(act(&manager, &id, "archive").await.ok()["state"], "archived");
    act(&manager, &id, "archive").await.assert_problem(409, "wrong_state");

    let told = ["created", "submitted", "published", "started", "ended", "recorded", "archived"];
    assert_eq!(events(&app, &id).await, told.map(|what| format!("activity.{what}")));
}

#[actix_web::test]
async fn nothing_is_recorded_while_somebody_waits_for_a_decision() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let body = json!({"starts_at": app.in_minutes(2), "needs_sign_up": false});
    let id = app.published_activity(&manager, station, body).await;
    let people = [app.card_only("陈奶奶", station).await, app.card_only("李奶奶", station).await];
    let call = format!("/v1/activities/{id}/attendances");
    let mut rows = Vec::new();
    for (_, card) in &people {
        let body = json!({"card_number": card, "direction": "in"});
        rows.push(manager.post(&call, body).await.ok()["attendance_id"].clone());
    }
    let dispute = format!("{call}/{}/dispute", rows[1].as_str().unwrap());
    app.advance(TimeDelta::minutes(200));
    let manager = app.sign_in("manager").await;
    manager.post(dispute, json!({"reason": "本人称未参加"})).await.assert_ok();
    let record = format!("/v1/activities/{id}/record");
    let evaluation = json!({"evaluation": "群众反映良好。"});

    let refused = manager.post(&record, evaluation.clone()).await;
    refused.assert_problem(409, "attendances_undecided");
    assert_eq!(refused.json()["undecided"], 2);
    let confirm = json!({"items": [{"attendance_id": rows[0]}]});
    manager.post(format!("{call}/confirm"), confirm).await.assert_ok();
    let refused = manager.post(&record, evaluation.clone()).await;
    assert_eq!(refused.json()["undecided"], 1);
    let absent = json!({"items": [{"volunteer_id": people[1].0}]});
    manager.post(format!("{call}/no-show"), absent).await.assert_ok();
    manager.post(&record, evaluation).await.assert_ok();
    app.assert_sound().await;
}

#[actix_web::test]
async fn the_job_writes_down_what_time_did_once() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let slow =
        app.published_activity(&manager, station, json!({"starts_at": app.in_minutes(1)})).await;
    let quick = json!({"starts_at": app.in_minutes(1), "ends_at": app.in_minutes(2)});
    let quick = app.published_activity(&manager, station, quick).await;
    let later = app.published_activity(&manager, station, json!({})).await;

    app.advance(TimeDelta::minutes(3));
    app.run_jobs().await;
    app.run_jobs().await;

    let mut expected = ["created", "submitted", "published", "started", "ended"]
        .map(|what| format!("activity.{what}"))
        .to_vec();
    assert_eq!(events(&app, &quick).await, expected);
    expected.pop();
    assert_eq!(events(&app, &slow).await, expected);
    expected.pop();
    assert_eq!(events(&app, &later).await, expected);
}
