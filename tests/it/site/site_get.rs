//! `site_get`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

#[actix_web::test]
async fn anybody_reads_a_site_and_its_version() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let path = format!("/v1/sites/{}", station.id);
    let villager = app.anonymous();

    let answer = villager.get(&path).await;
    let known = [("if-none-match", answer.etag())];
    let again = villager.send(Method::GET, &path, None, &known).await;

    let view = answer.ok();
    assert_eq!(answer.version(), 1);
    assert_eq!(view["kind"], "station");
    assert_eq!(view["parent_id"], county.town.institute.id.to_string());
    assert_eq!(view["division_code"], station.division_code);
    assert_eq!(again.status, 304);
}

#[actix_web::test]
async fn an_unknown_site_is_not_found() {
    let app = TestApp::start().await;

    let unknown = app.anonymous().get("/v1/sites/0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b").await;
    let malformed = app.anonymous().get("/v1/sites/1").await;

    unknown.assert_problem(404, "not_found");
    malformed.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn everybody_is_told_what_she_may_do_with_a_site() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let (town, station) = (&county.town.institute, &county.town.stations[0]);
    let head = app.staff("head", Role::CountyAdmin, &county.center).await;
    let mayor = app.staff("mayor", Role::TownAdmin, town).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let stranger = app.staff("stranger", Role::TownAdmin, &county.other.institute).await;
    let villager = app.volunteer("villager", station).await.client;
    let center = county.center.id;

    for (who, site, expected) in [
        (&head, center, json!(["update", "grade", "create_below"])),
        (&head, station.id, json!(["update", "grade"])),
        (&mayor, town.id, json!(["update", "create_below"])),
        (&mayor, station.id, json!(["update"])),
        (&mayor, center, json!([])),
        (&manager, station.id, json!([])),
        (&stranger, station.id, json!([])),
        (&villager, station.id, json!([])),
        (&app.anonymous(), station.id, json!([])),
    ] {
        let view = who.get(format!("/v1/sites/{site}")).await.ok();
        assert_eq!(view["allowed_actions"], expected, "{}", view["name"]);
        let list = who.get("/v1/sites").await.ok();
        let same = |item: &&Value| item["id"] == site.to_string();
        let listed = list["items"].as_array().and_then(|all| all.iter().find(same));
        assert_eq!(listed.expect("the site")["allowed_actions"], expected, "{}", view["name"]);
    }
}

#[actix_web::test]
async fn a_token_that_is_sent_must_be_good() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let mayor = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    app.advance(TimeDelta::hours(2));

    mayor.get("/v1/sites").await.assert_problem(401, "token_expired");
    let forged = app.anonymous().with_token("x");
    forged.get("/v1/sites").await.assert_problem(401, "unauthenticated");
    app.anonymous().get("/v1/sites").await.assert_ok();
}
