//! `my_proxies` and `my_proxy_end`: who is helped sees by whom, and either ends it.

use entity::role_assignment::Role;
use harness::{Client, TestApp};
use serde_json::{Value, json};

async fn authorised(app: &TestApp, clerk: &Client, her: &str, helper: &str) -> String {
    let today = api::platform::clock::local_day(app.clock.now());
    let body = json!({
        "proxy_volunteer_id": helper, "reason": "腿脚不便", "witness": "李支书",
        "starts_on": today, "ends_on": today + chrono::TimeDelta::days(30),
    });
    clerk.post(format!("/v1/volunteers/{her}/proxies"), body).await.id()
}

async fn mine(client: &Client) -> Vec<Value> {
    client.get("/v1/me/proxies").await.ok()["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn who_is_helped_sees_by_whom_and_ends_it() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let (her, helper) =
        (app.volunteer("granny", station).await, app.volunteer("helper", station).await);
    let other = app.volunteer("other", station).await;
    let (id, by) = (her.volunteer.to_string(), helper.volunteer.to_string());
    let first = authorised(&app, &clerk, &id, &by).await;

    let (hers, his) = (mine(&her.client).await, mine(&helper.client).await);
    let path = format!("/v1/me/proxies/{first}/end");
    other.client.post(&path, json!({})).await.assert_problem(404, "not_found");
    let ended = her.client.post(&path, json!({})).await.ok();
    let twice = helper.client.post(&path, json!({})).await;

    assert_eq!((&hers[0]["side"], &hers[0]["name"]), (&json!("principal"), &json!("h****r")));
    assert_eq!((&hers[0]["state"], &hers[0]["reason"]), (&json!("live"), &json!("腿脚不便")));
    assert!(hers[0]["ends_on"].is_string());
    assert_eq!((&his[0]["side"], &his[0]["name"]), (&json!("helper"), &json!("g****y")));
    assert_eq!(his[0]["id"], hers[0]["id"]);
    assert!(mine(&other.client).await.is_empty());
    assert_eq!((&ended["id"], &ended["state"]), (&json!(first), &json!("ended")));
    assert!(ended["withdrawn_at"].is_string());
    twice.assert_problem(409, "wrong_state");
    assert!(mine(&her.client).await.is_empty() && mine(&helper.client).await.is_empty());
    // She may be helped again, and he may give it up.
    let second = authorised(&app, &clerk, &id, &by).await;
    helper.client.post(format!("/v1/me/proxies/{second}/end"), json!({})).await.assert_ok();
    assert!(mine(&her.client).await.is_empty());
}

/// Else whoever has an office would help her, give it up, and decide.
#[actix_web::test]
async fn who_gave_it_up_does_not_decide_on_her_at_once() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let (her, _) = app.card_only("王桂英", station).await;
    let helper = app.volunteer("helper", station).await.volunteer.to_string();
    let manager = app.staff("helper", Role::StationManager, station).await;
    let id = authorised(&app, &clerk, &her.to_string(), &helper).await;
    let suspend = format!("/v1/volunteers/{her}/suspend");
    let reason = json!({"reason": "已迁出本镇"});

    manager.post(format!("/v1/me/proxies/{id}/end"), json!({})).await.assert_ok();
    manager.post(&suspend, reason.clone()).await.assert_problem(403, "must_recuse");

    app.advance(chrono::TimeDelta::days(90));
    app.sign_in("helper").await.post(&suspend, reason).await.assert_ok();
}
