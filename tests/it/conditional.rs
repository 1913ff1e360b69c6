//! Conditional requests: nobody is told that her view is the same when only its row is.

use entity::role_assignment::Role;
use harness::{Answer, Client, Offer, TestApp};
use reqwest::Method;
use serde_json::json;

/// What `client` gets who holds the answer with this tag.
async fn holding(client: &Client, path: &str, tag: &str) -> Answer {
    client.send(Method::GET, path, None, &[("if-none-match", tag)]).await
}

#[actix_web::test]
async fn who_signs_in_or_gets_a_role_sees_her_own_view_of_an_unchanged_row() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let head = app.staff("head", Role::CountyAdmin, &county.center).await;
    let site = format!("/v1/sites/{}", county.town.stations[0].id);
    let point = format!("{site}/redemption-point");
    let body = json!({"responsible_person": "李国强", "opened_on": "2026-01-01"});
    head.post(&point, body).await.assert_ok();
    for path in [&site, &point] {
        let anybody = app.anonymous();
        let anonymous = anybody.get(path).await;
        let own = head.get(path).await;
        assert_eq!(anonymous.version(), own.version(), "one row in one version");

        for (who, tag, status) in [
            (&anybody, anonymous.etag(), 304),
            (&head, anonymous.etag(), 200),
            (&head, own.etag(), 304),
            (&anybody, own.etag(), 200),
            (&anybody, "\"1\"", 200),
        ] {
            assert_eq!(holding(who, path, tag).await.status, status, "{path} {tag}");
        }
    }

    let villager = app.sign_in("wang").await;
    let before = villager.get(&site).await;
    assert_eq!(before.ok()["allowed_actions"], json!([]));
    let promoted = app.staff("wang", Role::TownAdmin, &county.town.institute).await;
    let after = holding(&promoted, &site, before.etag()).await;
    assert_eq!(after.ok()["allowed_actions"], json!(["update"]));
}

#[actix_web::test]
async fn a_change_asks_for_the_version_whoever_read_it() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let head = app.staff("head", Role::CountyAdmin, &county.center).await;
    let path = format!("/v1/sites/{}", county.town.stations[0].id);
    let change = json!({"name": "青石镇李家村文明实践站", "short_name": "李家站"});
    let read = app.anonymous().get(&path).await;
    let put = async |tag: &str| {
        head.send(Method::PUT, &path, Some(change.clone()), &[("if-match", tag)]).await
    };

    put(&format!("W/{}", read.etag())).await.assert_problem(412, "stale_version");
    let changed = put(read.etag()).await;
    put(read.etag()).await.assert_problem(412, "stale_version");

    assert_eq!((changed.ok()["short_name"].as_str(), changed.version()), (Some("李家站"), 2));
    assert_eq!(holding(&head, &path, changed.etag()).await.status, 304, "she has it already");
}

#[actix_web::test]
async fn what_others_and_the_hour_change_is_sent_again() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer { stock: 5, quantity: 10, ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
    let path = format!("/v1/redemption-sessions/{}", shop.session);
    let before = app.anonymous().get(&path).await;
    villager.client.post("/v1/redemptions", shop.wish(2)).await.assert_ok();

    let after = holding(&app.anonymous(), &path, before.etag()).await;

    assert_eq!(before.version(), after.version());
    assert_eq!(after.ok()["items"][0]["quantity_left"], 3);
    let listed = format!("\"1\", W/{}", after.etag());
    assert_eq!(holding(&app.anonymous(), &path, &listed).await.status, 304, "compared weakly");
}
