//! `claim_count`.

use serde_json::json;

use super::Desk;

#[actix_web::test]
async fn the_desk_sees_how_many_wait() {
    let desk = Desk::open().await;
    desk.submitted(5).await;
    desk.submitted(6).await;
    desk.certified(7).await;
    let station = desk.county.town.stations[0].id;
    let path = format!("/v1/sites/{station}/claims/count");

    let counts = desk.certifier.get(&path).await.ok();

    assert_eq!(counts["waiting"], 2);
    let by_state = counts["by_state"].as_array().unwrap();
    assert!(by_state.contains(&json!({"state": "certified", "count": 1})));
    assert_eq!(by_state.len(), 2);
    let stranger = desk.stranger().await;
    stranger.get(&path).await.assert_problem(404, "not_found");
    let elsewhere = desk.county.other.stations[0].id;
    let elsewhere = format!("/v1/sites/{elsewhere}/claims/count");
    assert_eq!(stranger.get(elsewhere).await.ok()["waiting"], 0);
}
