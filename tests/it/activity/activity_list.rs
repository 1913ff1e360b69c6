//! `activity_list`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::{Value, json};

use super::each;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

#[actix_web::test]
async fn what_is_to_come_stands_first_and_pages_join_without_seam() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let at = |title: &str, start: i64| json!({"title": title, "starts_at": app.in_minutes(start), "ends_at": app.in_minutes(start + HOUR)});
    for (title, start) in
        [("后天", 2 * DAY), ("明天", DAY), ("前天", -2 * DAY), ("正在", -5), ("昨天", -DAY)]
    {
        app.published_activity(&manager, station, at(title, start)).await;
    }
    app.submitted_activity(&manager, station, at("未发布", DAY)).await;
    let expected = ["正在", "明天", "后天", "昨天", "前天"].map(|title| json!(title));

    let anyone = app.anonymous();
    let all = anyone.get("/v1/activities").await;
    assert_eq!(each(&all.ok(), "title"), expected);
    assert_eq!(all.headers["cache-control"], "public, max-age=30");

    for size in 1..=4 {
        let mut seen: Vec<Value> = Vec::new();
        let mut query = format!("page_size={size}");
        loop {
            let page = anyone.get(format!("/v1/activities?{query}")).await.ok();
            seen.extend(each(&page, "title"));
            let Some(token) = page["next_page_token"].as_str() else { break };
            query = format!("page_size={size}&page_token={token}");
            // Time goes on between the pages; nothing may be lost or shown twice.
            app.advance(TimeDelta::minutes(20));
        }
        assert_eq!(seen.len(), expected.len(), "pages of {size}: {seen:?}");
        seen.sort_by_key(Value::to_string);
        seen.dedup();
        assert_eq!(seen.len(), expected.len(), "pages of {size}");
    }
}

#[actix_web::test]
async fn it_is_narrowed_by_site_day_and_kind() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, there] = &county.town.stations;
    let admin = app.staff("admin", Role::TownAdmin, &county.town.institute).await;
    let other = app.staff("other", Role::TownAdmin, &county.other.institute).await;
    let in_days = |days: i64| json!({"starts_at": app.in_minutes(days * DAY), "ends_at": app.in_minutes(days * DAY + 1)});
    let soon = app.published_activity(&admin, here, in_days(3)).await;
    let mut fair = in_days(40);
    fair["kind"] = json!("redemption_fair");
    let fair = app.published_activity(&admin, there, fair).await;
    app.published_activity(&other, &county.other.stations[0], in_days(3)).await;
    let ids = async |query: String| {
        each(&app.anonymous().get(format!("/v1/activities?{query}")).await.ok(), "id")
    };
    let day = |days: i64| (app.clock.now() + TimeDelta::days(days)).date_naive();

    let town = format!("site_id={}", county.town.institute.id);
    assert_eq!(ids(town.clone()).await, [json!(soon), json!(fair)]);
    assert_eq!(ids(format!("site_id={}", here.id)).await, [json!(soon)]);
    assert_eq!(ids("kind=redemption_fair".into()).await, [json!(fair)]);
    assert_eq!(ids(format!("{town}&from={}", day(20))).await, [json!(fair)]);
    assert_eq!(ids(format!("{town}&to={}", day(20))).await, [json!(soon)]);

    let unknown = app.anonymous().get("/v1/activities?colour=red").await;
    unknown.assert_problem(422, "unknown_field");
    app.anonymous().get("/v1/activities?kind=party").await.assert_problem(422, "invalid_value");
    app.anonymous().get("/v1/activities?from=9999-12-31").await.assert_names("from");
    let first = app.anonymous().get("/v1/activities?page_size=1").await.ok();
    let token = first["next_page_token"].as_str().unwrap();
    let elsewhere = format!("/v1/activities?kind=lecture&page_token={token}");
    app.anonymous().get(elsewhere).await.assert_problem(400, "bad_page_token");
}
