//! `redemption_point_open`, `redemption_point_get`, `redemption_point_update`.

use entity::role_assignment::Role;
use harness::TestApp;
use reqwest::Method;
use serde_json::json;

use super::{institute, station};

const PATH: &str = "/redemption-point";

#[actix_web::test]
async fn its_name_is_made_of_the_places_and_anybody_reads_it() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let body = json!({"responsible_person": "李国强", "opened_on": "2026-01-01"});

    let opened = town.post(station(&county, PATH), body.clone()).await;
    let town_s = town.post(institute(&county, PATH), body.clone()).await.ok();
    let read = app.anonymous().get(station(&county, PATH)).await;
    let typed = json!({"responsible_person": "李", "opened_on": "2026-01-01", "name": "小卖部"});
    let named = town.post(station(&county, PATH), typed).await;

    assert_eq!(opened.status, 201);
    assert_eq!(opened.ok()["name"], "青山县青石镇李家村新时代文明实践志愿服务积分兑换点");
    assert_eq!(town_s["name"], "青山县青石镇新时代文明实践志愿服务积分兑换点");
    let mut same = opened.ok();
    assert_eq!(same["allowed_actions"], json!(["update"]));
    same["allowed_actions"] = json!([]);
    assert_eq!((read.ok(), read.version()), (same, 1));
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    let stranger = app.staff("stranger", Role::TownAdmin, &county.other.institute).await;
    for (who, expected) in [(&town, json!(["update"])), (&clerk, json!([])), (&stranger, json!([]))]
    {
        let seen = who.get(station(&county, PATH)).await.ok();
        assert_eq!(seen["allowed_actions"], expected);
    }
    named.assert_problem(422, "unknown_field");
    named.assert_names("/name");
}

#[actix_web::test]
async fn a_site_has_one_and_the_center_none() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let head = app.staff("head", Role::CountyAdmin, &county.center).await;
    let body = || json!({"responsible_person": "李国强", "opened_on": "2026-01-01"});
    let path = station(&county, PATH);

    let (one, two) = tokio::join!(head.post(&path, body()), head.post(&path, body()));
    let mut both = [one.code(), two.code()];
    both.sort_unstable();
    assert_eq!(both, ["", "redemption_point_exists"]);
    let center = format!("/v1/sites/{}{PATH}", county.center.id);
    head.post(&center, body()).await.assert_problem(409, "redemption_point_not_here");
    app.anonymous().get(center).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn who_is_responsible_changes_by_the_version_read() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let path = station(&county, PATH);
    let change = || json!({"responsible_person": "王建国", "address": "李家村文化广场"});
    town.put(&path, change(), 1).await.assert_problem(404, "not_found");
    let body = json!({"responsible_person": "李国强", "opened_on": "2026-01-01"});
    let _ = town.post(&path, body).await.ok();

    let changed = town.put(&path, change(), 1).await;
    let stale = town.put(&path, change(), 1).await;
    let blind = town.send(Method::PUT, &path, Some(change()), &[]).await;
    let empty = town.put(&path, json!({"responsible_person": ""}), 2).await;

    assert_eq!(changed.ok()["responsible_person"], "王建国");
    assert_eq!(changed.version(), 2);
    stale.assert_problem(412, "stale_version");
    blind.assert_problem(428, "precondition_required");
    empty.assert_names("/responsible_person");
}

#[actix_web::test]
async fn only_whoever_manages_the_site_opens_one() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let stranger = app.staff("stranger", Role::TownAdmin, &county.other.institute).await;
    let manager = app.staff("manager", Role::StationManager, &county.town.stations[0]).await;
    let body = || json!({"responsible_person": "李国强", "opened_on": "2026-01-01"});
    let path = station(&county, PATH);

    stranger.post(&path, body()).await.assert_problem(404, "not_found");
    manager.post(&path, body()).await.assert_problem(403, "permission_denied");
    manager.put(&path, json!({}), 1).await.assert_problem(403, "permission_denied");
}
