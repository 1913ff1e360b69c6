//! `notice_close`.

use entity::ledger_entry;
use entity::role_assignment::Role;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{Board, id_of, refusal};

#[actix_web::test]
async fn before_the_days_are_over_it_is_refused() {
    let (board, round) = Board::open().await;
    let early = board.step("town", &round, "close").await;
    assert_eq!(refusal(&early), "409 notice_running");
    assert_eq!(early.json()["closes_at"], round["closes_at"]);

    board.app.advance(chrono::TimeDelta::days(7));
    let still = board.step("town", &round, "close").await;
    assert_eq!(still.code(), "notice_running", "seven whole days, not seven times 24 hours");
    assert_eq!(board.read(&round).await["state"], "open");
}

#[actix_web::test]
async fn what_nobody_questioned_takes_effect() {
    let (board, round) = Board::over().await;
    assert_eq!(board.points(&board.zhang).await, 0);

    let closed = board.step("town", &round, "close").await.ok();
    assert_eq!((&closed["state"], &closed["settled_at"]), (&json!("closed"), &json!(null)));
    board.app.run_jobs().await;

    assert_eq!((board.points(&board.zhang).await, board.points(&board.li).await), (4, 4));
    for entry in board.entries().await {
        assert_eq!(board.claim_state(entry.claim_id).await, "effective");
        assert!(entry.settled_at.is_some());
    }
    assert!(board.read(&round).await["settled_at"].is_string());
    let path = format!("/v1/sites/{}/tasks", board.county.town.institute.id);
    let tasks = board.phone("town").await.get(path).await.ok();
    let task = &tasks["items"][0];
    assert_eq!((&task["kind"], &task["state"]), (&json!("publicity.settle"), &json!("succeeded")));
    assert_eq!((&task["done"], &task["result"]["effective"]), (&json!(2), &json!(2)));
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn closed_at_once_and_again_it_is_booked_once() {
    let (board, round) = Board::over().await;
    let town = board.phone("town").await;
    let path = format!("/v1/notice-rounds/{}/close", id_of(&round));
    let all = (0..5).map(|_| town.post(&path, json!({})));

    let answers = futures_util::future::join_all(all).await;
    board.app.run_jobs().await;
    board.app.run_jobs().await;

    let closed = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(closed, 1);
    assert!(answers.iter().all(|a| a.status == 200 || a.code() == "wrong_state"));
    assert_eq!(ledger_entry::Entity::find().count(&board.app.db).await.unwrap(), 2);
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn a_draft_cannot_be_closed_nor_by_who_may_not() {
    let board = Board::certified().await;
    let draft = board.draft().await;
    assert_eq!(board.step("town", &draft, "close").await.code(), "wrong_state");
    board.app.staff("stranger", Role::TownAdmin, &board.county.other.institute).await;
    assert_eq!(board.step("stranger", &draft, "close").await.status, 404);
    assert_eq!(board.step("certifier", &draft, "close").await.status, 403);
}
