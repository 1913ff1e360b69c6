//! `roll_call`.

use entity::attendance::{AttendanceSource, AttendanceState};
use entity::role_assignment::Role;
use entity::volunteer::{self, VolunteerState};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Scene, assert_refused};

#[actix_web::test]
async fn a_card_is_shown_in_place_of_a_phone() {
    let scene = Scene::new(json!({"needs_sign_up": false})).await;
    let (elder, card) = scene.app.card_only("陈奶奶", &scene.station).await;
    let path = format!("/v1/activities/{}/attendances", scene.id);
    let call = |direction: &str| {
        scene.manager.post(&path, json!({"card_number": card, "direction": direction}))
    };

    assert_refused(&call("out").await, 409, "not_in");
    assert_eq!(call("in").await.ok()["state"], "checked_in");
    assert_eq!(call("in").await.ok()["repeated"], true);
    assert_eq!(call("out").await.ok()["state"], "checked_out");

    let rows = scene.attendances().await;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].volunteer_id, rows[0].source), (elder, AttendanceSource::RollCall));
    assert_eq!(rows[0].state, AttendanceState::CheckedOut);
    assert_eq!(rows[0].entered_by, scene.app.account("manager").await);
    assert!(scene.refusals().await.is_empty(), "only scans are kept");
}

#[actix_web::test]
async fn who_records_a_leaving_is_kept_and_kin_are_left_to_others() {
    let scene = Scene::new(json!({"needs_sign_up": false})).await;
    let (mother, card) = scene.app.card_only("陈奶奶", &scene.station).await;
    let zhang = scene.app.volunteer("zhang", &scene.station).await;
    scene.check_in(&zhang.client).await.assert_ok();
    scene.app.volunteer("clerk", &scene.station).await;
    let clerk = scene.app.staff("clerk", Role::Clerk, &scene.station).await;
    let kin = json!({"volunteer_id": mother, "relation": "母女"});
    clerk.post("/v1/me/relatives", kin).await.assert_ok();
    let path = format!("/v1/activities/{}/attendances", scene.id);
    let call = |card: &str, direction: &str| {
        clerk.post(&path, json!({"card_number": card, "direction": direction}))
    };

    call(&card, "in").await.assert_problem(403, "must_recuse");
    call(&zhang.card_number, "out").await.assert_ok();

    let rows = scene.attendances().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].source, AttendanceSource::Qr);
    assert_eq!(rows[0].entered_by, zhang.account);
    assert_eq!(rows[0].checked_out_by, Some(scene.app.account("clerk").await));
    // Kin also see no button that would be refused.
    let body = json!({"card_number": card, "direction": "in"});
    scene.manager.post(&path, body).await.assert_ok();
    let listed = clerk.get(&path).await.ok();
    let own = listed["items"].as_array().unwrap();
    let hers = own.iter().find(|row| row["volunteer_id"] == json!(mother)).unwrap();
    assert_eq!(hers["allowed_actions"], json!([]));
}

#[actix_web::test]
async fn the_same_rules_hold_and_nobody_calls_herself() {
    let scene = Scene::new(json!({})).await;
    let (_, card) = scene.app.card_only("陈奶奶", &scene.station).await;
    let own = scene.app.volunteer("clerk", &scene.station).await;
    let clerk = scene.app.staff("clerk", Role::Clerk, &scene.station).await;
    let path = format!("/v1/activities/{}/attendances", scene.id);
    let call = |card: &str| clerk.post(&path, json!({"card_number": card, "direction": "in"}));

    assert_refused(&call(&card).await, 409, "not_signed_up");
    call(&own.card_number).await.assert_problem(403, "must_recuse");
    call("JF-0000-0000-000").await.assert_problem(404, "card_unknown");
    call("").await.assert_names("/card_number");
    let foreign = scene.app.staff("foreign", Role::Clerk, &scene.county.other.stations[0]).await;
    let body = json!({"card_number": card, "direction": "in"});
    foreign.post(&path, body.clone()).await.assert_problem(404, "not_found");
    let neighbour = scene.app.staff("wang", Role::Clerk, &scene.county.town.stations[1]).await;
    neighbour.post(&path, body).await.assert_problem(403, "permission_denied");
    assert!(scene.attendances().await.is_empty());
}

/// Why she is kept out is hers and the staff's to know, not every villager's who runs an activity.
#[actix_web::test]
async fn an_organiser_is_not_told_somebodys_standing() {
    let scene = Scene::new(json!({"needs_sign_up": false})).await;
    let (elder, card) = scene.app.card_only("陈奶奶", &scene.station).await;
    let organiser = scene.organiser().await;
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::State, Expr::value(VolunteerState::Disqualified))
        .filter(volunteer::Column::Id.eq(elder))
        .exec(&scene.app.db)
        .await
        .unwrap();
    let path = format!("/v1/activities/{}/attendances", scene.id);
    let body = json!({"card_number": card, "direction": "in"});

    let staff = scene.manager.post(&path, body.clone()).await;
    let villager = organiser.client.post(&path, body).await;

    assert_refused(&staff, 409, "volunteer_not_active");
    assert_eq!(staff.json()["detail"], "已取消积分资格，至当年12月31日止");
    assert_refused(&villager, 409, "volunteer_not_active");
    assert_eq!(villager.json()["next_step"], "请本人联系常住地所站");
    assert!(!villager.describe().contains("12月31日"), "{}", villager.describe());
}
