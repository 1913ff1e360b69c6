//! `audit_event_list`.

use entity::audit_event::{self, ActorKind};
use entity::role_assignment::Role;
use harness::TestApp;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

/// Five events, a minute apart.
async fn given(app: &TestApp) {
    for minute in 0..5 {
        let action = if minute % 2 == 0 { "claim_certify" } else { "card_issue" };
        let row = audit_event::ActiveModel {
            id: Set(app.new_id().into()),
            occurred_at: Set(app.clock.now() + chrono::TimeDelta::minutes(minute)),
            actor_account_id: Set(None),
            actor_kind: Set(ActorKind::System),
            actor_role: Set(None),
            session_id: Set(None),
            action: Set(action.into()),
            object_type: Set("claim".into()),
            object_id: Set(Some(minute.to_string())),
            site_id: Set(None),
            result: Set("ok".into()),
            request_id: Set("r".into()),
            ip_prefix: Set(None),
            detail: Set(None),
        };
        audit_event::Entity::insert(row).exec_without_returning(&app.db).await.unwrap();
    }
}

#[actix_web::test]
async fn the_auditor_reads_newest_first_and_is_recorded_herself() {
    let app = TestApp::start().await;
    let county = app.county().await;
    given(&app).await;
    let auditor = app.staff("auditor", Role::Auditor, &county.center).await;
    let account = app.account("auditor").await;

    let list = async |query: &str| auditor.get(format!("/v1/audit-events?{query}")).await;
    let objects = |page: &serde_json::Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| item["object_id"].as_str().unwrap_or("-").to_owned()).collect()
    };

    let first = list("action=claim_certify&page_size=2").await.ok();
    assert_eq!(objects(&first), ["4", "2"]);
    let token = first["next_page_token"].as_str().unwrap();
    let second = list(&format!("action=claim_certify&page_size=2&page_token={token}")).await.ok();
    assert_eq!(objects(&second), ["0"]);
    // Of another list the token is no good.
    let strange = list(&format!("action=card_issue&page_token={token}")).await;
    strange.assert_problem(400, "bad_page_token");

    let mine = list(&format!("account={account}&action=audit_event_list")).await.ok();
    assert_eq!(mine["items"].as_array().unwrap().len(), 2);
    let later = (app.clock.now() + chrono::TimeDelta::seconds(150)).to_rfc3339();
    let later = later.replace('+', "%2B");
    assert_eq!(objects(&list(&format!("from={later}")).await.ok()), ["4", "3"]);
    assert!(!objects(&list(&format!("to={later}")).await.ok()).contains(&"3".to_owned()));
    list("who=me").await.assert_problem(422, "unknown_field");
    for action in ["claim%20certify", "%E6%B8%85%E9%9B%B6", "A"] {
        let wrong = list(&format!("action={action}")).await;
        wrong.assert_problem(422, "invalid_value");
        wrong.assert_names("action");
    }
}

#[actix_web::test]
async fn an_auditor_reads_what_was_done_and_refused_in_her_subtree() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let auditor = app.staff("auditor", Role::Auditor, &county.town.institute).await;
    let elsewhere = app.staff("elsewhere", Role::Auditor, &county.other.institute).await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, &county.other.stations[0]).await;
    let goods = |site: &entity::site::Model| format!("/v1/sites/{}/goods", site.id);
    let body = json!({"name": "毛巾", "kind": "daily", "unit": "条", "points": 20});

    let _ = clerk.post(goods(station), body.clone()).await;
    clerk.post(goods(&county.town.stations[1]), body.clone()).await;
    let _ = manager.post(goods(&county.other.stations[0]), body).await;
    clerk.get(format!("/v1/sites/{}/goods", county.town.institute.id)).await;

    let read = async |who: &harness::Client| -> Vec<serde_json::Value> {
        let page = who.get("/v1/audit-events?page_size=100").await.ok();
        page["items"].as_array().expect("items").clone()
    };
    let (here, there) = (read(&auditor).await, read(&elsewhere).await);
    let sites = |rows: &[serde_json::Value]| -> Vec<String> {
        rows.iter().map(|row| row["site_id"].as_str().unwrap_or("-").to_owned()).collect()
    };
    let refused = here.iter().find(|row| row["result"] == "permission_denied");
    let refused = refused.expect("the refusal is on the trail");
    assert_eq!(refused["actor_account_id"], json!(app.account("clerk").await));
    let foreign = county.other.stations[0].id.to_string();
    assert!(!sites(&here).contains(&foreign) && !sites(&here).contains(&"-".to_owned()));
    assert!(!sites(&there).contains(&station.id.to_string()));
}

#[actix_web::test]
async fn a_failed_login_is_on_the_trail() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let auditor = app.staff("auditor", Role::Auditor, &county.center).await;
    app.anonymous().post("/v1/auth/wechat-login", json!({"code": "wrong"})).await;

    let page = auditor.get("/v1/audit-events?action=auth_wechat_login").await.ok();

    let results: Vec<_> = page["items"].as_array().unwrap().iter().map(|r| &r["result"]).collect();
    assert!(results.contains(&&json!("wechat_code_invalid")), "{results:?}");
}

#[actix_web::test]
async fn nobody_without_the_role_reads_it() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let admin = app.staff("admin", Role::CountyAdmin, &county.center).await;

    admin.get("/v1/audit-events").await.assert_problem(403, "permission_denied");
}
