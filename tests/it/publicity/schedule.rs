//! Monthly rounds by schedule.

use entity::notice_round;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::Board;

#[actix_web::test]
async fn last_months_round_is_drafted_once_and_never_opened_by_itself() {
    let board = Board::certified().await;
    board.app.run_jobs().await;
    board.app.run_jobs().await;

    let rounds = board.phone("town").await.get(board.rounds_path()).await.ok();
    let [round] = rounds["items"].as_array().unwrap().as_slice() else { panic!("{rounds}") };
    assert_eq!((&round["state"], &round["entry_count"]), (&json!("drafting"), &json!(2)));
    assert_eq!(round["period"], board.last_month());
    assert_eq!(round["site_id"], board.county.town.institute.id.to_string());

    board.app.advance(chrono::TimeDelta::days(15));
    board.app.run_jobs().await;
    assert_eq!(board.read(round).await["state"], "drafting", "opening is a person's act");
}

#[actix_web::test]
async fn before_the_day_set_nothing_is_drafted() {
    let board = Board::certified().await;
    board.set("notice_draft_day", json!(28)).await;
    board.app.run_jobs().await;
    assert_eq!(notice_round::Entity::find().count(&board.app.db).await.unwrap(), 0);
}

#[actix_web::test]
async fn stations_draft_their_own_where_the_town_says_so() {
    let board = Board::certified().await;
    board.set("notice_level", json!("station")).await;
    board.app.run_jobs().await;
    let rounds = notice_round::Entity::find().all(&board.app.db).await.unwrap();
    let sites: Vec<_> = rounds.iter().map(|round| round.site_id).collect();
    assert_eq!(sites, [board.county.town.stations[0].id], "only where there is anything to show");
}

#[actix_web::test]
async fn a_round_past_its_end_is_closed_and_booked() {
    let (board, round) = Board::open().await;
    board.app.run_jobs().await;
    assert_eq!(board.read(&round).await["state"], "open", "its days are not over");

    board.app.advance(chrono::TimeDelta::days(9));
    board.app.run_jobs().await;

    let closed = board.read(&round).await;
    assert_eq!(closed["state"], "closed");
    assert!(closed["settled_at"].is_string());
    assert_eq!((board.points(&board.zhang).await, board.points(&board.li).await), (4, 4));
    board.app.assert_sound().await;
}
