//! `claim_create`.

use std::time::Duration;

use entity::attendance::AttendanceState;
use entity::role_assignment::Role;
use entity::{claim, idempotency_key};
use harness::{Answer, Client};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{Desk, outcome, outcomes};

#[actix_web::test]
async fn many_attendances_are_claimed_with_one_tap_and_points_are_computed_here() {
    let desk = Desk::open().await;
    let (one, two) = (desk.attended(5), desk.attended(6));
    let two = harness::Attended { hours_tenths: 35, ..two };
    let ids = [desk.store(one).await, desk.store(two).await];

    let answer = desk.claim_all(&ids).await;

    assert_eq!(outcomes(&answer), ["ok", "ok"]);
    let id = answer.ok()["results"][1]["id"].as_str().unwrap().to_owned();
    let claim = desk.read(&id).await;
    assert_eq!(claim["state"], "submitted");
    assert_eq!(claim["points"], 7);
    let words = "参加“清扫村道”3.5小时，按“环境卫生”每小时2分计7分";
    assert_eq!(claim["explanation"], words);
    assert_eq!(claim["allowed_actions"], json!(["withdraw"]));
}

#[actix_web::test]
async fn points_and_hours_sent_along_are_refused() {
    let desk = Desk::open().await;
    let attendance = desk.store(desk.attended(5)).await;
    let zhang = &desk.zhang.client;

    for (member, value) in [("points", 1000), ("hours_tenths", 240)] {
        let body = json!({"attendance_ids": [attendance], member: value});
        let answer = zhang.post("/v1/claims", body).await;
        answer.assert_problem(422, "unknown_field");
        answer.assert_names(&format!("/{member}"));
    }
    let none: [Uuid; 0] = [];
    let none = zhang.post("/v1/claims", json!({"attendance_ids": none})).await;
    none.assert_problem(422, "invalid_value");
    none.assert_names("/attendance_ids");
    let twice = zhang.post("/v1/claims", json!({"attendance_ids": [attendance, attendance]})).await;
    twice.assert_names("/attendance_ids");
    let many: Vec<_> = (0..51).map(|_| Uuid::now_v7()).collect();
    let many = zhang.post("/v1/claims", json!({"attendance_ids": many})).await;
    many.assert_names("/attendance_ids");
    let path = "/v1/claims";
    let body = Some(json!({"attendance_ids": [attendance]}));
    let keyless = zhang.send(reqwest::Method::POST, path, body, &[]).await;
    keyless.assert_problem(400, "idempotency_key_required");
}

#[actix_web::test]
async fn anothers_attendance_is_not_found() {
    let desk = Desk::open().await;
    let attendance = desk.store(desk.attended(5)).await;
    let li = desk.app.volunteer("li-guihua", &desk.county.town.stations[0]).await;

    let body = json!({"attendance_ids": [attendance, Uuid::now_v7()]});
    let answer = li.client.post("/v1/claims", body).await;

    assert_eq!(outcomes(&answer), ["not_found", "not_found"]);
    let page = desk.certifier.get(desk_path(&desk)).await.ok();
    assert_eq!(page["items"], json!([]));
}

fn desk_path(desk: &Desk) -> String {
    format!("/v1/sites/{}/claims", desk.county.town.stations[0].id)
}

#[actix_web::test]
async fn what_was_claimed_is_not_claimed_again_until_it_is_withdrawn() {
    let desk = Desk::open().await;
    let attendance = desk.store(desk.attended(5)).await;
    let first = desk.claim_all(&[attendance]).await;
    let first = super::id_of(&first);

    let again = desk.claim_all(&[attendance]).await;
    assert_eq!(outcome(&again), "already_claimed");
    assert_eq!(again.ok()["results"][0]["claim_id"], first);
    let path = format!("/v1/claims/{first}/withdraw");
    desk.zhang.client.post(path, json!({})).await.assert_ok();
    assert_eq!(outcome(&desk.claim_all(&[attendance]).await), "ok");
}

