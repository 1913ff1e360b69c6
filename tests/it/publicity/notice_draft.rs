//! `notice_draft`.

use entity::role_assignment::Role;
use serde_json::json;

use super::{Board, refusal};

#[actix_web::test]
async fn a_draft_collects_what_was_certified_by_the_end_of_the_month() {
    let board = Board::certified().await;
    // Certified in the month that is running: not yet.
    board.certify(&board.zhang, 7).await;

    let round = board.draft().await;

    assert_eq!(round["state"], "drafting");
    assert_eq!((&round["entry_count"], &round["points_total"]), (&json!(2), &json!(8)));
    assert_eq!(round["counts"]["listed"], 2);
    assert_eq!(round["allowed_actions"], json!(["open", "discard"]));
    assert!(round["digest"].is_null() && round["public_path"].is_null());
    let claims: Vec<_> = board.entries().await.iter().map(|entry| entry.claim_id).collect();
    assert_eq!(claims.len(), 2);
    assert_eq!(board.claim_state(claims[0]).await, "certified", "a draft touches no claim");
}

#[actix_web::test]
async fn one_round_per_site_and_month() {
    let board = Board::certified().await;
    board.draft().await;

    let again = board.phone("town").await;
    let again = again.post(board.rounds_path(), json!({"period": board.last_month()})).await;

    assert_eq!(refusal(&again), "409 notice_exists");
}

#[actix_web::test]
async fn twice_at_once_makes_one() {
    let board = Board::certified().await;
    let town = board.phone("town").await;
    let body = || json!({"period": board.last_month()});
    let both = (0..4).map(|_| town.post(board.rounds_path(), body()));

    let answers = futures_util::future::join_all(both).await;

    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
    assert_eq!(board.entries().await.len(), 2);
}

#[actix_web::test]
async fn only_months_that_are_over_and_well_written() {
    let board = Board::certified().await;
    let town = board.phone("town").await;
    let running = harness::month_of(board.app.today());
    for period in [running.as_str(), "2026-13", "last", "2026-1"] {
        let answer = town.post(board.rounds_path(), json!({"period": period})).await;
        assert_eq!(refusal(&answer), "422 invalid_value", "{period}");
    }
    let center = format!("/v1/sites/{}/notice-rounds", board.county.center.id);
    let answer = town.post(center, json!({"period": board.last_month()})).await;
    assert_eq!(answer.status, 403);
}

#[actix_web::test]
async fn a_month_without_certified_claims_gets_no_round() {
    let board = Board::set_up().await;
    board.next_month();

    let answer = board.phone("town").await;
    let answer = answer.post(board.rounds_path(), json!({"period": board.last_month()})).await;

    assert_eq!(refusal(&answer), "409 notice_empty");
    assert!(board.entries().await.is_empty());
}

#[actix_web::test]
async fn who_publishes_may_and_nobody_else() {
    let board = Board::certified().await;
    let station = &board.county.town.stations[0];
    let path = format!("/v1/sites/{}/notice-rounds", station.id);
    let body = || json!({"period": board.last_month()});
    for (name, role) in
        [("clerk", Role::Clerk), ("certifier-b", Role::Certifier), ("supervisor", Role::Supervisor)]
    {
        let client = board.app.staff(name, role, station).await;
        assert_eq!(client.post(&path, body()).await.status, 403, "{name}");
    }
    let stranger =
        board.app.staff("stranger", Role::TownAdmin, &board.county.other.institute).await;
    assert_eq!(stranger.post(&path, body()).await.status, 404);

    board.set("notice_level", json!("station")).await;
    let round = board.phone("manager").await.post(&path, body()).await.ok();
    assert_eq!(round["site_id"], station.id.to_string());

    // What stands in the station's draft is not in the town's, too.
    let town = board.phone("town").await;
    let answer = town.post(board.rounds_path(), body()).await;
    assert_eq!(answer.code(), "notice_empty");
}

#[actix_web::test]
async fn where_each_gives_notice_for_itself_the_town_leaves_the_stations_theirs() {
    let board = Board::certified().await;
    let body = || json!({"period": board.last_month()});
    let draft = board.draft().await;
    assert_eq!(draft["entry_count"], 2, "the town's takes all");
    board.set("notice_level", json!("station")).await;

    let opened = board.step("town", &draft, "open").await;
    assert_eq!(refusal(&opened), "409 notice_empty", "nothing of it is the institute's own");
    board.step("town", &draft, "discard").await.assert_ok();
    let answer = board.phone("town").await.post(board.rounds_path(), body()).await;
    assert_eq!(refusal(&answer), "409 notice_empty");

    let station = &board.county.town.stations[0];
    let path = format!("/v1/sites/{}/notice-rounds", station.id);
    let round = board.phone("manager").await.post(path, body()).await.ok();
    assert_eq!(round["site_id"], station.id.to_string());
}

#[actix_web::test]
async fn a_station_drafts_none_where_its_town_does() {
    let board = Board::certified().await;
    let path = format!("/v1/sites/{}/notice-rounds", board.county.town.stations[0].id);
    let body = json!({"period": board.last_month()});

    let answer = board.phone("manager").await.post(path, body).await;

    assert_eq!(refusal(&answer), "409 notice_elsewhere");
    assert_eq!(board.draft().await["entry_count"], 2, "the town's takes all");
}
