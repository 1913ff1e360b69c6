//! `notice_reminders`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use serde_json::json;

use super::Board;

#[actix_web::test]
async fn a_draft_is_to_be_opened_and_an_ended_notice_to_be_closed() {
    let board = Board::certified().await;
    let draft = board.draft().await;
    let path = format!("/v1/sites/{}/notice-reminders", board.county.town.institute.id);
    let items = board.phone("town").await.get(&path).await.ok()["items"].clone();
    assert_eq!((&items[0]["action"], &items[0]["overdue"]), (&json!("open"), &json!(false)));
    assert_eq!(items[0]["may_act"], true);
    board.app.advance(TimeDelta::days(4));
    let items = board.phone("town").await.get(&path).await.ok()["items"].clone();
    assert_eq!(items[0]["overdue"], true);
    let watch = board.app.staff("watch", Role::Supervisor, &board.county.town.institute).await;
    assert_eq!(watch.get(&path).await.ok()["items"][0]["may_act"], false);

    let round = board.step("town", &draft, "open").await.ok();
    assert_eq!(board.phone("town").await.get(&path).await.ok()["items"], json!([]));
    board.app.advance(TimeDelta::days(9));
    let items = board.phone("town").await.get(&path).await.ok()["items"].clone();
    assert_eq!((&items[0]["action"], &items[0]["round_id"]), (&json!("close"), &round["id"]));
}

#[actix_web::test]
async fn another_town_is_not_found() {
    let board = Board::set_up().await;
    let stranger =
        board.app.staff("stranger", Role::TownAdmin, &board.county.other.institute).await;
    let path = format!("/v1/sites/{}/notice-reminders", board.county.town.institute.id);
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(board.phone("li-jianguo").await.get(&path).await.status, 403);
}
