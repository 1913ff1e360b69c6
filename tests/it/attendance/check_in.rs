//! `check_in`.

use chrono::{Datelike, NaiveDate, TimeDelta};
use entity::attendance::AttendanceState;
use entity::role_assignment::Role;
use entity::volunteer::{self, VolunteerState};
use entity::{audit_event, card, journal_event};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Scene, assert_refused, scan_in, scan_out};

#[actix_web::test]
async fn a_scan_is_recorded_once_and_repeating_it_is_no_error() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let code = scene.code("in").await;
    let body = json!({"code": code, "activity_id": scene.id});

    let first =
        zhang.client.post_with_key("/v1/check-ins", body.clone(), "check-in-00000001").await;
    let again = zhang.client.post_with_key("/v1/check-ins", body, "check-in-00000001").await;
    let other = scan_in(&zhang.client, &code).await.ok();

    assert_eq!(first.ok()["state"], "checked_in");
    assert_eq!(first.ok()["repeated"], false);
    assert_eq!(first.ok()["nonce_unverified"], false);
    assert_eq!(first.ok(), again.ok());
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(other["repeated"], true);
    assert_eq!(other["attendance_id"], first.ok()["attendance_id"]);
    let rows = scene.attendances().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].entered_by, zhang.account);
    let told = journal_event::Entity::find()
        .filter(journal_event::Column::Kind.eq("attendance.checked_in"))
        .all(&scene.app.db)
        .await
        .unwrap();
    assert_eq!(told.len(), 1);
    let audited = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("check_in"))
        .filter(audit_event::Column::ObjectId.eq(rows[0].id.to_string()))
        .all(&scene.app.db)
        .await
        .unwrap();
    assert_eq!(audited.len(), 2, "one a request that was carried out");
    scene.app.assert_sound().await;
}

#[actix_web::test]
async fn the_answer_that_was_lost_is_given_again_after_the_code_expired() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let body = json!({"code": scene.code("in").await});
    let key = "check-in-00000002";
    let first = zhang.client.post_with_key("/v1/check-ins", body.clone(), key).await.ok();

    scene.app.advance(TimeDelta::seconds(31));

    let again = zhang.client.post_with_key("/v1/check-ins", body, key).await;
    assert_eq!(again.ok(), first);
    assert!(scene.refusals().await.is_empty());
}

#[actix_web::test]
async fn only_the_screens_code_of_this_moment_opens() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let code = scene.code("in").await;
    let other = scene.activity(json!({})).await;
    let flipped: String = {
        let last = if code.ends_with('A') { "Q" } else { "A" };
        format!("{}{last}", &code[..code.len() - 1])
    };
    let body = json!({"code": code, "activity_id": other});

    assert_refused(&scan_in(&zhang.client, &flipped).await, 422, "unknown_code");
    assert_refused(&scan_in(&zhang.client, "https://example.cn/x").await, 422, "unknown_code");
    assert_refused(&zhang.client.post("/v1/check-ins", body).await, 409, "wrong_activity");
    assert_refused(&scan_out(&zhang.client, &code).await, 409, "wrong_direction");
    scene.app.advance(TimeDelta::seconds(31));
    assert_refused(&scan_in(&zhang.client, &code).await, 409, "code_expired");
    assert_refused(&scan_in(&zhang.client, &code).await, 409, "code_expired");

    assert!(scene.attendances().await.is_empty());
    let kept =
        ["code_expired", "unknown_code", "unknown_code", "wrong_activity", "wrong_direction"];
    assert_eq!(scene.refusals().await, kept, "each code and reason is kept once");
}

#[actix_web::test]
async fn nothing_but_the_code_is_taken_from_the_phone() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let li = scene.person("li").await;
    let code = scene.code("in").await;
    let post = |body| zhang.client.post("/v1/check-ins", body);

    for extra in ["checked_in_at", "hours_tenths", "volunteer_id", "card_number"] {
        let refused = post(json!({"code": code, extra: li.volunteer.to_string()})).await;
        refused.assert_problem(422, "unknown_field");
        refused.assert_names(&format!("/{extra}"));
    }
    post(json!({})).await.assert_names("/code");
    post(json!({"code": "x".repeat(513)})).await.assert_names("/code");
    let headers = [("content-type", "application/json")];
    let raw = json!({"code": code}).to_string().into_bytes();
    let keyless =
        zhang.client.send_raw(reqwest::Method::POST, "/v1/check-ins", Some(raw), &headers).await;
    keyless.assert_problem(400, "idempotency_key_required");
    scan_in(&scene.manager, &code).await.assert_problem(403, "permission_denied");
    assert!(scene.attendances().await.is_empty());
}

