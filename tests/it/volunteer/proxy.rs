//! `proxy_add`, `proxy_list`, `proxy_end` and `my_proxies` of who helps.

use chrono::{TimeDelta, Utc};
use entity::role_assignment::Role;
use harness::TestApp;
use serde_json::{Value, json};

fn day(ahead: i64) -> String {
    let shanghai = Utc::now() + TimeDelta::hours(8);
    (shanghai.date_naive() + TimeDelta::days(ahead)).to_string()
}

fn authorisation(helper: impl std::fmt::Display, from: i64, to: Option<i64>) -> Value {
    json!({
        "proxy_volunteer_id": helper.to_string(), "reason": "腿脚不便", "witness": "李支书",
        "starts_on": day(from), "ends_on": to.map(day),
    })
}

#[actix_web::test]
async fn an_authorisation_is_recorded_seen_and_ended() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let (old, _) = app.card_only("王桂英", station).await;
    let helper = app.volunteer("helper", station).await;
    let path = format!("/v1/volunteers/{old}/proxies");

    let added = clerk.post(&path, authorisation(helper.volunteer, 0, Some(30))).await.ok();
    let twice = clerk.post(&path, authorisation(helper.volunteer, 3, None)).await;
    let list = clerk.get(&path).await.ok();
    let end = format!("{path}/{}/end", added["id"].as_str().unwrap());
    let ended = clerk.post(&end, json!({})).await.ok();

    assert_eq!(added["state"], "live");
    assert_eq!(added["proxy_name"], "h****r");
    assert_eq!(list["items"], json!([added]));
    twice.assert_problem(409, "already_proxy");
    assert_eq!(ended["state"], "ended");
    clerk.post(&end, json!({})).await.assert_problem(409, "wrong_state");
    clerk.post(&path, authorisation(helper.volunteer, 3, None)).await.assert_ok();
}

#[actix_web::test]
async fn who_acts_for_others_sees_for_whom_and_until_when() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let helper = app.volunteer("helper", station).await;
    let mut authorised = Vec::new();
    for (name, from, to) in [("王桂英", 2, None), ("陈奶奶", 0, Some(1)), ("张大爷", 0, None)]
    {
        let (old, _) = app.card_only(name, station).await;
        let path = format!("/v1/volunteers/{old}/proxies");
        let id = clerk.post(&path, authorisation(helper.volunteer, from, to)).await.id();
        authorised.push((old.to_string(), format!("{path}/{id}/end")));
    }
    let mine = async || {
        let list = app.sign_in("helper").await.get("/v1/me/proxies").await.ok();
        let items = list["items"].as_array().unwrap().iter();
        let told = items.map(|row| (row["volunteer_id"].clone(), row["state"].clone()));
        (list.clone(), told.collect::<Vec<_>>())
    };
    let row = |at: usize, state: &str| (json!(authorised[at].0), json!(state));

    let (list, told) = mine().await;
    assert_eq!(told, [row(1, "live"), row(2, "live"), row(0, "upcoming")]);
    assert_eq!(
        (&list["items"][0]["name"], &list["items"][0]["ends_on"]),
        (&json!("陈*奶"), &json!(day(1)))
    );
    assert!(!list.to_string().contains("陈奶奶"));

    app.advance(TimeDelta::days(2));
    let passed = [row(1, "ended"), row(2, "live"), row(0, "live")];
    assert_eq!(mine().await.1, passed, "days pass, and it is not ended on record");
    app.sign_in("clerk").await.post(&authorised[2].1, json!({})).await.assert_ok();
    assert_eq!(mine().await.1, [row(1, "ended"), row(0, "live")], "ended");
    let other = app.volunteer("other", station).await;
    assert_eq!(other.client.get("/v1/me/proxies").await.ok()["items"], json!([]));
}

#[actix_web::test]
async fn a_proxy_needs_an_account_a_town_in_common_and_days_to_come() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let own = app.volunteer("clerk", station).await;
    let (old, _) = app.card_only("王桂英", station).await;
    let (offline, _) = app.card_only("offline", station).await;
    let helper = app.volunteer("helper", station).await.volunteer;
    let far = app.volunteer("far", &county.other.stations[0]).await.volunteer;
    let path = format!("/v1/volunteers/{old}/proxies");

    let cases = [
        ("/proxy_volunteer_id", authorisation(old, 0, None)),
        ("/proxy_volunteer_id", authorisation(far, 0, None)),
        ("/starts_on", authorisation(helper, -1, None)),
        ("/ends_on", authorisation(helper, 2, Some(1))),
    ];
    for (pointer, body) in cases {
        let answer = clerk.post(&path, body).await;
        answer.assert_problem(422, "invalid_value");
        answer.assert_names(pointer);
    }
    let without = clerk.post(&path, authorisation(offline, 0, None)).await;
    without.assert_problem(409, "proxy_without_account");
    let herself = clerk.post(&path, authorisation(own.volunteer, 0, None)).await;
    herself.assert_problem(403, "must_recuse");
}

#[actix_web::test]
async fn who_acts_for_a_volunteer_does_not_decide_on_her() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    app.staff("manager", Role::StationManager, station).await;
    let manager = app.volunteer("manager", station).await;
    let (old, _) = app.card_only("王桂英", station).await;
    let path = format!("/v1/volunteers/{old}/proxies");
    clerk.post(&path, authorisation(manager.volunteer, 0, None)).await.assert_ok();

    let body = json!({"reason": "核实中"});
    let suspended = manager.client.post(format!("/v1/volunteers/{old}/suspend"), body).await;

    suspended.assert_problem(403, "must_recuse");
}
