//! Being there: codes, replays, somebody else's identity, entries by hand, offline lists.

use chrono::TimeDelta;
use entity::attendance::AttendanceState;
use entity::role_assignment::Role;
use serde_json::json;

use crate::attendance::{Scene, scan_in, scan_out};
use crate::claim::Desk;
use crate::law::operations;

#[actix_web::test]
async fn fraud_01_identity_hours_and_points_from_the_client_count_for_nothing() {
    let scene = Scene::new(json!({})).await;
    let (zhang, li) = (scene.person("zhang").await, scene.person("li").await);
    let code = scene.code("in").await;
    for (member, value) in [
        ("volunteer_id", json!(li.volunteer)),
        ("card_number", json!(li.card_number)),
        ("hours_tenths", json!(240)),
        ("points", json!(1000)),
        ("checked_in_at", json!(scene.app.in_minutes(-60))),
    ] {
        let body = json!({"code": code, member: value});
        let refused = zhang.client.post("/v1/check-ins", body).await;
        refused.assert_problem(422, "unknown_field");
    }
    assert!(scene.attendances().await.is_empty(), "nothing was taken from it");
    scan_in(&zhang.client, &code).await.assert_ok();
    assert_eq!(scene.attendances().await[0].volunteer_id, zhang.volunteer, "who is signed in");

    let desk = Desk::open().await;
    let attendance = desk.store(desk.attended(5)).await;
    for member in ["points", "hours_tenths", "volunteer_id"] {
        let body = json!({"attendance_ids": [attendance], member: 1000});
        let refused = desk.zhang.client.post("/v1/claims", body).await;
        refused.assert_problem(422, "unknown_field");
    }
    let claim = desk.claim_all(&[attendance]).await.ok()["results"][0]["id"].clone();
    assert_eq!(desk.read(claim.as_str().expect("a claim")).await["points"], 4, "by the rules");
}

#[actix_web::test]
async fn fraud_02_a_code_is_for_thirty_seconds_one_activity_one_direction_and_never_enough() {
    let mut scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let other = scene.activity(json!({})).await;
    let code = scene.code("in").await;

    let elsewhere = json!({"code": code, "activity_id": other});
    let wrong = zhang.client.post("/v1/check-ins", elsewhere).await;
    wrong.assert_problem(409, "wrong_activity");
    scan_out(&zhang.client, &code).await.assert_problem(409, "wrong_direction");
    scene.app.advance(TimeDelta::seconds(31));
    scan_in(&zhang.client, &code).await.assert_problem(409, "code_expired");
    assert!(scene.attendances().await.is_empty());

    let fresh = scene.code("in").await;
    let first = scan_in(&zhang.client, &fresh).await.ok();
    let replay = scan_in(&zhang.client, &fresh).await.ok();
    assert_eq!(
        (&replay["repeated"], &replay["attendance_id"]),
        (&json!(true), &first["attendance_id"])
    );
    assert_eq!(scene.attendances().await.len(), 1, "a replay is no second attendance");

    // Presence alone earns nothing: somebody must confirm it.
    scene.after(141).await;
    let zhang = scene.app.sign_in("zhang").await;
    let body = json!({"attendance_ids": [first["attendance_id"]]});
    let early = zhang.post("/v1/claims", body.clone()).await.ok();
    assert_eq!(early["results"][0]["code"], "attendance_not_confirmed");
    let confirmed = scene.confirm(json!([{"attendance_id": first["attendance_id"]}])).await;
    assert_eq!(confirmed["status"], "ok");
    let zhang = scene.app.sign_in("zhang").await;
    assert_eq!(zhang.post("/v1/claims", body).await.ok()["results"][0]["status"], "ok");
}

/// Whoever holds a code holds nothing: it works for who is signed in and on the list only.
#[actix_web::test]
async fn fraud_03_no_code_opens_anything_for_its_bearer() {
    let scene = Scene::new(json!({"capacity": 1})).await;
    scene.person("zhang").await;
    let stranger = scene.app.volunteer("stranger", &scene.station).await;
    let code = scene.code("in").await;

    let nobody = scene.app.anonymous();
    scan_in(&nobody, &code).await.assert_problem(401, "unauthenticated");
    scan_in(&scene.manager, &code).await.assert_problem(403, "permission_denied");
    let uninvited = scan_in(&stranger.client, &code).await;
    assert_eq!(uninvited.status, 409, "{}", uninvited.describe());
    assert!(scene.attendances().await.is_empty());
    for (method, path, id, permission) in operations() {
        let open = permission == "public" && method != "GET";
        let entrance =
            ["auth_wechat_login", "auth_refresh", "tree_cosign", "objection_file_anonymously"];
        assert!(!open || entrance.contains(&id.as_str()), "{method} {path} takes a bearer's word");
    }
}