#[actix_web::test]
async fn links_and_mini_program_paths_carry_the_code_too() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let li = scene.person("li").await;
    let code = scene.code("in").await;

    scan_in(&zhang.client, &format!("pages/check-in?scene={code}")).await.assert_ok();
    scan_in(&li.client, &format!("https://bank.example.cn/c/{code}")).await.assert_ok();
}

#[actix_web::test]
async fn who_is_not_on_the_list_stays_out_where_a_list_is_wanted() {
    let scene = Scene::new(json!({"capacity": 1})).await;
    let _listed = scene.person("zhang").await;
    let waiting = scene.app.volunteer("li", &scene.station).await;
    let path = format!("/v1/activities/{}/sign-ups", scene.id);
    waiting.client.post(path, json!({})).await.assert_ok();
    let stranger = scene.app.volunteer("wang", &scene.station).await;

    assert_refused(&scene.check_in(&waiting.client).await, 409, "waitlisted");
    assert_refused(&scene.check_in(&stranger.client).await, 409, "not_signed_up");
}

#[actix_web::test]
async fn the_door_has_its_hours() {
    let mut scene = Scene::new(json!({})).await;
    let later = json!({
        "starts_at": scene.app.in_minutes(60), "ends_at": scene.app.in_minutes(90),
    });
    scene.id = scene.activity(later).await;
    scene.person("zhang").await;

    let early = scene.check_in(&scene.app.sign_in("zhang").await).await;
    assert_refused(&early, 409, "too_early");
    scene.after(31).await;
    let li = scene.app.volunteer("li", &scene.station).await;
    assert_refused(&scene.check_in(&li.client).await, 409, "not_signed_up");
    scene.after(59).await;
    let late = scene.check_in(&scene.app.sign_in("zhang").await).await;
    assert_refused(&late, 409, "too_late");
}

#[actix_web::test]
async fn a_cancelled_activity_lets_nobody_in() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let code = scene.code("in").await;
    let path = format!("/v1/activities/{}/cancel", scene.id);
    scene.manager.post(path, json!({"reason": "暴雨预警"})).await.assert_ok();

    assert_refused(&scan_in(&zhang.client, &code).await, 409, "activity_cancelled");
}

#[actix_web::test]
async fn only_active_volunteers_with_an_active_card_come_in() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let li = scene.person("li").await;
    card::Entity::update_many()
        .col_expr(card::Column::State, Expr::value(card::CardState::Lost))
        .filter(card::Column::VolunteerId.eq(zhang.volunteer))
        .exec(&scene.app.db)
        .await
        .unwrap();
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::State, Expr::value(VolunteerState::Suspended))
        .filter(volunteer::Column::Id.eq(li.volunteer))
        .exec(&scene.app.db)
        .await
        .unwrap();

    assert_refused(&scene.check_in(&zhang.client).await, 409, "card_not_active");
    assert_refused(&scene.check_in(&li.client).await, 409, "volunteer_not_active");
}

/// The station cannot give back what a case took.
#[actix_web::test]
async fn who_lost_the_year_is_told_so_and_not_sent_to_the_station() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::State, Expr::value(VolunteerState::Disqualified))
        .filter(volunteer::Column::Id.eq(zhang.volunteer))
        .exec(&scene.app.db)
        .await
        .unwrap();

    let refused = scene.check_in(&zhang.client).await;

    assert_refused(&refused, 409, "volunteer_not_active");
    assert_eq!(refused.json()["detail"], "已取消积分资格，至当年12月31日止");
    assert_eq!(refused.json()["next_step"], "期满后恢复");
    assert_eq!(scene.refusals().await, ["volunteer_not_active"]);
}

