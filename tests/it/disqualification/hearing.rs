//! The notice, her time to speak, the review: `disqualification_notify`, `_deliver`,
//! `_enter_statement`, `_supervise`, `_review`, `my_disqualification_acknowledge`, `_speak`.

use chrono::TimeDelta;
use serde_json::json;

use super::Court;

#[actix_web::test]
async fn nothing_is_decided_before_her_time_to_speak_is_over() {
    let court = Court::open().await;
    let case = court.delivered().await;
    let opinion = json!({"opinion": "proceed", "note": "属实"});

    for (who, step, body) in [
        ("watch", "supervise", json!({})),
        ("head", "review", opinion.clone()),
        ("town-a", "decide", json!({"note": "同意"})),
        ("town-b", "execute", Court::confirmation()),
    ] {
        let answer = court.step(who, &case, step, body).await;
        answer.assert_problem(409, "statement_period_running");
        assert!(answer.json()["until"].is_string());
    }
    // Five working days are seven days at least.
    court.app.advance(TimeDelta::days(5));
    let early = court.step("town-b", &case, "execute", Court::confirmation()).await;
    early.assert_problem(409, "statement_period_running");
    assert_eq!(court.points().await["available"], 100);
}

#[actix_web::test]
async fn she_speaks_until_the_review_and_the_staff_read_it() {
    let court = Court::open().await;
    let case = court.delivered().await;
    let path = format!("/v1/me/disqualifications/{case}/statement");
    let say = |text: &str| json!({ "text": text });
    court.phone("zhang-xiulan").await.post(&path, say("我不在场")).await.assert_ok();
    court.wait();
    court.phone("zhang-xiulan").await.post(&path, say("我有证人")).await.assert_ok();

    court.step("watch", &case, "supervise", json!({})).await.assert_ok();
    let opinion = json!({"opinion": "drop", "note": "证据不足"});
    let reviewed = court.step("head", &case, "review", opinion).await.ok();

    assert_eq!(reviewed["statement"], "我有证人");
    assert_eq!(reviewed["state"], "reviewed");
    let late = court.phone("zhang-xiulan").await.post(&path, say("还有")).await;
    late.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn the_paper_path_has_the_same_steps() {
    let court = Court::open().await;
    let case = court.propose().await;
    court.step("head", &case, "notify", json!({})).await.assert_ok();

    let handed = court.step("head", &case, "deliver", json!({"witness": "王队长"})).await.ok();
    let said = court.step("head", &case, "statement", json!({"text": "书面申辩"})).await.ok();

    assert_eq!(handed["delivered_via"], "paper");
    assert!(handed["statement_until"].is_string());
    assert_eq!(said["statement"], "书面申辩");
    let again = court.step("head", &case, "deliver", json!({"witness": "王队长"})).await;
    again.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_review_needs_a_supervisor_who_did_not_open_the_case() {
    let court = Court::open().await;
    let case = court.delivered().await;
    court.wait();
    let opinion = json!({"opinion": "proceed", "note": "属实"});

    let alone = court.step("head", &case, "review", opinion.clone()).await;
    alone.assert_problem(409, "supervisor_missing");
    let not_one = court.step("head", &case, "supervise", json!({})).await;
    not_one.assert_problem(403, "permission_denied");
    court.step("watch", &case, "supervise", json!({})).await.assert_ok();
    court.step("head", &case, "review", opinion).await.assert_ok();
}

#[actix_web::test]
async fn others_do_not_speak_for_her() {
    let court = Court::open().await;
    let case = court.delivered().await;
    court.app.volunteer("li", &court.shop.station).await;
    let li = court.phone("li").await;
    for step in ["acknowledge", "statement", "appeal"] {
        let body = if step == "acknowledge" { json!({}) } else { json!({"text": "冒名"}) };
        let answer = li.post(format!("/v1/me/disqualifications/{case}/{step}"), body).await;
        answer.assert_problem(404, "not_found");
    }
}
