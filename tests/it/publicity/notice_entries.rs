//! `notice_entries`.

use entity::role_assignment::Role;

use super::{Board, id_of};

#[actix_web::test]
async fn staff_see_masked_names_beside_what_the_public_sees() {
    let (board, round) = Board::open().await;
    let path = format!("/v1/notice-rounds/{}/entries", id_of(&round));

    let page = board.phone("town").await.get(format!("{path}?page_size=1")).await.ok();

    let entry = &page["items"][0];
    let name = entry["volunteer_name"].as_str().unwrap();
    assert!(!name.contains("xiulan") && name.contains('*'), "{name}");
    assert_eq!(entry["person"]["shown_by"], "card_tail");
    assert_eq!(entry["points"], 4);
    let token = page["next_page_token"].as_str().unwrap();
    let rest = format!("{path}?page_size=1&page_token={token}");
    let rest = board.phone("town").await.get(rest).await.ok();
    assert_eq!(
        (&rest["items"][0]["position"], rest["items"].as_array().unwrap().len()),
        (&2.into(), 1)
    );
}

#[actix_web::test]
async fn another_towns_entries_are_not_found() {
    let (board, round) = Board::open().await;
    let path = format!("/v1/notice-rounds/{}/entries", id_of(&round));
    let stranger =
        board.app.staff("stranger", Role::TownAdmin, &board.county.other.institute).await;
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(board.phone("li-jianguo").await.get(&path).await.status, 403);
}
