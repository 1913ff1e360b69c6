//! `claim_return`.

use serde_json::json;

use super::{Desk, outcome};

#[actix_web::test]
async fn a_returned_claim_tells_the_villager_why_and_what_she_may_do() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;

    let answer = desk.decline("return", &claim).await;

    assert_eq!(outcome(&answer), "ok");
    let read = desk.read(&claim).await;
    assert_eq!(read["state"], "returned");
    assert_eq!(read["decision_reason"], "签退时间有误");
    assert_eq!(read["allowed_actions"], json!(["submit", "withdraw"]));
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 0);
}

#[actix_web::test]
async fn without_a_reason_or_once_certified_nothing_is_returned() {
    let desk = Desk::open().await;
    let claim = desk.certified(5).await;

    let late = desk.decline("return", &claim).await;
    let body = json!({"claim_ids": [claim]});
    let silent = desk.certifier.post("/v1/claims/return", body).await;

    assert_eq!(outcome(&late), "wrong_state");
    assert_eq!(late.ok()["results"][0]["state"], "certified");
    silent.assert_problem(422, "missing_field");
    silent.assert_names("/reason");
}
