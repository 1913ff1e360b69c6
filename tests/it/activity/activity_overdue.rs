//! `activity_overdue`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

use super::each;

#[actix_web::test]
async fn what_ended_long_ago_and_has_no_record_is_listed() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let days_ago = |days: i64| {
        let start = -days * 24 * 60;
        json!({"starts_at": app.in_minutes(start), "ends_at": app.in_minutes(start + 30)})
    };
    // Whatever the weekday: 16 days hold more than ten working days, 9 days never do.
    let old = app.published_activity(&manager, station, days_ago(20)).await;
    let older = app.published_activity(&manager, station, days_ago(30)).await;
    let fresh = app.published_activity(&manager, station, days_ago(9)).await;
    let done = app.published_activity(&manager, station, days_ago(25)).await;
    let record = json!({"evaluation": "完成"});
    manager.post(format!("/v1/activities/{done}/record"), record).await.assert_ok();
    let path = format!("/v1/sites/{}/activities/overdue", county.town.institute.id);
    let admin = app.staff("admin", Role::TownAdmin, &county.town.institute).await;

    let found = admin.get(&path).await.ok();
    assert_eq!(each(&found, "id"), [json!(older), json!(old)]);
    let today = app.clock.now().date_naive().to_string();
    assert!(each(&found, "due_on").iter().all(|due| due.as_str().unwrap() < today.as_str()));
    manager.get(&path).await.assert_problem(403, "permission_denied");

    app.advance(TimeDelta::days(7));
    let admin = app.sign_in("admin").await;
    assert_eq!(each(&admin.get(&path).await.ok(), "id"), [json!(older), json!(old), json!(fresh)]);
}
