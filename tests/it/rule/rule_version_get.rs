//! `rule_version_get`.

use entity::role_assignment::Role;

use super::Desk;

#[actix_web::test]
async fn staff_of_a_station_read_their_towns_versions_with_an_etag() {
    let desk = Desk::open().await;
    let id = desk.draft().await.id();
    let station = &desk.county.town.stations[0];
    let clerk = desk.app.staff("clerk", Role::Clerk, station).await;
    let path = format!("/v1/sites/{}/rule-versions/{id}", station.id);

    let answer = clerk.get(&path).await;

    assert_eq!(answer.ok()["items"][0]["points"], 2);
    assert_eq!(answer.ok()["allowed_actions"], serde_json::json!([]));
    let tag = answer.headers["etag"].clone();
    let known = [("if-none-match", tag.as_str())];
    let again = clerk.send(reqwest::Method::GET, &path, None, &known).await;
    assert_eq!(again.status, 304);
}

#[actix_web::test]
async fn another_town_sees_nothing_of_it() {
    let desk = Desk::open().await;
    let id = desk.draft().await.id();
    let other = &desk.county.other.institute;
    let stranger = desk.app.staff("stranger", Role::TownAdmin, other).await;

    stranger.get(desk.version(&id)).await.assert_problem(404, "not_found");
    let smuggled = format!("/v1/sites/{}/rule-versions/{id}", other.id);
    stranger.get(smuggled).await.assert_problem(404, "not_found");
}
