//! `consent_list`, `consent_grant` and `consent_withdraw`.

use harness::TestApp;
use serde_json::json;

#[actix_web::test]
async fn consents_are_given_renewed_and_withdrawn_one_by_one() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let zhang = app.volunteer("zhang", &county.town.stations[0]).await.client;
    let give = |version: &str| json!({"purpose": "leaderboard", "text_version": version});

    let first = zhang.post("/v1/me/consents", give("2026-01")).await.ok();
    let same = zhang.post("/v1/me/consents", give("2026-01")).await.ok();
    zhang.post("/v1/me/consents", give("2026-02")).await.assert_ok();
    let gone = zhang.post("/v1/me/consents/leaderboard/withdraw", json!({})).await.ok();
    let none = zhang.post("/v1/me/consents/leaderboard/withdraw", json!({})).await;

    assert_eq!(same, first);
    assert_eq!(first["granted"], true);
    assert_eq!(gone["granted"], false);
    none.assert_problem(404, "not_found");
    // Every version stays as evidence, the newest first.
    let all = zhang.get("/v1/me/consents").await.ok();
    let versions: Vec<_> =
        all["items"].as_array().unwrap().iter().map(|item| &item["text_version"]).collect();
    assert_eq!(versions, ["2026-02", "2026-01"]);
    zhang.post("/v1/me/consents", give("2026-02")).await.assert_ok();
}

#[actix_web::test]
async fn enrolment_ends_only_by_closing_and_a_guardians_consent_is_hers() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let zhang = app.volunteer("zhang", &county.town.stations[0]).await.client;

    let enrol = zhang.post("/v1/me/consents/enrol/withdraw", json!({})).await;
    let guardian = json!({"purpose": "guardian", "text_version": "2026-01"});
    let given = zhang.post("/v1/me/consents", guardian).await;
    let withdrawn = zhang.post("/v1/me/consents/guardian/withdraw", json!({})).await;
    let unknown = zhang.post("/v1/me/consents/forwarding/withdraw", json!({})).await;

    enrol.assert_problem(409, "enrol_needs_closure");
    given.assert_problem(409, "consent_of_guardian");
    withdrawn.assert_problem(409, "consent_of_guardian");
    assert_eq!(unknown.status, 404);
}

#[actix_web::test]
async fn only_texts_that_were_published_can_be_agreed_to() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let zhang = app.volunteer("zhang", &county.town.stations[0]).await.client;
    for (purpose, version) in [("sms", "版本不存在"), ("sms", "2026-02")] {
        let body = json!({"purpose": purpose, "text_version": version});
        let answer = zhang.post("/v1/me/consents", body).await;
        answer.assert_problem(422, "invalid_value");
        answer.assert_names("/text_version");
    }
    let mut body = harness::registration(&county.town.stations[0], "1952-03-08", 7);
    body["consents"] = json!([{"purpose": "enrol", "text_version": "版本不存在"}]);
    let refused = app.sign_in("stranger").await.post("/v1/volunteers", body).await;
    refused.assert_problem(422, "invalid_value");
    refused.assert_names("/consents/0/text_version");

    let texts = app.anonymous().get("/v1/public/consent-texts").await.ok();
    let current = texts["items"].as_array().unwrap().iter().filter(|one| one["is_current"] == true);
    for text in current.filter(|one| one["purpose"] != "guardian") {
        let body = json!({"purpose": text["purpose"], "text_version": text["text_version"]});
        zhang.post("/v1/me/consents", body).await.assert_ok();
    }
}

#[actix_web::test]
async fn who_is_no_volunteer_has_no_consents() {
    let app = TestApp::start().await;

    let stranger = app.sign_in("stranger").await.get("/v1/me/consents").await;

    stranger.assert_problem(403, "permission_denied");
}