#[actix_web::test]
async fn children_and_the_unskilled_stay_out() {
    let scene = Scene::new(json!({"needs_sign_up": false, "min_age": 16})).await;
    let child = scene.app.volunteer("xiaoming", &scene.station).await;
    let year = scene.app.today().year() - 15;
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::BirthDate, Expr::value(NaiveDate::from_ymd_opt(year, 1, 1)))
        .filter(volunteer::Column::Id.eq(child.volunteer))
        .exec(&scene.app.db)
        .await
        .unwrap();
    let skilled = json!({"needs_sign_up": false, "required_skill": "理发"});
    let skilled = scene.activity(skilled).await;
    let zhang = scene.app.volunteer("zhang", &scene.station).await;

    assert_refused(&scene.check_in(&child.client).await, 409, "minor_barred");
    let code = scene.code_of(&skilled, "in").await;
    assert_refused(&scan_in(&zhang.client, &code).await, 409, "needs_skill");
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::Skills, Expr::value(json!(["理发"])))
        .filter(volunteer::Column::Id.eq(zhang.volunteer))
        .exec(&scene.app.db)
        .await
        .unwrap();
    scan_in(&zhang.client, &code).await.assert_ok();
}

#[actix_web::test]
async fn nobody_is_at_two_activities_at_once() {
    let scene = Scene::new(json!({"needs_sign_up": false})).await;
    let other = scene.activity(json!({"needs_sign_up": false})).await;
    let zhang = scene.app.volunteer("zhang", &scene.station).await;
    scene.check_in(&zhang.client).await.assert_ok();
    let there = scene.code_of(&other, "in").await;

    assert_refused(&scan_in(&zhang.client, &there).await, 409, "overlap");
    scene.check_out(&zhang.client).await.assert_ok();
    scan_in(&zhang.client, &there).await.assert_ok();
    assert_refused(&scene.check_in(&zhang.client).await, 409, "already_in");
}

#[actix_web::test]
async fn walk_ins_take_the_places_that_are_left() {
    let scene = Scene::new(json!({"needs_sign_up": false, "capacity": 1})).await;
    let zhang = scene.app.volunteer("zhang", &scene.station).await;
    let li = scene.app.volunteer("li", &scene.station).await;

    scene.check_in(&zhang.client).await.assert_ok();
    assert_refused(&scene.check_in(&li.client).await, 409, "capacity_full");

    let rows = scene.attendances().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].state, AttendanceState::CheckedIn);
    scene.app.assert_sound().await;
}

#[actix_web::test]
async fn without_redis_the_signature_decides_and_the_attendance_is_marked() {
    let dead = |config: &mut api::config::Config| config.redis.url = "redis://127.0.0.1:1/".into();
    let scene = Scene::with(json!({}), dead).await;
    let zhang = scene.person("zhang").await;
    let code = scene.code("in").await;

    let seen = scan_in(&zhang.client, &code).await.ok();

    assert_eq!(seen["state"], "checked_in");
    assert_eq!(seen["nonce_unverified"], true);
    assert!(scene.attendances().await[0].nonce_unverified);
    scene.app.advance(TimeDelta::seconds(31));
    let li = scene.person("li").await;
    assert_refused(&scan_in(&li.client, &code).await, 409, "code_expired");
}

#[actix_web::test]
async fn who_guesses_is_slowed_down_and_may_still_come_in() {
    let scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    for number in 0..10 {
        let guess = scan_in(&zhang.client, &format!("guess-{number}")).await;
        assert_refused(&guess, 422, "unknown_code");
    }

    let slowed = scan_in(&zhang.client, "guess-11").await;

    slowed.assert_problem(429, "rate_limited");
    assert_eq!(scene.refusals().await.len(), 10);
    scene.check_in(&zhang.client).await.assert_ok();
}

#[actix_web::test]
async fn staff_of_another_town_have_no_code() {
    let scene = Scene::new(json!({})).await;
    let foreign =
        scene.app.staff("foreign", Role::StationManager, &scene.county.other.stations[0]).await;
    let path = format!("/v1/activities/{}/check-in-codes", scene.id);
    foreign.post(path, json!({"direction": "in"})).await.assert_problem(404, "not_found");
}
