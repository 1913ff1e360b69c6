//! What becomes of points in a notice while a case against their volunteer may still be appealed.

use chrono::TimeDelta;
use entity::notice_entry::{EntryState, FreezeReason};
use entity::role_assignment::Role;
use serde_json::{Value, json};

use super::Board;
use crate::disqualification::Court;

async fn step(board: &Board, who: &str, case: &str, step: &str, body: Value) {
    let path = format!("/v1/disqualifications/{case}/{step}");
    board.phone(who).await.post(path, body).await.assert_ok();
}

/// Certified, then disqualified, then shown in a notice that closed; her year is over, her appeal
/// is not decided.
async fn appealing_after_the_year() -> (Board, String) {
    let board = Board::set_up().await;
    board.app.well_before_the_year_ends();
    let town = &board.county.town;
    board.app.staff("watch", Role::Supervisor, &town.stations[0]).await;
    board.app.staff("town-a", Role::TownAdmin, &town.institute).await;
    board.app.staff("town-b", Role::TownAdmin, &town.institute).await;
    board.app.staff("county-a", Role::CountyAdmin, &board.county.center).await;
    board.certify(&board.zhang, 5).await;

    let path = format!("/v1/volunteers/{}/disqualifications", board.zhang.volunteer);
    let case = board.phone("manager").await.post(path, Court::proposal()).await.id();
    step(&board, "manager", &case, "notify", json!({})).await;
    let mine = format!("/v1/me/disqualifications/{case}");
    let zhang = board.phone("zhang-xiulan").await;
    zhang.post(format!("{mine}/acknowledge"), json!({})).await.assert_ok();
    board.app.advance(TimeDelta::days(25));
    step(&board, "watch", &case, "supervise", json!({"note": "在场"})).await;
    let opinion = json!({"opinion": "proceed", "note": "属实"});
    step(&board, "town-b", &case, "review", opinion).await;
    step(&board, "town-a", &case, "decide", json!({"note": "同意"})).await;
    step(&board, "town-b", &case, "execute", Court::confirmation()).await;
    let zhang = board.phone("zhang-xiulan").await;
    zhang.post(format!("{mine}/appeal"), json!({"text": "请复核"})).await.assert_ok();

    board.next_month();
    let draft = board.draft().await;
    let round = board.step("town", &draft, "open").await.ok();
    board.app.advance(TimeDelta::days(9));
    board.step("town", &round, "close").await.assert_ok();
    board.app.run_jobs().await;
    let waiting = board.entries().await.remove(0);
    assert_eq!(waiting.frozen_reason, Some(FreezeReason::EarningSuspended));

    board.app.advance(TimeDelta::days(366));
    board.app.run_jobs().await;
    board.app.run_jobs().await;
    let her = board.phone("zhang-xiulan").await.get("/v1/me").await.ok();
    assert_eq!(her["volunteer"]["state"], "active", "her year is over");
    assert_eq!(board.points(&board.zhang).await, 0, "the appeal is not decided");
    assert_eq!(board.entries().await.remove(0), waiting, "nor was it let go and kept again");
    (board, case)
}

async fn decide(board: &Board, case: &str, outcome: &str) {
    let body = json!({"outcome": outcome, "note": "已复核"});
    step(board, "county-a", case, "appeal-decision", body).await;
    board.app.run_jobs().await;
    board.app.run_jobs().await;
}

#[actix_web::test]
async fn a_case_that_stands_takes_them_though_her_year_was_over_before() {
    let (board, case) = appealing_after_the_year().await;

    decide(&board, &case, "uphold").await;

    assert_eq!(board.points(&board.zhang).await, 0);
    let entry = board.entries().await.remove(0);
    assert_eq!(entry.state, EntryState::Withdrawn);
    assert_eq!(board.claim_state(entry.claim_id).await, "revoked");
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn a_case_that_is_overturned_gives_them_to_her() {
    let (board, case) = appealing_after_the_year().await;

    decide(&board, &case, "overturn").await;

    assert_eq!(board.points(&board.zhang).await, 4);
    let entry = board.entries().await.remove(0);
    assert_eq!(entry.state, EntryState::Listed);
    board.app.assert_sound().await;
}
