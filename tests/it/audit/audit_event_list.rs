//! `audit_event_list`.

use entity::audit_event::{self, ActorKind};
use entity::role_assignment::Role;
use harness::TestApp;
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

/// Five events, a minute apart.
async fn given(app: &TestApp) {
    for minute in 0..5 {
        let action = if minute % 2 == 0 { "claim_certify" } else { "card_issue" };
        let row = audit_event::ActiveModel {
            id: Set(Uuid::now_v7().into()),
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
}

#[actix_web::test]
async fn nobody_below_the_county_reads_it() {
    let app = TestApp::start().await;
    let county = app.county().await;

    let town = app.staff("auditor", Role::Auditor, &county.town.institute).await;
    let admin = app.staff("admin", Role::CountyAdmin, &county.center).await;

    town.get("/v1/audit-events").await.assert_problem(403, "permission_denied");
    admin.get("/v1/audit-events").await.assert_problem(403, "permission_denied");
}
