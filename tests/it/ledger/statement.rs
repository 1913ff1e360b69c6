//! `my_statement`, `volunteer_statement`.

use api::ledger;
use api::platform::clock::local_day;
use chrono::{Datelike, Months};
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::{Value, json};

use super::posting::{run, source};

fn sums(view: &Value) -> [i64; 6] {
    ["opening", "earned", "spent", "expired", "other", "closing"]
        .map(|name| view[name].as_i64().unwrap())
}

#[actix_web::test]
async fn a_month_ends_where_the_next_begins_and_everything_adds_up() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let her = app.volunteer("zhang-xiulan", station).await;
    let (id, site) = (her.volunteer, station.id);
    let first = local_day(app.clock.now()).with_day(1).unwrap();
    run(&app, async |tx| {
        ledger::open(tx, id, site, 40, source(1), "结转").await?;
        ledger::earn(tx, id, site, 60, source(2), "宣讲").await
    })
    .await
    .unwrap();
    let next = first.checked_add_months(Months::new(1)).unwrap();
    app.advance(next.signed_duration_since(local_day(app.clock.now())));
    run(&app, async |tx| {
        ledger::reverse(tx, source(2), source(3), "认定有误").await?;
        ledger::earn(tx, id, site, 7, source(4), "宣讲").await
    })
    .await
    .unwrap();
    let client = app.sign_in("zhang-xiulan").await;
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let of = |day: chrono::NaiveDate| day.format("%Y-%m").to_string();

    let one = client.get(format!("/v1/me/points/statement?period={}", of(first))).await.ok();
    let path = format!("/v1/volunteers/{id}/points/statement?period={}", of(next));
    let two = clerk.get(&path).await.ok();

    assert_eq!(sums(&one), [0, 100, 0, 0, 0, 100]);
    assert_eq!(sums(&two), [100, 7, 0, 0, -60, 47]);
    assert_eq!((&one["first_seq"], &one["last_seq"]), (&json!(1), &json!(2)));
    assert_eq!((&two["entries"], &two["first_seq"]), (&json!(2), &json!(3)));
    let quarter = format!("{}Q{}", next.year(), next.month0() / 3 + 1);
    let quarter = client.get(format!("/v1/me/points/statement?period={quarter}")).await.ok();
    assert_eq!(quarter["closing"], 47);
    app.run_jobs().await;
    app.assert_sound().await;
}

#[actix_web::test]
async fn periods_to_come_and_other_words_are_refused_and_strangers_do_not_look() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let her = app.volunteer("zhang-xiulan", &county.town.stations[0]).await;
    let stranger = app.staff("stranger", Role::Clerk, &county.other.stations[0]).await;

    let none = her.client.get("/v1/me/points/statement?period=2020Q1").await.ok();
    assert_eq!(sums(&none), [0; 6]);
    assert!(none.get("first_seq").is_none());
    for period in ["2999Q1", "2026Q5", "2026-13", "2026-%2B1", "last"] {
        let refused = her.client.get(format!("/v1/me/points/statement?period={period}")).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names("period");
    }
    let path = format!("/v1/volunteers/{}/points/statement?period=2020Q1", her.volunteer);
    stranger.get(path).await.assert_problem(404, "not_found");
}
