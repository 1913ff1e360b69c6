//! Deadlines are working days, across public holidays and weekends worked in exchange.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::Office;

#[actix_web::test]
async fn the_days_are_counted_across_the_national_holiday_and_told_when_overdue() {
    let office = Office::open_without_limits().await;
    let claim = office.certified(5).await;
    let eve: DateTime<Utc> = "2026-09-29T04:00:00Z".parse().expect("an instant");
    office.app.advance(eve - office.app.clock.now());
    let station = office.county.town.stations[0].id;
    let list = format!("/v1/sites/{station}/objections?overdue=true");

    let filed = office.file(Office::about(&claim)).await.ok();

    let id = filed["id"].as_str().expect("an id").to_owned();
    // 30 September is worked, 1 to 7 October are off, 8 and 9 and Saturday the 10th are worked.
    assert_eq!(filed["accept_due"], last_of(&office, 5).await);
    let due: chrono::NaiveDate =
        filed["accept_due"].as_str().expect("a day").parse().expect("a day");
    assert!(due > "2026-10-08".parse().expect("a day"), "{due}");
    office.app.advance(chrono::TimeDelta::days(7));
    assert_eq!(office.phone("head").await.get(&list).await.ok()["items"], json!([]));
    office.app.advance(chrono::TimeDelta::days(10));
    let overdue = office.phone("head").await.get(&list).await.ok();
    assert_eq!(
        (&overdue["items"][0]["id"], &overdue["items"][0]["overdue"]),
        (&json!(id), &json!(true))
    );
    office.step("head", &id, "accept", json!({})).await.assert_ok();
    assert_eq!(office.phone("head").await.get(&list).await.ok()["items"], json!([]));
}

/// The day on which `days` working days after 29 September are over, by the calendar as it is
/// published.
async fn last_of(office: &Office, days: usize) -> serde_json::Value {
    let year = office.app.anonymous().get("/v1/calendar/2026").await.ok();
    let kind = |day: chrono::NaiveDate| {
        let days = year["days"].as_array().expect("days").iter();
        let found = days.into_iter().find(|row| row["day"] == json!(day));
        found.map(|row| row["kind"].clone())
    };
    let weekend = |day: chrono::NaiveDate| day.format("%u").to_string().as_str() > "5";
    let worked = |day: &chrono::NaiveDate| match kind(*day) {
        Some(kind) => kind == "workday",
        None => !weekend(*day),
    };
    let eve: chrono::NaiveDate = "2026-09-29".parse().expect("a day");
    let last = eve.iter_days().skip(1).filter(worked).nth(days - 1).expect("a day");
    json!(last)
}
