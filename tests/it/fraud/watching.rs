//! Being watched: one hand that enters for many, and samples nobody chose.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::set;
use crate::supervision::Village;
use crate::supervision::sample::{python, seed};

/// The quarter a day is in, as it is written.
pub(super) fn quarter(day: NaiveDate) -> String {
    format!("{}Q{}", day.year(), day.month0() / 3 + 1)
}

#[actix_web::test]
async fn fraud_06_one_hand_that_applies_for_many_is_flagged_to_the_supervisor() {
    let village = Village::watched().await;
    set(&village.app, village.station().id, "alert_least_count", json!(2)).await;
    let alerts = async || {
        let path = village.at(&format!("supervision-alerts?quarter={}", village.quarter()));
        village.phone("peng-dafu").await.get(path).await.ok()["items"].clone()
    };
    village.claim(5).await;
    assert_eq!(alerts().await, json!([]), "her own application");
    let head = village.app.account("head").await;

    for (person, honour) in [(&village.zhang, "县身边好人"), (&village.peng, "镇道德模范")]
    {
        let body = json!({
            "volunteer_id": person.volunteer, "rule_item_code": "RY01", "award_ref": honour,
            "reason": "青文明委〔2026〕3号",
        });
        let entered = village.phone("head").await.post(village.at("claims"), body).await;
        entered.assert_ok();
    }

    let found = alerts().await;
    let alert = &found[0];
    assert_eq!((&alert["kind"], &alert["account_id"]), (&json!("claims_for_others"), &json!(head)));
    assert_eq!((&alert["count"], &alert["total"]), (&json!(2), &json!(3)), "{found}");
}

#[actix_web::test]
async fn fraud_13_a_supervisors_sample_is_drawn_again_by_anybody() {
    let village = Village::watched().await;
    for day in 1..=4 {
        village.certified(day).await;
    }
    let committed = village.commit("peng-dafu", 2, &seed(1)).await.ok();
    let id = committed["id"].as_str().expect("an id").to_owned();
    let other = village.reveal("peng-dafu", &id, &seed(2)).await;
    other.assert_problem(409, "sample_seed_wrong");
    village.reveal("peng-dafu", &id, &seed(1)).await.assert_ok();

    let number = committed["sample"]["number"].as_str().expect("a number");
    let public = village.app.anonymous().get(format!("/v1/public/samples/{number}")).await.ok();
    let population = village.population(number).await;
    let drawn = public["drawn"].as_array().expect("positions").iter();
    let drawn: Vec<_> = drawn.map(Value::to_string).collect();
    assert_eq!(drawn.len(), 2);
    assert_eq!(python(&public, &population), Ok(drawn.join(" ")), "by a script of its own");
    let mut forged = public.clone();
    forged["seed"] = json!(seed(2));
    assert!(python(&forged, &population).is_err(), "another seed draws otherwise");
}
