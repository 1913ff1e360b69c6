//! `activity_publish`, `activity_get`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

use super::{act, events};

#[actix_web::test]
async fn publishing_freezes_the_rules_of_the_day() {
    let app = TestApp::start().await;
    let town = app.county().await.town;
    let station = &town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let rules = app.given_rules(&town).await;
    let service = json!({"kind": "service", "rule_item_code": "HJ01"});
    let id = app.submitted_activity(&clerk, station, service).await;

    act(&clerk, &id, "publish").await.assert_problem(403, "permission_denied");
    let tried = manager.post(format!("/v1/activities/{id}/publish?dry_run=true"), json!({})).await;
    assert_eq!(tried.ok()["state"], "published");
    app.anonymous().get(format!("/v1/activities/{id}")).await.assert_problem(404, "not_found");

    let published = act(&manager, &id, "publish").await.ok();
    assert_eq!(published["rule_version_id"], json!(rules));
    assert_eq!(published["retroactive"], false);
    assert_eq!(published["allowed_actions"], json!(["update", "cancel"]));
    act(&manager, &id, "publish").await.assert_problem(409, "wrong_state");

    let public = app.anonymous().get(format!("/v1/activities/{id}")).await;
    assert_eq!(public.headers["cache-control"], "public, max-age=30");
    let public = public.ok();
    assert_eq!((&public["state"], &public["places_left"]), (&json!("published"), &json!(10)));
    for hidden in ["created_by", "allowed_actions", "insurance_policy_no", "version"] {
        assert!(public.get(hidden).is_none(), "{hidden} is not for everybody");
    }
}

#[actix_web::test]
async fn what_earns_must_name_an_item_of_those_rules() {
    let app = TestApp::start().await;
    let town = app.county().await.town;
    let station = &town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let earning = |code| json!({"kind": "service", "rule_item_code": code});

    let early = app.submitted_activity(&manager, station, earning("HJ01")).await;
    act(&manager, &early, "publish").await.assert_problem(409, "rules_not_in_force");
    app.given_rules(&town).await;
    let unknown = app.submitted_activity(&manager, station, earning("Z99")).await;
    let award = app.submitted_activity(&manager, station, earning("RY01")).await;
    let none = app.submitted_activity(&manager, station, json!({"kind": "practice"})).await;

    let refused = act(&manager, &unknown, "publish").await;
    refused.assert_problem(409, "rule_item_missing");
    refused.assert_names("/rule_item_code");
    act(&manager, &award, "publish").await.assert_problem(409, "rule_item_unfit");
    act(&manager, &none, "publish").await.assert_problem(409, "rule_item_missing");
    act(&manager, &early, "publish").await.assert_ok();
}

#[actix_web::test]
async fn danger_needs_insurance() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let id = app.submitted_activity(&manager, station, json!({"risk_level": "dangerous"})).await;

    let refused = act(&manager, &id, "publish").await;
    refused.assert_problem(409, "insurance_required");
    refused.assert_names("/insurance_policy_no");

    let back = json!({"reason": "请填保险单号"});
    manager.post(format!("/v1/activities/{id}/return"), back).await.assert_ok();
    let insured = json!({"risk_level": "dangerous", "insurance_policy_no": "PICC-1"});
    manager.put(format!("/v1/activities/{id}"), app.activity_body(insured), 3).await.assert_ok();
    act(&manager, &id, "submit").await.assert_ok();
    assert_eq!(act(&manager, &id, "publish").await.ok()["insurance_policy_no"], "PICC-1");
}

#[actix_web::test]
async fn published_after_its_start_it_is_retroactive() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let past = json!({"starts_at": app.in_minutes(-180), "ends_at": app.in_minutes(-60)});

    let id = app.submitted_activity(&manager, station, past).await;
    let published = act(&manager, &id, "publish").await.ok();

    assert_eq!(published["retroactive"], true);
    assert_eq!(published["state"], "ended", "it is over already");
    assert_eq!(published["allowed_actions"], json!(["record"]));
    let told = events(&app, &id).await;
    assert_eq!(told.last().map(String::as_str), Some("activity.published"));
}
