//! `card_lose`, `card_suspend` and `card_reinstate`.

use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn the_holder_reports_her_own_card_lost_and_staff_reinstate_it() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let zhang = app.volunteer("zhang", station).await;
    let path = |verb: &str| format!("/v1/cards/{}/{verb}", zhang.card_number);
    let reason = json!({"reason": "赶集时遗失"});

    let lost = zhang.client.post(path("lose"), reason.clone()).await.ok();
    let herself = zhang.client.post(path("reinstate"), reason.clone()).await;
    let found = clerk.post(path("reinstate"), json!({"reason": "已找回"})).await.ok();

    assert_eq!(lost["state"], "lost");
    assert_eq!(lost["reason"], "赶集时遗失");
    assert_eq!(lost["allowed_actions"], json!([]));
    herself.assert_problem(403, "permission_denied");
    assert_eq!(found["state"], "active");
    zhang.client.post(path("lose"), json!({})).await.assert_names("/reason");
}

#[actix_web::test]
async fn a_stranger_cannot_tell_whether_the_number_exists() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let zhang = app.volunteer("zhang", station).await;
    let li = app.volunteer("li", station).await;
    let stranger = app.sign_in("stranger").await;
    let path = format!("/v1/cards/{}/lose", zhang.card_number);
    let reason = json!({"reason": "不是我的卡"});

    li.client.post(&path, reason.clone()).await.assert_problem(404, "card_unknown");
    stranger.post(&path, reason).await.assert_problem(404, "card_unknown");
    assert_eq!(zhang.client.get("/v1/me/card").await.ok()["state"], "active");
}

#[actix_web::test]
async fn staff_suspend_lose_and_reinstate() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let (_, number) = app.card_only("zhang", station).await;
    let path = |verb: &str| format!("/v1/cards/{number}/{verb}");
    let reason = json!({"reason": "卡片借给他人使用"});

    clerk.post(path("reinstate"), reason.clone()).await.assert_problem(409, "wrong_state");
    let suspended = clerk.post(path("suspend"), reason.clone()).await.ok();
    clerk.post(path("suspend"), reason.clone()).await.assert_problem(409, "wrong_state");
    let lost = clerk.post(path("lose"), reason.clone()).await.ok();
    let active = clerk.post(path("reinstate"), reason).await.ok();

    assert_eq!(suspended["state"], "suspended");
    assert_eq!(suspended["allowed_actions"], json!(["lose", "reinstate", "replace"]));
    assert_eq!(lost["state"], "lost");
    assert_eq!(active["state"], "active");
    assert_eq!(active["version"], 4);
}
