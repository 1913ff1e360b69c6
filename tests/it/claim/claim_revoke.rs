//! `claim_revoke`.

use serde_json::json;

use super::{Desk, outcome};

#[actix_web::test]
async fn a_second_person_revokes_a_certification_and_the_points_go_back() {
    let desk = Desk::open().await;
    let claim = desk.certified(5).await;
    let path = format!("/v1/claims/{claim}/revoke");
    let body = || json!({"reason": "活动照片与签到不符"});

    let own = desk.certifier.post(&path, body()).await;
    let second = desk.second().await;
    let revoked = second.post(&path, body()).await.ok();

    own.assert_problem(403, "must_recuse");
    assert_eq!(revoked["state"], "revoked");
    assert_eq!(desk.available(desk.zhang.volunteer).await, 0);
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 2);
    let read = desk.read(&claim).await;
    assert_eq!(read["decision_reason"], "活动照片与签到不符");
}

#[actix_web::test]
async fn a_revoked_attendance_may_be_claimed_and_certified_again() {
    let desk = Desk::open().await;
    let attendance = desk.store(desk.attended(5)).await;
    let first = super::id_of(&desk.claim_all(&[attendance]).await);
    desk.certify(&desk.certifier, &first).await.assert_ok();
    let second = desk.second().await;
    let body = json!({"reason": "条目选错"});
    second.post(format!("/v1/claims/{first}/revoke"), body).await.assert_ok();

    let anew = super::id_of(&desk.claim_all(&[attendance]).await);
    assert_eq!(outcome(&desk.certify(&desk.certifier, &anew).await), "ok");

    assert_eq!(desk.available(desk.zhang.volunteer).await, 4);
}

#[actix_web::test]
async fn what_waited_for_the_notice_is_revoked_without_an_entry() {
    let desk = Desk::open().await;
    desk.set("points_effective", json!("notice")).await;
    let claim = desk.certified(5).await;

    let second = desk.second().await;
    let body = json!({"reason": "条目选错"});
    second.post(format!("/v1/claims/{claim}/revoke"), body).await.assert_ok();

    assert_eq!(desk.state(&claim).await, "revoked");
    assert_eq!(desk.entries(desk.zhang.volunteer).await, 0);
}

#[actix_web::test]
async fn only_certified_claims_of_ones_own_town_are_revoked() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let path = format!("/v1/claims/{claim}/revoke");
    let body = || json!({"reason": "条目选错"});

    desk.certifier.post(&path, body()).await.assert_problem(409, "wrong_state");
    desk.stranger().await.post(&path, body()).await.assert_problem(404, "not_found");
    let silent = desk.certifier.post(&path, json!({})).await;
    silent.assert_problem(422, "missing_field");
    silent.assert_names("/reason");
}
