//! `notice_list`.

use entity::role_assignment::Role;

use super::Board;

#[actix_web::test]
async fn rounds_of_a_site_and_below_by_state_newest_first() {
    let (board, first) = Board::closed().await;
    board.certify(&board.zhang, 8).await;
    board.next_month();
    let second = board.draft().await;
    let town = board.phone("town").await;

    let all = town.get(board.rounds_path()).await.ok();
    let numbers: Vec<_> =
        all["items"].as_array().unwrap().iter().map(|r| r["number"].clone()).collect();
    assert_eq!(numbers, [second["number"].clone(), first["number"].clone()]);

    let closed = town.get(format!("{}?state=closed", board.rounds_path())).await.ok();
    assert_eq!(closed["items"].as_array().unwrap().len(), 1);
    let one = town.get(format!("{}?page_size=1", board.rounds_path())).await.ok();
    let token = one["next_page_token"].as_str().unwrap();
    let path = format!("{}?page_size=1&page_token={token}", board.rounds_path());
    assert_eq!(town.get(path).await.ok()["items"][0]["number"], first["number"]);
}

#[actix_web::test]
async fn another_town_is_not_found() {
    let board = Board::set_up().await;
    let stranger =
        board.app.staff("stranger", Role::TownAdmin, &board.county.other.institute).await;
    assert_eq!(stranger.get(board.rounds_path()).await.status, 404);
    assert_eq!(board.phone("zhang-xiulan").await.get(board.rounds_path()).await.status, 403);
}
