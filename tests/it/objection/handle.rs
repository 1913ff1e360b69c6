//! `objection_accept`, `objection_refuse`, `objection_investigate`, `objection_decide`,
//! `objection_close`.

use entity::attendance::{self, AttendanceSource};
use entity::role_assignment::Role;
use harness::Attended;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use super::Office;

fn decision(outcome: &str) -> Value {
    json!({"outcome": outcome, "reason": "经核实"})
}

#[actix_web::test]
async fn the_filer_is_told_each_step_and_no_name() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let id = office.decided(&claim, "rejected").await;
    let closed = office.step("head", &id, "close", json!({"reason": "已告知"})).await.ok();

    assert_eq!(closed["state"], "closed");
    let mine = office.newest_of("li-jianguo").await;
    let steps = mine["steps"].as_array().expect("steps");
    let actions: Vec<_> = steps.iter().map(|step| step["action"].clone()).collect();
    assert_eq!(actions, ["file", "accept", "investigate", "decide", "close"]);
    assert_eq!(steps[3]["words"], "异议不成立。说明：经核实情况属实");
    assert!(steps.iter().all(|step| step.get("by").is_none()), "{mine}");
    assert_eq!((&mine["outcome"], &mine["state_words"]), (&json!("rejected"), &json!("已办结")));
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn who_decided_first_handles_nothing_nor_does_who_is_concerned() {
    let office = Office::open().await;
    let station = &office.county.town.stations[0];
    // The certifier, the holder and the filer all run the station, too.
    for name in ["certifier", "zhang-xiulan", "li-jianguo"] {
        office.app.staff(name, Role::StationManager, station).await;
    }
    let claim = office.certified(5).await;
    let id = office.filed(&claim).await;

    for who in ["certifier", "zhang-xiulan", "li-jianguo"] {
        for (step, body) in [("accept", json!({})), ("refuse", json!({"reason": "无依据"}))] {
            let refused = office.step(who, &id, step, body).await;
            refused.assert_problem(403, "must_recuse");
        }
        let seen = office.phone(who).await.get(format!("/v1/objections/{id}")).await.ok();
        assert_eq!(seen["allowed_actions"], json!([]), "{who}");
    }
    assert_eq!(office.read(&id).await["allowed_actions"], json!(["accept", "refuse"]));
}

#[actix_web::test]
async fn who_entered_the_record_does_not_judge_it() {
    let office = Office::open().await;
    let station = &office.county.town.stations[0];
    let (old, _) = office.app.card_only("王桂英", station).await;
    let like = office.app.attended(&office.zhang, station, office.rules, 5);
    let scanned = Attended { volunteer: old, ..like };
    let attendance = office.app.store_attended(&scanned).await;
    let body = json!({
        "volunteer_id": old, "attendance_ids": [attendance], "reason": "本人没有手机",
    });
    let path = format!("/v1/sites/{}/attendance-claims", station.id);
    let filed = office.phone("head").await.post(path, body).await.ok();
    let claim = filed["results"][0]["id"].as_str().expect("a claim").to_owned();
    // Called from a list by the head; what Zhang claims for it, she filed herself.
    let called = office.claim(6).await;
    let head = office.app.account("head").await;
    attendance::Entity::update_many()
        .col_expr(attendance::Column::Source, Expr::value(AttendanceSource::RollCall))
        .col_expr(attendance::Column::EnteredBy, Expr::value(head))
        .filter(attendance::Column::VolunteerId.eq(office.zhang.volunteer))
        .exec(&office.app.db)
        .await
        .expect("the attendance");
    let seen = office.phone("zhang-xiulan").await.get(format!("/v1/claims/{called}")).await.ok();
    let mut attended = Office::about("");
    attended["subject"] = json!({"kind": "attendance", "id": seen["attendance_id"]});

    for body in [Office::about(&claim), Office::about(&called), attended] {
        let id = office.file(body).await.id();
        let own = office.step("head", &id, "accept", json!({})).await;
        own.assert_problem(403, "must_recuse");
        office.step("town-a", &id, "accept", json!({})).await.assert_ok();
        let own = office.step("head", &id, "investigate", json!({})).await;
        own.assert_problem(403, "must_recuse");
    }
}

#[actix_web::test]
async fn kin_of_the_holder_keep_away() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let id = office.filed(&claim).await;
    let head = office.app.account("head").await;
    let kin = entity::relative::Model {
        id: office.app.new_id().into(),
        account_id: head,
        volunteer_id: office.zhang.volunteer,
        relation: "姐妹".into(),
        declared_by: head,
        declared_at: office.app.clock.now(),
        withdrawn_at: None,
    };
    let kin = kin.into_active_model().reset_all();
    entity::relative::Entity::insert(kin)
        .exec_without_returning(&office.app.db)
        .await
        .expect("kin");

    let refused = office.step("head", &id, "accept", json!({})).await;

    refused.assert_problem(403, "must_recuse");
}

#[actix_web::test]
async fn each_step_has_its_state_its_role_and_its_town() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let id = office.filed(&claim).await;
    let steps = [
        ("accept", json!({})),
        ("refuse", json!({"reason": "无依据"})),
        ("investigate", json!({})),
        ("decide", decision("upheld")),
        ("execute", json!({})),
        ("close", json!({})),
    ];
    for (step, body) in &steps {
        let other = office.step("stranger", &id, step, body.clone()).await;
        other.assert_problem(404, "not_found");
        for who in ["watch", "certifier", "zhang-xiulan"] {
            let denied = office.step(who, &id, step, body.clone()).await;
            denied.assert_problem(403, "permission_denied");
        }
    }
    let station = office.step("head", &id, "decide", decision("upheld")).await;
    station.assert_problem(403, "permission_denied");
    for (step, body) in &steps[2..] {
        let early = office.step("town-a", &id, step, body.clone()).await;
        early.assert_problem(409, "wrong_state");
    }
    assert_eq!(office.read(&id).await["state"], "filed");
}

#[actix_web::test]
async fn what_is_not_accepted_has_its_reason_and_is_closed() {
    let office = Office::open().await;
    let id = office.filed(&office.certified(5).await).await;

    office.step("head", &id, "refuse", json!({})).await.assert_problem(422, "missing_field");
    let refused = office.step("head", &id, "refuse", json!({"reason": "无具体事实"})).await.ok();

    assert_eq!(refused["state"], "not_accepted");
    let mine = office.newest_of("li-jianguo").await;
    assert_eq!(mine["steps"][1]["words"], "不予受理。说明：无具体事实");
    assert_eq!(mine["allowed_actions"], json!(["appeal"]));
    let closed = office.step("head", &id, "close", json!({})).await.ok();
    assert_eq!(closed["state"], "closed");
}