#[actix_web::test]
async fn the_same_key_claims_once_and_a_dry_run_not_at_all() {
    let desk = Desk::open().await;
    let attendance = desk.store(desk.attended(5)).await;
    let body = || json!({"attendance_ids": [attendance]});
    let zhang = &desk.zhang.client;

    let dry = zhang.post("/v1/claims?dry_run=true", body()).await;
    let first = zhang.post_with_key("/v1/claims", body(), "claim-create-key-0001").await;
    let again = zhang.post_with_key("/v1/claims", body(), "claim-create-key-0001").await;

    assert_eq!(outcome(&dry), "ok");
    assert_eq!(outcome(&first), "ok");
    assert_eq!(again.ok(), first.ok());
    assert_eq!(again.headers["idempotency-replayed"], "true");
}

#[actix_web::test]
async fn one_key_eight_times_at_once_claims_each_attendance_once() {
    const KEY: &str = "claim-create-key-0002";
    let desk = Desk::open().await;
    let mut attendances = vec![];
    for day in 5..15 {
        // Talks: three points each, without a cap.
        let talk = harness::Attended { item_code: "XJ01", ..desk.attended(day) };
        attendances.push(desk.store(talk).await);
    }
    let body = || json!({"attendance_ids": attendances});

    let sent = (0..8).map(|_| send_patiently(&desk.zhang.client, body(), KEY));
    let answers = futures_util::future::join_all(sent).await;

    assert_eq!(outcomes(&answers[0]), ["ok"; 10]);
    assert!(answers.iter().all(|answer| answer.body == answers[0].body), "byte for byte");
    assert_eq!(claim::Entity::find().count(&desk.app.db).await.unwrap(), 10);
    assert_eq!(outcomes(&desk.claim_all(&attendances).await), ["already_claimed"; 10]);
    desk.app.assert_sound().await;
}

/// As a client does that must know: while a twin runs it asks again, with the same key.
async fn send_patiently(client: &Client, body: serde_json::Value, key: &str) -> Answer {
    loop {
        let answer = client.post_with_key("/v1/claims", body.clone(), key).await;
        match answer.code().as_str() {
            "request_in_progress" | "unavailable" => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            _ => return answer,
        }
    }
}

#[actix_web::test]
async fn a_batch_cut_short_by_a_crash_goes_on_where_it_stopped() {
    const KEY: &str = "claim-create-key-0003";
    let desk = Desk::open().await;
    let early = desk.store(desk.attended(5)).await;
    let late = harness::Attended { state: AttendanceState::CheckedOut, ..desk.attended(6) };
    let late = desk.store(late).await;
    let body = || json!({"attendance_ids": [early, late]});
    let zhang = &desk.zhang.client;
    let first = zhang.post_with_key("/v1/claims", body(), KEY).await;
    assert_eq!(outcomes(&first), ["ok", "attendance_not_confirmed"]);

    // As if the process had died after the items and before the whole answer was kept.
    let whole = idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::Key.eq(KEY))
        .filter(idempotency_key::Column::Principal.not_like("%#%"));
    assert_eq!(whole.exec(&desk.app.db).await.unwrap().rows_affected, 1);
    let again = zhang.post_with_key("/v1/claims", body(), KEY).await;

    assert_eq!(again.body, first.body, "her own claim is not in her way");
    assert_eq!(again.headers.get("idempotency-replayed"), None);
    assert_eq!(claim::Entity::find().count(&desk.app.db).await.unwrap(), 1);
    let other = json!({"attendance_ids": [early]});
    let reused = zhang.post_with_key("/v1/claims", other, KEY).await;
    reused.assert_problem(422, "idempotency_key_reused");
    assert_eq!(outcome(&desk.claim_all(&[early]).await), "already_claimed");
}

#[actix_web::test]
async fn only_confirmed_service_in_time_under_rules_earns() {
    let desk = Desk::open().await;
    let unconfirmed = harness::Attended { state: AttendanceState::CheckedOut, ..desk.attended(5) };
    let free = harness::Attended { rules: None, ..desk.attended(6) };
    let short = harness::Attended { hours_tenths: 0, ..desk.attended(7) };
    let long_ago = desk.attended(8);
    let long_ago = harness::Attended { at: long_ago.at - chrono::TimeDelta::days(120), ..long_ago };
    let mut ids = vec![];
    for attended in [unconfirmed, free, short, long_ago] {
        ids.push(desk.store(attended).await);
    }

    let answer = desk.claim_all(&ids).await;

    let codes =
        ["attendance_not_confirmed", "earns_no_points", "no_points_left", "claim_window_closed"];
    assert_eq!(outcomes(&answer), codes);
}

