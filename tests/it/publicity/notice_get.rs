//! `notice_get`.

use entity::role_assignment::Role;
use reqwest::Method;
use serde_json::json;

use super::{Board, id_of};

#[actix_web::test]
async fn staff_of_the_site_see_a_round_and_what_they_may_do() {
    let (board, round) = Board::over().await;
    assert_eq!(board.read(&round).await["allowed_actions"], json!(["close"]));
    let watch = board.app.staff("watch", Role::Supervisor, &board.county.town.institute).await;
    let path = format!("/v1/notice-rounds/{}", id_of(&round));
    let answer = watch.get(&path).await;
    let seen = answer.ok();
    assert_eq!(seen["allowed_actions"], json!([]));
    assert_eq!(
        seen["public_path"],
        format!("/public/notices/{}", seen["number"].as_str().unwrap())
    );

    let known = [("if-none-match", answer.etag())];
    let again = watch.send(Method::GET, &path, None, &known).await;
    assert_eq!(again.status, 304);
}

#[actix_web::test]
async fn nobody_of_another_town_and_no_villager() {
    let (board, round) = Board::open().await;
    let path = format!("/v1/notice-rounds/{}", id_of(&round));
    let stranger =
        board.app.staff("stranger", Role::TownAdmin, &board.county.other.institute).await;
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(board.phone("zhang-xiulan").await.get(&path).await.status, 403);
}
