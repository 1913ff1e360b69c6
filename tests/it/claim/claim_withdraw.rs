//! `claim_withdraw`.

use serde_json::json;

use super::Desk;

#[actix_web::test]
async fn a_claim_is_taken_back_before_it_is_certified_and_not_after() {
    let desk = Desk::open().await;
    let (open, done) = (desk.submitted(5).await, desk.certified(6).await);
    let zhang = &desk.zhang.client;

    let withdrawn = zhang.post(format!("/v1/claims/{open}/withdraw"), json!({})).await;
    let again = zhang.post(format!("/v1/claims/{open}/withdraw"), json!({})).await;
    let late = zhang.post(format!("/v1/claims/{done}/withdraw"), json!({})).await;

    assert_eq!(withdrawn.ok()["state"], "withdrawn");
    again.assert_problem(409, "wrong_state");
    late.assert_problem(409, "wrong_state");
    assert_eq!(late.json()["state"], "certified");
}

#[actix_web::test]
async fn withdrawing_and_certifying_at_once_leaves_one_outcome() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;

    let path = format!("/v1/claims/{claim}/withdraw");
    let withdraw = desk.zhang.client.post(path, json!({}));
    let (withdrawn, certified) = tokio::join!(withdraw, desk.certify(&desk.certifier, &claim));

    let certified = super::outcome(&certified) == "ok";
    assert_ne!(withdrawn.status == 200, certified);
    let points = if certified { 4 } else { 0 };
    assert_eq!(desk.available(desk.zhang.volunteer).await, points);
}

#[actix_web::test]
async fn anothers_claim_is_not_found() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let li = desk.app.volunteer("li-guihua", &desk.county.town.stations[0]).await;

    let answer = li.client.post(format!("/v1/claims/{claim}/withdraw"), json!({})).await;

    answer.assert_problem(404, "not_found");
    assert_eq!(desk.state(&claim).await, "submitted");
}
