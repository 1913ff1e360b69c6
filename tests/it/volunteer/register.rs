//! `volunteer_register`.

use futures_util::future::join_all;
use harness::{Answer, TestApp, born_years_ago, registration, resident_id};
use serde_json::json;

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut all: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    all.sort_unstable();
    all
}

#[actix_web::test]
async fn a_name_is_one_line_and_hides_nothing() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let villager = app.sign_in("villager").await;
    for name in ["李\n秀英", "李\u{202e}秀英", "李\u{200b}秀英", "李\u{2028}秀英", "李\u{200e}秀英"]
    {
        let mut body = registration(&county.town.stations[0], "1952-03-08", 1);
        body["name"] = json!(name);
        let refused = villager.post("/v1/volunteers", body).await;
        refused.assert_problem(422, "invalid_value");
        refused.assert_names("/name");
    }
    let mut body = registration(&county.town.stations[0], "1952-03-08", 1);
    body["name"] = json!("阿卜杜拉·买买提");
    villager.post("/v1/volunteers", body).await.assert_ok();
}

#[actix_web::test]
async fn a_villager_registers_and_waits_for_verification() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let villager = app.sign_in("zhang-xiulan").await;

    let body = registration(&county.town.stations[0], "1952-03-08", 1);
    let answer = villager.post("/v1/volunteers", body).await;

    let view = answer.ok();
    assert_eq!(answer.status, 201);
    assert_eq!(answer.version(), 1);
    assert_eq!(
        answer.headers["location"],
        format!("/v1/volunteers/{}", view["id"].as_str().unwrap())
    );
    assert_eq!(view["state"], "pending_verification");
    assert_eq!(view["name"], "张秀兰");
    assert_eq!(view["registered_via"], "self_service");
    assert_eq!(view["needs_guardian"], false);
    assert_eq!(view["phone_verified"], false);
    assert_eq!(view["allowed_actions"], json!([]));
    // Known at once, without a new login.
    let consents = villager.get("/v1/me/consents").await.ok();
    assert_eq!(consents["items"][0]["purpose"], "enrol");
    assert_eq!(consents["items"][0]["channel"], "mini_program");
}

#[actix_web::test]
async fn the_same_key_registers_once() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let villager = app.sign_in("zhang-xiulan").await;
    let body = registration(&county.town.stations[0], "1952-03-08", 1);

    let first = villager.post_with_key("/v1/volunteers", body.clone(), "register-0123456789").await;
    let again = villager.post_with_key("/v1/volunteers", body, "register-0123456789").await;

    assert_eq!(again.ok(), first.ok());
    assert_eq!(again.headers["idempotency-replayed"], "true");
}

#[actix_web::test]
async fn without_consent_to_enrol_nothing_is_stored_and_no_other_is_needed() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let villager = app.sign_in("zhang-xiulan").await;
    let mut body = registration(&county.town.stations[0], "1952-03-08", 1);

    body["consents"] = json!([{"purpose": "leaderboard", "text_version": "2026-01"}]);
    villager.post("/v1/volunteers", body.clone()).await.assert_problem(422, "consent_required");

    body["consents"] = json!([
        {"purpose": "enrol", "text_version": "2026-01"},
        {"purpose": "guardian", "text_version": "2026-01"},
    ]);
    let guardian = villager.post("/v1/volunteers", body.clone()).await;
    guardian.assert_problem(422, "invalid_value");
    guardian.assert_names("/consents/1/purpose");

    body["consents"] = json!([{"purpose": "enrol", "text_version": "2026-01"}]);
    villager.post("/v1/volunteers", body).await.assert_ok();
}

#[actix_web::test]
async fn wrong_fields_are_named_and_never_quoted() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let villager = app.sign_in("zhang-xiulan").await;
    let number = resident_id("1952-03-08", 2, 1);
    let cases = [
        ("/birth_date", json!({"birth_date": "1952-03-09"})),
        ("/gender", json!({"gender": 1})),
        ("/gender", json!({"gender": 7})),
        ("/id_number", json!({"id_type": "permit"})),
        ("/id_number", json!({"id_number": "510123195203080048"})),
        ("/id_number", json!({"id_number": 510_123_195_203_080_043_u64})),
        ("/id_number", json!({"id_type": "other", "id_number": "x"})),
        ("/birth_date", json!({"id_type": "passport", "birth_date": "2199-01-01"})),
        ("/site_id", json!({"site_id": county.center.id})),
        ("/site_id", json!({"site_id": "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"})),
        ("/name", json!({"name": " "})),
        (
            "/skills",
            json!({"skills": vec!["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k",
            "l", "m", "n", "o", "p", "q", "r", "s", "t", "u"]}),
        ),
        ("/phone", json!({"phone": "13800138000"})),
    ];

    for (pointer, change) in cases {
        let mut body = registration(station, "1952-03-08", 1);
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = villager.post("/v1/volunteers", body).await;
        assert_eq!(answer.status, 422, "{change}: {}", answer.describe());
        answer.assert_names(pointer);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!text.contains("19520308") && !text.contains(&number), "{text}");
    }
}

