//! `notice_open`.

use std::collections::BTreeSet;

use entity::role_assignment::Role;
use entity::{ledger_entry, notice_round};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::{Board, id_of, refusal};

#[actix_web::test]
async fn opening_fixes_what_is_shown_for_seven_whole_days() {
    let (board, round) = Board::open().await;

    assert_eq!(round["state"], "open");
    assert_eq!(round["digest"].as_str().unwrap().len(), 64);
    assert_eq!(round["allowed_actions"], json!([]), "closing must wait");
    let row = notice_round::Entity::find().one(&board.app.db).await.unwrap().unwrap();
    let open = row.closes_at.unwrap() - row.opened_at.unwrap();
    assert!(open.num_days() >= 7, "{open}");
    for entry in board.entries().await {
        assert_eq!(board.claim_state(entry.claim_id).await, "in_notice");
    }
    assert_eq!(ledger_entry::Entity::find().count(&board.app.db).await.unwrap(), 0);
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn a_claim_revoked_since_the_draft_is_not_shown() {
    let board = Board::certified().await;
    let draft = board.draft().await;
    let [first, second] = board.entries().await.try_into().unwrap();
    let path = format!("/v1/claims/{}/revoke", first.claim_id);
    let body = json!({"reason": "重复认定"});
    board.phone("manager").await.post(path, body).await.assert_ok();

    let round = board.step("town", &draft, "open").await.ok();

    assert_eq!(round["entry_count"], 1);
    let [only] = board.entries().await.try_into().unwrap();
    assert_eq!((only.claim_id, only.position), (second.claim_id, 1));
}

#[actix_web::test]
async fn a_look_beforehand_changes_nothing() {
    let board = Board::certified().await;
    let draft = board.draft().await;
    let path = format!("/v1/notice-rounds/{}/open?dry_run=true", id_of(&draft));

    let seen = board.phone("town").await.post(path, json!({})).await.ok();

    assert_eq!(seen["state"], "open");
    assert_eq!(board.read(&draft).await["state"], "drafting");
    let number = draft["number"].as_str().unwrap();
    let stranger = board.app.anonymous();
    assert_eq!(stranger.get(format!("/v1/public/notices/{number}")).await.status, 404);
}

#[actix_web::test]
async fn opened_twice_and_at_once_there_is_one_snapshot() {
    let board = Board::certified().await;
    let draft = board.draft().await;
    let town = board.phone("town").await;
    let path = format!("/v1/notice-rounds/{}/open", id_of(&draft));
    let all = (0..6).map(|_| town.post(&path, json!({})));

    let answers = futures_util::future::join_all(all).await;

    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
    let positions: BTreeSet<_> = board.entries().await.iter().map(|e| e.position).collect();
    assert_eq!(positions, BTreeSet::from([1, 2]));
    let late = town.post(&path, json!({})).await;
    assert_eq!(refusal(&late), "409 wrong_state");
}

#[actix_web::test]
async fn the_same_key_gets_the_same_answer() {
    let board = Board::certified().await;
    let draft = board.draft().await;
    let town = board.phone("town").await;
    let path = format!("/v1/notice-rounds/{}/open", id_of(&draft));

    let first = town.post_with_key(&path, json!({}), "notice-open-key-0001").await;
    let again = town.post_with_key(&path, json!({}), "notice-open-key-0001").await;

    assert_eq!(first.ok(), again.ok());
}

#[actix_web::test]
async fn only_who_publishes_at_that_site_may_open() {
    let board = Board::certified().await;
    let draft = board.draft().await;
    board.app.staff("stranger", Role::TownAdmin, &board.county.other.institute).await;
    board.app.staff("watch", Role::Supervisor, &board.county.town.institute).await;

    assert_eq!(board.step("stranger", &draft, "open").await.status, 404);
    assert_eq!(board.step("watch", &draft, "open").await.status, 403);
    assert_eq!(board.step("manager", &draft, "open").await.status, 403, "the town's round");
    assert_eq!(board.step("certifier", &draft, "open").await.status, 403);
    assert_eq!(board.read(&draft).await["state"], "drafting");
}
