//! `session_list`, `session_revoke`, `auth_logout`.

use futures_util::future::{join, join_all};
use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn she_ends_her_lost_phone_and_nobody_elses() {
    let app = TestApp::start().await;
    let lost = app.sign_in("zhang").await;
    let mine = app.sign_in("zhang").await;
    let stranger = app.sign_in("li").await;
    let sessions = mine.get("/v1/me/sessions").await.ok();
    let items = sessions["items"].as_array().expect("items");
    let other = items.iter().find(|item| item["current"] == false).expect("the lost phone");
    let path = format!("/v1/me/sessions/{}", other["id"].as_str().expect("an id"));

    stranger.delete(&path).await.assert_problem(404, "not_found");
    let ended = mine.delete(&path).await;

    assert_eq!(ended.status, 204);
    lost.get("/v1/me/sessions").await.assert_problem(401, "unauthenticated");
    mine.delete(&path).await.assert_problem(404, "not_found");
    assert_eq!(mine.get("/v1/me/sessions").await.ok()["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn logging_out_really_ends_the_session() {
    let app = TestApp::start().await;
    let phone = app.sign_in("zhang").await;

    assert_eq!(phone.post("/v1/auth/logout", json!({})).await.status, 204);

    phone.get("/v1/me/sessions").await.assert_problem(401, "unauthenticated");
}

/// Several phones of one account sign in at once, each then asks for something: what was read of
/// the account before one's session was written must not be remembered afterwards.
#[actix_web::test]
async fn who_has_just_signed_in_is_never_turned_away() {
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    for _ in 0..12 {
        let phones = (0..8).map(async |_| {
            let phone = app.sign_in("zhang").await;
            let first = phone.get("/v1/me/sessions").await;
            (first.status, phone.get("/v1/me/sessions").await.status)
        });
        for answers in join_all(phones).await {
            assert!(answers.0 == 200 && answers.1 == 200, "turned away: {answers:?}");
        }
    }
}

/// The same at the end of sessions: what was remembered meanwhile does not bring one back.
#[actix_web::test]
async fn whose_session_has_ended_is_turned_away_at_once() {
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    for _ in 0..12 {
        let phones = join_all((0..4).map(async |_| app.sign_in("zhang").await)).await;
        let ends = phones.iter().map(async |phone| {
            let asks = join_all((0..3).map(async |_| phone.get("/v1/me/sessions").await));
            let (_, ended) = join(asks, phone.post("/v1/auth/logout", json!({}))).await;
            assert_eq!(ended.status, 204);
            phone.get("/v1/me/sessions").await
        });
        for answer in join_all(ends).await {
            answer.assert_problem(401, "unauthenticated");
        }
    }
}

#[actix_web::test]
async fn the_scheme_of_her_token_is_written_in_any_case() {
    let app = TestApp::start().await;
    let body = json!({"code": "demo:zhang"});
    let pair = app.anonymous().persist("/v1/auth/wechat-login", body).await.ok();
    let token = pair["access_token"].as_str().expect("a token");
    for (scheme, status) in [("bearer", 200), ("BEARER", 200), ("Basic", 401)] {
        let value = format!("{scheme} {token}");
        let headers = [("authorization", value.as_str())];
        let stranger = app.anonymous();
        let answer = stranger.send(reqwest::Method::GET, "/v1/me", None, &headers).await;
        assert_eq!(answer.status, status, "{scheme}");
    }
}