#[actix_web::test]
async fn an_account_registers_once_and_a_document_once_in_the_county() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let (here, there) = (&county.town.stations[0], &county.other.stations[0]);
    let (zhang, li) = (app.sign_in("zhang").await, app.sign_in("li").await);
    zhang.post("/v1/volunteers", registration(here, "1952-03-08", 1)).await.assert_ok();

    let twice = zhang.post("/v1/volunteers", registration(here, "1952-03-08", 2)).await;
    let taken = li.post("/v1/volunteers", registration(there, "1952-03-08", 1)).await;

    twice.assert_problem(409, "already_registered");
    taken.assert_problem(409, "registration_conflict");
    let text = String::from_utf8_lossy(&taken.body).into_owned();
    assert!(!text.contains('张') && !text.contains("volunteer_id"), "{text}");
    // A resident number is not hidden under another kind of document.
    for kind in ["other", "passport"] {
        let mut other = registration(there, "1952-03-08", 1);
        other["id_type"] = json!(kind);
        li.post("/v1/volunteers", other).await.assert_names("/id_number");
    }
}

#[actix_web::test]
async fn of_many_registrations_at_once_exactly_one_wins() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let zhang = app.sign_in("zhang").await;

    // One account on several devices, each with another document.
    let bodies = (1..=6).map(|serial| registration(station, "1952-03-08", serial));
    let of_one_account = join_all(bodies.map(|body| zhang.post("/v1/volunteers", body))).await;
    assert_eq!(statuses(&of_one_account), [201, 409, 409, 409, 409, 409]);

    // One document, several people.
    let mut people = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        people.push(app.sign_in(name).await);
    }
    let body = registration(station, "1960-05-01", 9);
    let posts = people.iter().map(|person| person.post("/v1/volunteers", body.clone()));
    let of_one_document = join_all(posts).await;
    assert_eq!(statuses(&of_one_document), [201, 409, 409, 409, 409, 409]);
    let refused = of_one_document.iter().filter(|answer| answer.status == 409);
    assert!(refused.clone().all(|answer| answer.code() == "registration_conflict"));
}

#[actix_web::test]
async fn a_child_is_registered_but_waits_for_her_guardian() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let child = app.sign_in("xiao-fang").await;

    let body = registration(&county.town.stations[0], &born_years_ago(10), 1);
    let view = child.post("/v1/volunteers", body).await.ok();

    assert_eq!(view["state"], "pending_verification");
    assert_eq!(view["needs_guardian"], true);
}

#[actix_web::test]
async fn nobody_asks_who_is_registered() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let mut first = registration(station, "1952-03-08", 1);
    first["external_volunteer_no"] = json!("510123000012345");
    app.sign_in("zhang").await.post("/v1/volunteers", first).await.assert_ok();
    let curious = app.sign_in("curious").await;

    // A document or a website's number: the answer is the same.
    let document = registration(station, "1952-03-08", 1);
    let mut number = registration(station, "1960-05-01", 2);
    number["external_volunteer_no"] = json!("510123000012345");
    let by_document = curious.post("/v1/volunteers", document.clone()).await;
    let by_number = curious.post("/v1/volunteers", number).await;
    by_document.assert_problem(409, "registration_conflict");
    by_number.assert_problem(409, "registration_conflict");

    for _ in 0..8 {
        let asked = curious.post("/v1/volunteers", document.clone()).await;
        asked.assert_problem(409, "registration_conflict");
    }
    curious.post("/v1/volunteers", document).await.assert_problem(429, "rate_limited");
    let free = registration(station, "1971-01-01", 7);
    curious.post("/v1/volunteers", free).await.assert_problem(429, "rate_limited");
}
