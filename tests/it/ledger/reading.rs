//! `my_points`, `my_ledger_entries`, `volunteer_points`, `volunteer_ledger_entries`.

use api::ledger;
use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::{County, Person, TestApp};
use reqwest::Method;
use serde_json::Value;

use super::posting::{run, source};

/// A volunteer with three entries: 50 and 20 earned, 20 taken back.
async fn given(app: &TestApp) -> (County, Person) {
    let county = app.county().await;
    let station = &county.town.stations[0];
    let her = app.volunteer("zhang-xiulan", station).await;
    let (id, site) = (her.volunteer, station.id);
    run(app, async |tx| {
        ledger::earn(tx, id, site, 50, source(1), "清扫村道").await?;
        ledger::earn(tx, id, site, 20, source(2), "理论宣讲").await?;
        ledger::reverse(tx, source(2), source(3), "重复申报").await
    })
    .await
    .unwrap();
    (county, her)
}

fn numbers(view: &Value) -> [i64; 5] {
    ["certified", "held", "available", "recovery_due", "last_seq"]
        .map(|name| view[name].as_i64().unwrap())
}

#[actix_web::test]
async fn a_volunteer_sees_where_she_stands() {
    let app = TestApp::start().await;
    let (_, her) = given(&app).await;

    let answer = her.client.get("/v1/me/points").await;
    let known = [("if-none-match", answer.etag())];
    let again = her.client.send(Method::GET, "/v1/me/points", None, &known);

    assert_eq!(numbers(&answer.ok()), [50, 0, 50, 0, 3]);
    assert_eq!(answer.version(), 3);
    assert_eq!(again.await.status, 304);
}

#[actix_web::test]
async fn without_entries_everything_is_zero() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let her = app.volunteer("zhang-xiulan", &county.town.stations[0]).await;

    let points = her.client.get("/v1/me/points").await.ok();
    let entries = her.client.get("/v1/me/ledger-entries").await.ok();

    assert_eq!(numbers(&points), [0; 5]);
    assert_eq!(entries["items"].as_array().unwrap().len(), 0);
}

#[actix_web::test]
async fn the_balance_of_a_past_day_is_what_it_was_at_its_end() {
    let app = TestApp::start().await;
    let (_, her) = given(&app).await;
    let day = api::platform::clock::local_day(app.clock.now());
    app.advance(TimeDelta::days(3));
    ledger::give_points(&app.app, her.volunteer, 7).await.unwrap();
    let her = app.sign_in("zhang-xiulan").await;

    let at = async |days: i64| {
        let day = day + TimeDelta::days(days);
        her.get(format!("/v1/me/points?as_of={day}")).await
    };

    assert_eq!(numbers(&at(-1).await.ok()), [0; 5]);
    assert_eq!(numbers(&at(0).await.ok()), [50, 0, 50, 0, 3]);
    assert_eq!(numbers(&at(2).await.ok()), [50, 0, 50, 0, 3]);
    assert_eq!(numbers(&at(3).await.ok()), [57, 0, 57, 0, 4]);
    let future = at(4).await;
    future.assert_problem(422, "invalid_value");
    future.assert_names("as_of");
    her.get("/v1/me/points?day=x").await.assert_problem(422, "unknown_field");
}

#[actix_web::test]
async fn entries_come_newest_first_in_pages_and_in_plain_words() {
    let app = TestApp::start().await;
    let (_, her) = given(&app).await;

    let first = her.client.get("/v1/me/ledger-entries?page_size=2").await.ok();
    let token = first["next_page_token"].as_str().unwrap();
    let path = format!("/v1/me/ledger-entries?page_size=2&page_token={token}");
    let second = her.client.get(path).await.ok();

    assert_eq!(first["items"][0]["text"], "积分更正，收回20分，现有可用积分50分");
    assert_eq!(first["items"][0]["points"], "-20");
    assert_eq!(first["items"][0]["refers_to"], first["items"][1]["id"]);
    assert_eq!(first["items"][1]["text"], "获得20分，现有可用积分70分");
    assert_eq!(
        (&first["items"][1]["points"], &first["items"][1]["reason"]),
        (&"+20".into(), &"理论宣讲".into())
    );
    assert_eq!(second["items"].as_array().unwrap().len(), 1);
    assert_eq!(second["items"][0]["balance_after"], 50);
    assert!(second.get("next_page_token").is_none());
}

#[actix_web::test]
async fn staff_read_the_ledger_of_their_own_site_only() {
    let app = TestApp::start().await;
    let (county, her) = given(&app).await;
    let clerk = app.staff("clerk", Role::Clerk, &county.town.stations[0]).await;
    let neighbour = app.staff("clerk-two", Role::Clerk, &county.town.stations[1]).await;
    let stranger = app.staff("clerk-three", Role::Clerk, &county.other.stations[0]).await;
    let points = format!("/v1/volunteers/{}/points", her.volunteer);
    let entries = format!("/v1/volunteers/{}/ledger-entries?page_size=1", her.volunteer);

    assert_eq!(numbers(&clerk.get(&points).await.ok()), [50, 0, 50, 0, 3]);
    let page = clerk.get(&entries).await.ok();
    assert_eq!(page["items"][0]["seq"], 3);
    for path in [&points, &entries] {
        neighbour.get(path).await.assert_problem(403, "permission_denied");
        stranger.get(path).await.assert_problem(404, "not_found");
        her.client.get(path).await.assert_problem(403, "permission_denied");
    }
    // A token is good for its own reader and list.
    let token = page["next_page_token"].as_str().unwrap();
    let mine = format!("/v1/me/ledger-entries?page_token={token}");
    her.client.get(mine).await.assert_problem(400, "bad_page_token");
}