#[actix_web::test]
async fn caps_of_day_and_month_hold_over_several_claims() {
    let desk = Desk::open().await;
    let long = |day| harness::Attended { hours_tenths: 50, ..desk.attended(day) };
    let mut ids = vec![];
    // Each would be 10 points, cut to 8 by the activity; 10 a day, 30 a month.
    for day in [5, 5, 5, 6, 7, 8, 9] {
        ids.push(desk.store(long(day)).await);
    }

    let answer = desk.claim_all(&ids).await;

    let words = ["ok", "ok", "no_points_left", "ok", "ok", "ok", "no_points_left"];
    assert_eq!(outcomes(&answer), words);
    let mine = desk.zhang.client.get("/v1/me/claims").await.ok();
    let points: Vec<_> = mine["items"].as_array().unwrap().iter().map(|c| &c["points"]).collect();
    assert_eq!(points, [4, 8, 8, 2, 8]);
}

#[actix_web::test]
async fn a_version_that_writes_the_code_in_another_case_begins_no_cap_anew() {
    let desk = Desk::open().await;
    let institute = &desk.county.town.institute;
    let writer = desk.app.staff("writer", Role::TownAdmin, institute).await;
    let reader = desk.app.staff("reader", Role::TownAdmin, institute).await;
    let path = format!("/v1/sites/{}/rule-versions", institute.id);
    let item = json!({
        "code": "hj01", "category": "志愿服务", "name": "环境卫生", "unit": "per_hour",
        "points": 2, "max_per_activity": 8, "max_per_day": 10, "counts_as_service": true,
    });
    let second = writer.post(&path, json!({"note": "第二版", "items": [item]})).await.ok();
    let second_id = second["id"].as_str().unwrap();
    let today = api::platform::clock::local_day(desk.app.clock.now());
    let body = json!({"effective_from": today, "items_digest": second["items_digest"]});
    reader.post(format!("{path}/{second_id}/publish"), body).await.assert_ok();
    let first = harness::Attended { hours_tenths: 50, ..desk.attended(5) };
    let later = harness::Attended {
        rules: Some(second_id.parse().unwrap()),
        item_code: "hj01",
        ..first.clone()
    };
    let ids = [desk.store(first).await, desk.store(later).await];

    let answer = desk.claim_all(&ids).await;

    assert_eq!(outcomes(&answer), ["ok", "ok"]);
    let id = answer.ok()["results"][1]["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.read(&id).await["points"], 2, "ten points a day, eight of them given");
}

#[actix_web::test]
async fn two_claims_at_the_same_moment_do_not_both_take_the_last_of_a_cap() {
    let desk = Desk::open().await;
    let mut ids = vec![];
    for _ in 0..8 {
        let long = harness::Attended { hours_tenths: 40, ..desk.attended(5) };
        ids.push(desk.store(long).await);
    }

    let claims = ids.iter().map(|id| desk.claim_all(std::slice::from_ref(id)));
    let answers = futures_util::future::join_all(claims).await;

    let mut words: Vec<_> = answers.iter().map(outcome).collect();
    words.sort_unstable();
    assert_eq!(&words[..6], ["no_points_left"; 6]);
    assert_eq!(&words[6..], ["ok"; 2]);
    let mine = desk.zhang.client.get("/v1/me/claims").await.ok();
    let points = mine["items"].as_array().unwrap().iter().map(|c| c["points"].as_i64().unwrap());
    assert_eq!(points.sum::<i64>(), 10, "ten points a day");
}

#[actix_web::test]
async fn the_same_attendance_claimed_ten_times_at_once_is_one_claim() {
    let desk = Desk::open().await;
    let attendance = desk.store(desk.attended(5)).await;

    let ids = [attendance];
    let claims = (0..10).map(|_| desk.claim_all(&ids));
    let answers = futures_util::future::join_all(claims).await;

    let made = answers.iter().filter(|answer| outcome(answer) == "ok").count();
    assert_eq!(made, 1);
}

#[actix_web::test]
async fn staff_without_a_volunteer_profile_claim_nothing() {
    let desk = Desk::open().await;
    let attendance = desk.store(desk.attended(5)).await;

    let body = json!({"attendance_ids": [attendance]});
    let answer = desk.certifier.post("/v1/claims", body).await;

    answer.assert_problem(403, "permission_denied");
}
