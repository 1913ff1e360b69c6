//! What objections and supervisors do to single entries.

use api::publicity::{
    Keeper, Strike, entry_of, find_entry, freeze_entry, release_entry, strike_entry,
};
use entity::notice_entry::EntryState;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::Board;

fn code<T>(result: Result<T, api::platform::failure::Failure>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(failure) => failure.refusal().map_or("trouble", |refusal| refusal.code.name),
    }
}

#[actix_web::test]
async fn an_objection_freezes_only_its_own_entry() {
    let (board, round) = Board::over().await;
    let [zhang, li] = board.entries().await.try_into().unwrap();
    let objection = Uuid::now_v7();
    let frozen = board
        .within(async |tx| freeze_entry(tx, zhang.claim_id, Keeper::Objection(objection)).await);
    assert_eq!(frozen.await.unwrap().entry.state, EntryState::Frozen);
    assert_eq!(board.claim_state(zhang.claim_id).await, "objected");

    board.step("town", &round, "close").await.assert_ok();
    board.app.run_jobs().await;

    assert_eq!((board.points(&board.zhang).await, board.points(&board.li).await), (0, 4));
    assert_eq!(board.claim_state(li.claim_id).await, "effective");
    assert_eq!(board.step("town", &round, "archive").await.code(), "notice_has_frozen");
    board.app.assert_sound().await;

    // Not upheld: what waited takes effect, the round being closed already.
    let released = board.within(async |tx| release_entry(tx, zhang.claim_id, objection).await);
    assert!(released.await.unwrap().entry.settled_at.is_some());
    assert_eq!(board.points(&board.zhang).await, 4);
    board.step("town", &round, "archive").await.assert_ok();
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn frozen_by_one_it_is_neither_frozen_nor_released_by_another() {
    let (board, _) = Board::open().await;
    let claim = board.entries().await[0].claim_id;
    let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
    assert_eq!(
        code(board.within(async |tx| freeze_entry(tx, claim, Keeper::Objection(one)).await).await),
        "ok"
    );
    assert_eq!(
        code(board.within(async |tx| freeze_entry(tx, claim, Keeper::Objection(one)).await).await),
        "ok"
    );
    let second =
        board.within(async |tx| freeze_entry(tx, claim, Keeper::Objection(other)).await).await;
    assert_eq!(code(second), "notice_entry_frozen");
    let wrong = board.within(async |tx| release_entry(tx, claim, other).await).await;
    assert_eq!(code(wrong), "wrong_state");
    assert_eq!(code(board.within(async |tx| release_entry(tx, claim, one).await).await), "ok");
    assert_eq!(board.claim_state(claim).await, "in_notice");
}

#[actix_web::test]
async fn an_entry_struck_stays_as_it_was_shown_with_a_correction_beside_it() {
    let (board, round) = Board::open().await;
    let before = board.public(&round, "").await;
    let seal = board.public(&round, "/entries/1").await["entry"]["seal"].clone();
    let claim = board.entries().await[0].claim_id;
    let cause = Uuid::now_v7();
    let strike = Strike { caused_by: Some(cause), reason: "经核实，该次活动未参加" };
    board.within(async |tx| strike_entry(tx, claim, strike).await).await.unwrap();

    assert_eq!(board.public(&round, "").await, before, "what was fixed does not change");
    let shown = board.public(&round, "/entries/1").await["entry"].clone();
    assert_eq!((&shown["state"], &shown["seal"]), (&"withdrawn".into(), &seal));
    assert_eq!(shown["points"], 4);
    let corrections = board.public(&round, "/corrections").await;
    assert_eq!(corrections["items"][0]["points_after"], 0);
    assert_eq!(corrections["items"][0]["reason"], "经核实，该次活动未参加");
    assert_eq!(board.claim_state(claim).await, "revoked");
    let again = board.within(async |tx| strike_entry(tx, claim, strike).await).await;
    assert_eq!(code(again), "notice_entry_settled");
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn struck_after_it_took_effect_its_points_are_taken_back() {
    let (board, round) = Board::closed().await;
    let claim = board.entries().await[0].claim_id;
    let late = board
        .within(async |tx| freeze_entry(tx, claim, Keeper::Objection(Uuid::now_v7())).await)
        .await;
    assert_eq!(code(late), "notice_entry_settled");
    let strike = Strike { caused_by: None, reason: "重复计分" };
    board.within(async |tx| strike_entry(tx, claim, strike).await).await.unwrap();

    assert_eq!(board.points(&board.zhang).await, 0);
    let shown = board.public(&round, "/entries/1").await["entry"].clone();
    assert_eq!(
        (&shown["state"], &shown["correction"]["kind"]),
        (&"corrected".into(), &"reversed".into())
    );
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn entries_are_found_by_number_and_by_claim_once_they_are_public() {
    let board = Board::certified().await;
    let draft = board.draft().await;
    let (number, claim) = (draft["number"].as_str().unwrap(), board.entries().await[0].claim_id);
    assert_eq!(code(find_entry(&board.app.db, number, 1).await), "not_found");
    assert_eq!(code(entry_of(&board.app.db, claim).await), "not_found");
    board.step("town", &draft, "open").await.assert_ok();
    assert_eq!(find_entry(&board.app.db, number, 1).await.unwrap().entry.claim_id, claim);
    assert_eq!(entry_of(&board.app.db, claim).await.unwrap().round.number, number);
    assert_eq!(code(find_entry(&board.app.db, number, 3).await), "not_found");
}

#[actix_web::test]
async fn the_database_itself_refuses_to_edit_what_was_shown() {
    let (board, _) = Board::open().await;
    for (change, refusal) in [
        ("UPDATE notice_entry SET points = 5", "notice_entry_frozen"),
        ("UPDATE notice_entry SET item_name = 'x'", "notice_entry_frozen"),
        ("DELETE FROM notice_entry", "notice_entry_frozen"),
        ("UPDATE notice_round SET digest = upper(digest)", "notice_round"),
        ("UPDATE notice_round SET state = 'drafting', opened_at = NULL", "notice_round"),
        ("UPDATE notice_round SET closes_at = opened_at", "notice_round"),
        (
            "UPDATE notice_round SET state = 'closed', closed_at = opened_at",
            "notice_round_not_early",
        ),
        ("DELETE FROM notice_round", "notice_round_frozen"),
    ] {
        let error = board.app.db.execute_unprepared(change).await.expect_err(change).to_string();
        assert!(error.contains(refusal), "{change}: {error}");
    }
    board.app.assert_sound().await;
}
