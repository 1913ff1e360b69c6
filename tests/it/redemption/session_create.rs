//! `redemption_session_create`.

use chrono::TimeDelta;
use harness::{Offer, TestApp};
use serde_json::{Value, json};

#[actix_web::test]
async fn a_site_has_one_session_a_month_unless_it_redeems_daily() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let path = format!("/v1/sites/{}/redemption-sessions", station.id);
    // The middle of the next month, so that a minute later is the same month.
    let plan = |day: i64| {
        let start = app.clock.now() + TimeDelta::days(day);
        let mut plan = app.session_plan(&goods, Offer::default());
        plan["starts_at"] = json!(start);
        plan["ends_at"] = json!(start + TimeDelta::minutes(1));
        plan["pickup_until"] = json!(start + TimeDelta::days(7));
        plan
    };

    let first = keepers.manager.post(&path, plan(1)).await;
    let second = keepers.manager.post(&path, plan(1)).await;
    let later = keepers.manager.post(&path, plan(33)).await;
    app.allow_daily(station).await;
    let daily = keepers.manager.post(&path, plan(1)).await;

    assert_eq!(first.ok()["state"], "planned");
    second.assert_problem(409, "session_exists_this_month");
    later.assert_ok();
    daily.assert_ok();
}

#[actix_web::test]
async fn of_ten_planners_at_once_one_plans_the_month() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let keepers = app.keepers(station).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let path = format!("/v1/sites/{}/redemption-sessions", station.id);
    let start = app.clock.now() + TimeDelta::days(1);
    let mut plan = app.session_plan(&goods, Offer::default());
    plan["starts_at"] = json!(start);
    plan["ends_at"] = json!(start + TimeDelta::minutes(1));

    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (client, path, plan) = (keepers.manager.clone(), path.clone(), plan.clone());
            actix_web::rt::spawn(async move { client.post(path, plan).await })
        })
        .collect();
    let mut planned = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        planned += usize::from(answer.status == 201);
        assert!(answer.status == 201 || answer.code() == "session_exists_this_month");
    }

    assert_eq!(planned, 1);
}

#[actix_web::test]
async fn wrong_plans_are_named() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    app.allow_daily(station).await;
    let keepers = app.keepers(station).await;
    let neighbour = app.keepers(&county.town.stations[1]).await;
    let goods = keepers.goods(station, "洗衣液").await;
    let theirs = neighbour.goods(&county.town.stations[1], "米").await;
    let path = format!("/v1/sites/{}/redemption-sessions", station.id);
    let good = app.session_plan(&goods, Offer::default());
    let refused = async |change: &dyn Fn(&mut Value), pointer: &str| {
        let mut plan = good.clone();
        change(&mut plan);
        let answer = keepers.manager.post(&path, plan).await;
        answer.assert_problem(422, "invalid_value");
        answer.assert_names(pointer);
    };

    refused(&|plan| plan["ends_at"] = json!("2020-01-01T00:00:00Z"), "/ends_at").await;
    refused(&|plan| plan["ends_at"] = json!("2200-01-01T00:00:00Z"), "/ends_at").await;
    refused(&|plan| plan["pickup_until"] = plan["starts_at"].clone(), "/pickup_until").await;
    refused(&|plan| plan["items"] = json!([]), "/items").await;
    refused(&|plan| plan["threshold"] = json!(-1), "/threshold").await;
    refused(&|plan| plan["items"][0]["points"] = json!(0), "/items/0/points").await;
    refused(&|plan| plan["items"][0]["goods_id"] = json!(theirs), "/items/0/goods_id").await;
    let twice = |plan: &mut Value| {
        let item = plan["items"][0].clone();
        plan["items"] = json!([item, item]);
    };
    refused(&twice, "/items/1/goods_id").await;
    keepers.clerk.post(&path, good.clone()).await.assert_problem(403, "permission_denied");
    neighbour.manager.post(&path, good.clone()).await.assert_problem(403, "permission_denied");
}
