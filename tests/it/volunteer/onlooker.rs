//! What those see who manage nobody, or read without saying why, and what they are offered.

use entity::role_assignment::Role;
use harness::{
    TestApp, assisted_registration, born_years_ago, document, guardianship, register_assisted,
};
use serde_json::{Value, json};

/// 黄国, as a query has it.
const NAME: &str = "%E9%BB%84%E5%9B%BD";

#[actix_web::test]
async fn who_sees_masked_names_finds_nobody_by_name_or_phone() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let [here, beside] = &county.town.stations;
    let clerk = app.staff("clerk", Role::Clerk, here).await;
    let mut body = assisted_registration("1940-01-01", 1);
    (body["name"], body["phone"]) = (json!("黄国胜"), json!("13800000042"));
    clerk.post(format!("/v1/sites/{}/volunteers", here.id), body).await.assert_ok();
    let (held, card) = app.card_only("黄国庆", here).await;
    let watch = app.staff("watch", Role::Supervisor, here).await;

    for q in [NAME, "13800000042", card.as_str(), "x"] {
        let answer = watch.get(format!("/v1/volunteers?q={q}")).await;
        answer.assert_problem(422, "invalid_value");
        answer.assert_names("q");
    }
    let end = &card[card.len() - 4..];
    let found = watch.get(format!("/v1/volunteers?q={}", end.to_lowercase())).await.ok();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(found["items"][0]["id"], held.to_string());
    assert_eq!(
        clerk.get(format!("/v1/volunteers?q={NAME}")).await.ok()["items"][1]["name"],
        "黄国胜"
    );
    // Who manages one station and watches the other looks for names at the one alone.
    app.card_only("黄国强", beside).await;
    app.staff("watch", Role::Clerk, beside).await;
    let both = app.sign_in("watch").await;
    let found = both.get(format!("/v1/volunteers?q={NAME}")).await.ok();
    let names: Vec<_> = found["items"].as_array().unwrap().iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["黄国强"]);
}

#[actix_web::test]
async fn what_is_written_about_a_minor_is_answered_masked() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let born = born_years_ago(16);
    let body = assisted_registration(&born, 1);
    let path = format!("/v1/sites/{}/volunteers", station.id);
    let registered = clerk.post(path, body).await.ok();
    let id = registered["id"].as_str().unwrap().to_owned();
    let path = |verb: &str| format!("/v1/volunteers/{id}/{verb}");
    let reason = json!({"reason": "核实中"});
    let fix = json!({"name": "汪桂英", "reason": "登记时看错"});
    let steps = [
        ("verify", document(&born, 1)),
        ("suspend", reason.clone()),
        ("reinstate", reason),
        ("correct", fix),
    ];
    let mut seen: Vec<Value> = vec![registered];
    for (verb, body) in steps {
        seen.push(manager.post(path(verb), body).await.ok());
    }

    for view in seen {
        assert!(view["name"].as_str().unwrap().contains('*'), "{view}");
        assert!(view.get("birth_date").is_none() && !view.to_string().contains(&born), "{view}");
    }
    let why = format!("/v1/volunteers/{id}?reason=%E6%A0%B8%E5%AF%B9");
    let read = clerk.get(why).await.ok();
    assert_eq!((&read["name"], &read["birth_date"]), (&json!("汪桂英"), &json!(born)));
}

#[actix_web::test]
async fn nobody_is_offered_what_she_would_be_refused() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let adult = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let child = register_assisted(&clerk, station, &born_years_ago(10), 2).await;
    let offers = async |by: &harness::Client, id: &str| {
        let path = format!("/v1/volunteers/{id}?reason=%E6%A0%B8%E5%AF%B9");
        by.get(path).await.ok()["allowed_actions"].as_array().unwrap().clone()
    };
    let verify = json!("verify");

    assert!(!offers(&clerk, &adult).await.contains(&verify), "she typed it in");
    assert!(offers(&manager, &adult).await.contains(&verify));
    assert!(!offers(&manager, &child).await.contains(&verify), "her guardian has not consented");
    let path = format!("/v1/volunteers/{child}/guardians");
    clerk.post(path, guardianship()).await.assert_ok();
    assert!(offers(&manager, &child).await.contains(&verify));
    let kin = json!({"volunteer_id": adult, "relation": "母亲"});
    manager.post("/v1/me/relatives", kin).await.assert_ok();
    assert_eq!(offers(&manager, &adult).await, [json!("update")]);
}
