//! `my_activities`.

use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::{Value, json};

use super::{sign_up, withdraw};

fn titles(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["activity"]["title"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn mine_to_come_soonest_first_and_mine_over_latest_first() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let zhang = app.volunteer("zhang", station).await.client;
    let li = app.volunteer("li", station).await.client;
    let mut made = Vec::new();
    for (title, start) in [("第三", 30), ("第一", 2), ("第二", 4), ("第四", 60)] {
        let times = json!({
            "title": title, "capacity": 1,
            "starts_at": app.in_minutes(start), "ends_at": app.in_minutes(start + 1),
        });
        let id = app.published_activity(&manager, station, times).await;
        if title == "第三" {
            sign_up(&li, &id).await.assert_ok();
        }
        sign_up(&zhang, &id).await.assert_ok();
        made.push(id);
    }
    withdraw(&zhang, &made[3]).await.assert_ok();

    let coming = zhang.get("/v1/me/activities").await.ok();
    assert_eq!(titles(&coming), ["第一", "第二", "第三"]);
    let waiting = &coming["items"][2]["sign_up"];
    assert_eq!((&waiting["state"], &waiting["place_in_line"]), (&json!("waitlisted"), &json!(1)));

    app.advance(TimeDelta::minutes(6));
    assert_eq!(titles(&zhang.get("/v1/me/activities").await.ok()), ["第三"]);
    let past = zhang.get("/v1/me/activities?when=past").await.ok();
    assert_eq!(titles(&past), ["第二", "第一"]);
    let first = zhang.get("/v1/me/activities?when=past&page_size=1").await.ok();
    let token = first["next_page_token"].as_str().unwrap();
    let next =
        zhang.get(format!("/v1/me/activities?when=past&page_size=1&page_token={token}")).await;
    assert_eq!(titles(&next.ok()), ["第一"]);
    let theirs = li.get(format!("/v1/me/activities?when=past&page_token={token}")).await;
    theirs.assert_problem(400, "bad_page_token");
    manager.get("/v1/me/activities").await.assert_problem(403, "permission_denied");
}
