//! `site_create`.

use entity::role_assignment::Role;
use harness::{County, TestApp};
use serde_json::{Value, json};

fn zhao_village(county: &County) -> Value {
    json!({
        "parent_id": county.town.institute.id, "kind": "station",
        "name": "青石镇赵家村新时代文明实践站", "short_name": "赵家村站",
        "place_name": "赵家村", "division_code": "510120001003",
        "address": "赵家村二组", "resident_population": 900,
    })
}

fn with(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

#[actix_web::test]
async fn a_town_founds_a_station_in_its_own_place() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;

    let answer = town.post("/v1/sites", zhao_village(&county)).await;

    let view = answer.ok();
    assert_eq!(answer.status, 201);
    assert_eq!(answer.headers["location"], format!("/v1/sites/{}", answer.id()));
    assert_eq!(answer.version(), 1);
    assert_eq!(view["town_id"], county.town.institute.id.to_string());
    assert_eq!((&view["county_name"], &view["town_name"]), (&json!("青山县"), &json!("青石镇")));
    assert_eq!(view["village_name"], "赵家村");
    let below = format!("/v1/sites?parent_id={}", county.town.institute.id);
    let below = app.anonymous().get(below).await;
    assert_eq!(below.ok()["items"].as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn the_county_founds_a_town_whose_people_work_there() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let head = app.staff("head", Role::CountyAdmin, &county.center).await;
    let body = json!({
        "parent_id": county.center.id, "kind": "institute", "name": "红河镇新时代文明实践所",
        "short_name": "红河所", "place_name": "红河镇", "division_code": "510120003000",
    });

    let town = head.post("/v1/sites", body).await;
    let settings = head.get(format!("/v1/sites/{}/settings", town.id())).await;

    assert_eq!(town.ok()["town_id"], town.id());
    assert_eq!(town.ok()["town_name"], "红河镇");
    let _ = settings.ok();
}

#[actix_web::test]
async fn a_site_that_does_not_fit_its_place_is_refused_by_name() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let body = zhao_village(&county);

    for (member, value, pointer) in [
        ("kind", json!("institute"), "/kind"),
        ("parent_id", json!(county.town.stations[0].id), "/parent_id"),
        ("division_code", json!("510120002009"), "/division_code"),
        ("division_code", json!("510120001000"), "/division_code"),
        ("division_code", json!("51012000100x"), "/division_code"),
        ("division_code", json!("5101"), "/division_code"),
        ("resident_population", json!(-1), "/resident_population"),
        ("name", json!(" "), "/name"),
        ("kind", json!("village"), "/kind"),
    ] {
        let refused = town.post("/v1/sites", with(body.clone(), member, value)).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names(pointer);
    }
    let typo = town.post("/v1/sites", with(body.clone(), "adress", json!("x"))).await;
    typo.assert_problem(422, "unknown_field");
    let taken = town.post("/v1/sites", with(body, "division_code", json!("510120001001"))).await;
    taken.assert_problem(409, "division_code_taken");
}

#[actix_web::test]
async fn nobody_founds_sites_outside_her_subtree() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let manager = app.staff("manager", Role::StationManager, &county.town.stations[0]).await;
    let body = zhao_village(&county);

    let other = with(body.clone(), "parent_id", json!(county.other.institute.id));
    let center = with(body.clone(), "parent_id", json!(county.center.id));
    let nowhere = with(body.clone(), "parent_id", json!(super::NOBODY));

    town.post("/v1/sites", other).await.assert_problem(404, "not_found");
    town.post("/v1/sites", center).await.assert_problem(403, "permission_denied");
    town.post("/v1/sites", nowhere).await.assert_problem(404, "not_found");
    manager.post("/v1/sites", body).await.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn sent_twice_it_is_founded_once() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let town = app.staff("mayor", Role::TownAdmin, &county.town.institute).await;
    let key = "found-zhao-village-1";

    let first = town.post_with_key("/v1/sites", zhao_village(&county), key).await;
    let again = town.post_with_key("/v1/sites", zhao_village(&county), key).await;
    let both = both_at_once(&town, &county).await;

    assert_eq!(first.id(), again.id());
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(both, [201, 409], "two who found the same place at once");
}

/// Two different requests for one new place at the same moment.
async fn both_at_once(town: &harness::Client, county: &County) -> [u16; 2] {
    let body = with(zhao_village(county), "division_code", json!("510120001004"));
    let (one, two) =
        tokio::join!(town.post("/v1/sites", body.clone()), town.post("/v1/sites", body));
    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    both
}