#[actix_web::test]
async fn fraud_05_an_attendance_entered_late_needs_a_second_person() {
    let mut scene = Scene::new(json!({})).await;
    scene.app.staff("clerk", Role::Clerk, &scene.station).await;
    let (from, to) = (scene.app.in_minutes(1), scene.app.in_minutes(121));
    let body = json!({
        "kind": "service", "rule_item_code": "HJ01", "starts_at": from, "ends_at": to,
    });
    let id = scene.app.submitted_activity(&scene.manager, &scene.station, body).await;
    scene.after(6).await;
    let publish = format!("/v1/activities/{id}/publish");
    scene.manager.post(publish, json!({})).await.assert_ok();
    scene.id = id;
    scene.after(120).await;
    let clerk = scene.app.sign_in("clerk").await;
    let zhang = scene.app.volunteer("zhang", &scene.station).await;
    let item = json!({
        "volunteer_id": zhang.volunteer, "starts_at": from, "ends_at": to,
        "reason": "发布晚了五分钟", "evidence": "签名册第12页",
    });
    let path = format!("/v1/activities/{}/late-entries", scene.id);
    let entered = clerk.post(path, json!({"items": [item]})).await.ok();
    let approve = format!(
        "/v1/late-entries/{}/approve",
        entered["results"][0]["id"].as_str().unwrap_or_else(|| panic!("{entered}"))
    );

    assert!(scene.attendances().await.is_empty(), "one person's word makes no attendance");
    clerk.post(&approve, json!({})).await.assert_problem(403, "must_recuse");
    assert!(scene.attendances().await.is_empty());
    scene.manager.post(&approve, json!({})).await.assert_ok();
    let rows = scene.attendances().await;
    assert_eq!((rows.len(), rows[0].state), (1, AttendanceState::CheckedOut));
}

#[actix_web::test]
async fn fraud_07_caps_hold_and_one_persons_hours_never_overlap() {
    let desk = Desk::open().await;
    let long = |day| harness::Attended { hours_tenths: 50, ..desk.attended(day) };
    let mut ids = Vec::new();
    for day in [5, 5, 5] {
        ids.push(desk.store(long(day)).await);
    }
    // Each would be ten points: eight an activity, ten a day.
    let claimed = desk.claim_all(&ids).await.ok();
    let results = claimed["results"].as_array().expect("results");
    let ok = results.iter().filter(|result| result["status"] == "ok").count();
    assert_eq!((ok, &results[2]["code"]), (2, &json!("no_points_left")), "{claimed}");
    let mine = desk.zhang.client.get("/v1/me/claims").await.ok();
    let points = mine["items"].as_array().expect("claims").iter();
    assert_eq!(points.filter_map(|claim| claim["points"].as_i64()).sum::<i64>(), 10);

    // Two places at once.
    let mut scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let first = scene.check_in(&zhang.client).await.ok()["attendance_id"].clone();
    let twin = scene.activity(json!({"needs_sign_up": false})).await;
    let code = scene.code_of(&twin, "in").await;
    let second = scan_in(&zhang.client, &code).await;
    scene.after(141).await;
    let one = scene.confirm(json!([{"attendance_id": first}])).await;
    assert_eq!(one["status"], "ok", "{one}");
    if second.status == 200 {
        scene.id = twin;
        let both = json!([{"attendance_id": second.ok()["attendance_id"]}]);
        assert_eq!(scene.confirm(both).await["code"], "overlap");
    } else {
        second.assert_problem(409, "overlap");
    }
}

/// What exists today: no operation takes lists made without network, and what a phone sends
/// again, because the answer was lost, is applied once.
#[actix_web::test]
async fn fraud_08_an_operation_sent_again_is_applied_once() {
    for (method, path, id, _) in operations() {
        let offline = path.contains("offline") || id.contains("offline");
        assert!(!offline, "{method} {path}: prove its window and its device's clock here");
    }
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let body = json!({"code": scene.code("in").await});
    let key = "made-without-network-0001";

    let first = zhang.client.post_with_key("/v1/check-ins", body.clone(), key).await.ok();
    scene.app.advance(TimeDelta::minutes(10));
    let again = zhang.client.post_with_key("/v1/check-ins", body, key).await.ok();

    assert_eq!(again, first);
    assert_eq!(scene.attendances().await.len(), 1);
    let other = json!({"code": scene.code("in").await});
    let reused = zhang.client.post_with_key("/v1/check-ins", other, key).await;
    reused.assert_problem(422, "idempotency_key_reused");
}
