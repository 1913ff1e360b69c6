//! `site_get`.

use harness::TestApp;
use reqwest::Method;

#[actix_web::test]
async fn anybody_reads_a_site_and_its_version() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let path = format!("/v1/sites/{}", station.id);
    let villager = app.anonymous();

    let answer = villager.get(&path).await;
    let again = villager.send(Method::GET, &path, None, &[("if-none-match", "\"1\"")]).await;

    let view = answer.ok();
    assert_eq!(answer.headers["etag"], "\"1\"");
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
