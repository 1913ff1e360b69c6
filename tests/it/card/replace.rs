//! `card_replace`.

use entity::role_assignment::Role;
use futures_util::future::join_all;
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn the_new_number_is_in_use_and_the_old_never_again() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let zhang = app.volunteer("zhang", station).await;
    let old = format!("/v1/cards/{}", zhang.card_number);
    let reason = json!({"reason": "卡片磨损"});

    let answer = clerk.post(format!("{old}/replace"), reason.clone()).await;
    let new = answer.ok();

    assert_eq!(answer.status, 201);
    assert_eq!(new["state"], "active");
    assert_ne!(new["number"], zhang.card_number);
    let view = clerk.get(&old).await.ok();
    assert_eq!(view["state"], "replaced");
    assert_eq!(view["replaced_by"], new["number"]);
    assert_eq!(view["allowed_actions"], json!([]));
    for verb in ["activate", "lose", "suspend", "reinstate", "replace"] {
        let body = if verb == "activate" { json!({}) } else { reason.clone() };
        let again = clerk.post(format!("{old}/{verb}"), body).await;
        again.assert_problem(409, "wrong_state");
    }
    assert_eq!(zhang.client.get("/v1/me/card").await.ok()["number"], new["number"]);
}

#[actix_web::test]
async fn at_once_or_twice_with_one_key_there_is_one_new_card() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let (_, first) = app.card_only("zhang", station).await;
    let (_, second) = app.card_only("li", station).await;
    let reason = json!({"reason": "卡片遗失"});

    let path = format!("/v1/cards/{first}/replace");
    let posts = (0..4).map(|_| clerk.post(&path, reason.clone()));
    let mut statuses: Vec<_> =
        join_all(posts).await.iter().map(|answer| answer.status.as_u16()).collect();
    let path = format!("/v1/cards/{second}/replace");
    let one = clerk.post_with_key(&path, reason.clone(), "replace-card-01234").await.ok();
    let same = clerk.post_with_key(&path, reason, "replace-card-01234").await.ok();

    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    assert_eq!(same, one);
}

#[actix_web::test]
async fn a_suspended_volunteer_gets_no_new_card() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let (id, number) = app.card_only("zhang", station).await;
    let reason = json!({"reason": "待核实"});
    clerk.post(format!("/v1/volunteers/{id}/suspend"), reason.clone()).await.assert_ok();

    let refused = clerk.post(format!("/v1/cards/{number}/replace"), reason).await;

    refused.assert_problem(409, "volunteer_not_active");
    assert_eq!(clerk.get(format!("/v1/cards/{number}")).await.ok()["state"], "active");
}
