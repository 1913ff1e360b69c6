//! `claim_reject`.

use super::{Desk, outcome};

#[actix_web::test]
async fn a_rejected_claim_is_over_and_its_cap_is_free_again() {
    let desk = Desk::open().await;
    let long = || harness::Attended { hours_tenths: 50, ..desk.attended(5) };
    let (one, two) = (desk.store(long()).await, desk.store(long()).await);
    let claim = super::id_of(&desk.claim_all(&[one]).await);

    assert_eq!(outcome(&desk.decline("reject", &claim).await), "ok");
    let other = super::id_of(&desk.claim_all(&[two]).await);

    assert_eq!(desk.state(&claim).await, "rejected");
    assert_eq!(desk.read(&other).await["points"], 8, "the rejected eight no longer count");
    assert_eq!(outcome(&desk.certify(&desk.certifier, &claim).await), "wrong_state");
    assert_eq!(outcome(&desk.decline("reject", &claim).await), "ok", "a retry");
}

#[actix_web::test]
async fn another_town_rejects_nothing() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;

    let body = serde_json::json!({"claim_ids": [claim], "reason": "不属实"});
    let answer = desk.stranger().await.post("/v1/claims/reject", body).await;

    assert_eq!(outcome(&answer), "not_found");
    assert_eq!(desk.state(&claim).await, "submitted");
}
