//! `notice_discard`.

use serde_json::json;

use super::{Board, refusal};

#[actix_web::test]
async fn a_discarded_draft_is_gone_and_the_month_can_be_drafted_again() {
    let board = Board::certified().await;
    board.set("notice_level", json!("station")).await;
    let path = format!("/v1/sites/{}/notice-rounds", board.county.town.stations[0].id);
    let body = json!({"period": board.last_month()});
    let mistaken = board.phone("manager").await.post(path, body).await.ok();
    board.set("notice_level", json!("town")).await;
    let opened = board.step("town", &mistaken, "open").await;
    assert_eq!(refusal(&opened), "409 notice_elsewhere");

    board.step("town", &mistaken, "discard").await.assert_ok();

    let gone = format!("/v1/notice-rounds/{}", mistaken["id"].as_str().unwrap());
    board.phone("town").await.get(gone).await.assert_problem(404, "not_found");
    assert_eq!(board.draft().await["entry_count"], 2, "its claims were free again");
}

#[actix_web::test]
async fn what_was_opened_is_not_discarded() {
    let (board, round) = Board::open().await;
    let answer = board.step("town", &round, "discard").await;
    assert_eq!(refusal(&answer), "409 wrong_state");
}
