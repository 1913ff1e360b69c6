//! `my_disqualification_appeal`, `disqualification_enter_appeal`, `disqualification_decide_appeal`.

use chrono::TimeDelta;
use serde_json::json;

use super::Court;

async fn appealed(court: &Court) -> String {
    let case = court.executed().await;
    let path = format!("/v1/me/disqualifications/{case}/appeal");
    court.phone("zhang-xiulan").await.post(path, json!({"text": "处罚已撤销"})).await.assert_ok();
    case
}

#[actix_web::test]
async fn an_appeal_upheld_by_the_county_gives_back_exactly_what_was_taken() {
    let court = Court::open().await;
    let case = appealed(&court).await;
    let outcome = json!({"outcome": "overturn", "note": "处罚决定已被撤销"});

    let town = court.step("town-b", &case, "appeal-decision", outcome.clone()).await;
    town.assert_problem(403, "permission_denied");
    let decided = court.step("county-a", &case, "appeal-decision", outcome.clone()).await.ok();
    let twice = court.step("county-a", &case, "appeal-decision", outcome).await;

    assert_eq!(decided["state"], "overturned");
    twice.assert_problem(409, "wrong_state");
    assert_eq!(court.points().await["available"], 100);
    let profile = court.phone("zhang-xiulan").await.get("/v1/me").await.ok();
    assert_eq!(profile["volunteer"]["state"], "active");
    // What was overturned is not tried again with the same document.
    let path = format!("/v1/volunteers/{}/disqualifications", court.zhang.volunteer);
    let head = court.phone("head").await;
    head.post(&path, Court::proposal()).await.assert_problem(409, "document_used");
    let mut other = Court::proposal();
    other["document_no"] = json!("青公（行）罚决字〔2026〕13号");
    head.post(&path, other).await.assert_ok();
    court.app.assert_sound().await;
}

#[actix_web::test]
async fn an_appeal_refused_leaves_everything() {
    let court = Court::open().await;
    let case = appealed(&court).await;
    let outcome = json!({"outcome": "uphold", "note": "事实清楚"});

    let decided = court.step("county-a", &case, "appeal-decision", outcome).await.ok();

    assert_eq!(decided["state"], "upheld");
    assert_eq!(court.points().await["available"], 0);
    court.app.assert_sound().await;
}

#[actix_web::test]
async fn an_appeal_comes_in_time_or_not_at_all() {
    let court = Court::open().await;
    let case = court.executed().await;
    court.app.advance(TimeDelta::days(60));
    let path = format!("/v1/me/disqualifications/{case}/appeal");

    let late = court.phone("zhang-xiulan").await.post(path, json!({"text": "晚了"})).await;
    court.without_phone().await;
    let said = json!({"text": "晚了", "witness": "王队长"});
    let paper = court.step("town-b", &case, "appeal", said).await;

    late.assert_problem(409, "appeal_window_closed");
    paper.assert_problem(409, "appeal_window_closed");
}

#[actix_web::test]
async fn an_appeal_on_paper_counts_as_much() {
    let court = Court::open().await;
    let case = court.executed().await;

    let said = json!({"text": "书面申诉", "witness": "王队长"});
    let hers = court.step("town-b", &case, "appeal", said.clone()).await;
    court.without_phone().await;
    let of_the_proposer = court.step("head", &case, "appeal", said.clone()).await;
    let of_the_decider = court.step("town-a", &case, "appeal", said.clone()).await;
    let alone = court.step("town-b", &case, "appeal", json!({"text": "书面申诉"})).await;
    let entered = court.step("town-b", &case, "appeal", said).await.ok();

    hers.assert_problem(409, "has_account");
    of_the_proposer.assert_problem(403, "must_recuse");
    of_the_decider.assert_problem(403, "must_recuse");
    alone.assert_names("/witness");
    assert_eq!((&entered["state"], &entered["appeal"]), (&json!("appealed"), &json!("书面申诉")));
    let by = json!(court.app.account("town-b").await);
    let last = entered["steps"].as_array().expect("steps").last().expect("a step").clone();
    assert_eq!((&last["step"], &last["by"]), (&json!("appealed"), &by));
}
