//! `me_volunteer_binding`: whoever holds a code, but not her document, is not her.

use entity::role_assignment::Role;
use harness::{Answer, Client, TestApp, register_assisted, resident_id};
use serde_json::{Value, json};

/// The code with the number of the woman registered with that serial.
async fn bind(phone: &Client, code: &Value, serial: u32) -> Answer {
    let body = json!({"code": code, "id_number": resident_id("1940-01-01", 2, serial)});
    phone.post("/v1/me/volunteer-binding", body).await
}

#[actix_web::test]
async fn a_code_without_the_number_of_her_document_binds_nobody() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/binding-code");
    let code = clerk.post(&path, json!({})).await.ok()["code"].clone();
    let (stranger, granny) = (app.sign_in("stranger").await, app.sign_in("granny").await);

    let alone = stranger.post("/v1/me/volunteer-binding", json!({"code": code})).await;
    let guessed = bind(&stranger, &code, 2).await;
    let neither = bind(&stranger, &json!("BD-0000-0000-0000-0"), 2).await;

    alone.assert_problem(422, "missing_field");
    alone.assert_names("/id_number");
    guessed.assert_problem(409, "binding_code_invalid");
    let told = |answer: &Answer| (answer.status, answer.code(), answer.json()["detail"].clone());
    assert_eq!(told(&guessed), told(&neither), "which of the two was wrong is not told");
    // The code is as good as before, in the right hand.
    assert_eq!(bind(&granny, &code, 1).await.ok()["id"], id.as_str());
}

/// Accounts cost nothing, and of a known birthday there are few numbers.
#[actix_web::test]
async fn guessing_with_many_accounts_ends_with_the_fifth_guess() {
    let app = TestApp::start().await;
    let station = &app.county().await.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let id = register_assisted(&clerk, station, "1940-01-01", 1).await;
    let path = format!("/v1/volunteers/{id}/binding-code");
    let code = clerk.post(&path, json!({})).await.ok()["code"].clone();
    for serial in 2..7 {
        let thief = app.sign_in(&format!("thief-{serial}")).await;
        bind(&thief, &code, serial).await.assert_problem(409, "binding_code_invalid");
    }
    let anew = clerk.post(&path, json!({})).await.ok()["code"].clone();

    let right = bind(&app.sign_in("thief-8").await, &anew, 1).await;

    right.assert_problem(409, "binding_code_invalid");
    app.advance(chrono::TimeDelta::hours(25));
    let clerk = app.sign_in("clerk").await;
    let next = clerk.post(&path, json!({})).await.ok()["code"].clone();
    bind(&app.sign_in("granny").await, &next, 1).await.assert_ok();
}
