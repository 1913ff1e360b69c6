//! `notice_archive`.

use entity::role_assignment::Role;

use super::Board;

#[actix_web::test]
async fn a_booked_round_is_put_away_and_stays_public() {
    let (board, round) = Board::closed().await;

    let archived = board.step("town", &round, "archive").await.ok();

    assert_eq!(archived["state"], "archived");
    assert_eq!(board.public(&round, "").await["notice"]["state"], "archived");
    assert_eq!(board.step("town", &round, "archive").await.code(), "wrong_state");
    board.app.assert_sound().await;
}

#[actix_web::test]
async fn an_open_round_is_not_put_away_nor_by_who_may_not() {
    let (board, round) = Board::open().await;
    assert_eq!(board.step("town", &round, "archive").await.code(), "wrong_state");
    board.app.staff("stranger", Role::TownAdmin, &board.county.other.institute).await;
    assert_eq!(board.step("stranger", &round, "archive").await.status, 404);
    assert_eq!(board.step("certifier", &round, "archive").await.status, 403);
}
