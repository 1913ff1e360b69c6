//! `me_export`: authorisations, on either side.

use entity::role_assignment::Role;
use harness::{Client, TestApp};
use serde_json::{Value, json};

async fn exported(client: &Client, kind: &str) -> Vec<Value> {
    let page = client.get("/v1/me/export?page_size=100").await.ok();
    let items = page["items"].as_array().unwrap().iter();
    items.filter(|item| item["kind"] == kind).map(|item| item["data"].clone()).collect()
}

#[actix_web::test]
async fn both_have_the_authorisation_with_the_others_masked_name() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let her = app.volunteer("granny", station).await;
    let helper = app.volunteer("helper", station).await;
    let body = json!({
        "proxy_volunteer_id": helper.volunteer, "reason": "腿脚不便", "witness": "李支书",
        "starts_on": api::platform::clock::local_day(app.clock.now()),
    });
    let path = format!("/v1/volunteers/{}/proxies", her.volunteer);
    let id = clerk.post(path, body).await.id();

    let hers = exported(&her.client, "proxy").await;
    let his = exported(&helper.client, "proxy_held").await;

    assert_eq!((hers.len(), his.len()), (1, 1));
    assert_eq!((&hers[0]["id"], &hers[0]["helper_name"]), (&json!(id), &json!("h****r")));
    assert_eq!((&his[0]["id"], &his[0]["principal_name"]), (&json!(id), &json!("g****y")));
    assert_eq!(his[0]["reason"], "腿脚不便");
    assert!(exported(&helper.client, "proxy").await.is_empty());
    assert!(exported(&her.client, "proxy_held").await.is_empty());
}
