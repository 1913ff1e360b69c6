//! What was taken out of the database, or turned back in it, with its triggers put back after.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::guards::write_unguarded;
use crate::attendance::Scene;
use crate::disqualification::Court;
use crate::objection::Office;
use crate::tree::found;

#[actix_web::test]
async fn who_is_free_while_her_case_is_in_force_is_named() {
    let court = Court::open().await;
    court.executed().await;
    court.app.assert_sound().await;
    let volunteer = court.zhang.volunteer.to_string();

    let sql = "UPDATE volunteer SET state = 'active' WHERE state = 'disqualified'";
    court.app.db.execute_unprepared(sql).await.unwrap();

    assert!(found(&court.app, "case_in_force_disqualifies", &volunteer).await);
}

#[actix_web::test]
async fn a_year_cut_short_is_named() {
    let court = Court::open().await;
    let case = court.executed().await;
    court.app.assert_sound().await;

    let sql = "UPDATE disqualification SET suspended_through = '2020-01-31'";
    court.app.db.execute_unprepared(sql).await.unwrap();
    assert!(found(&court.app, "suspended_through_its_year", &case).await);

    let sql = "UPDATE disqualification SET readmitted_at = executed_at";
    court.app.db.execute_unprepared(sql).await.unwrap();
    assert!(found(&court.app, "readmitted_after_its_year", &case).await);
}

#[actix_web::test]
async fn a_service_record_that_is_gone_is_named() {
    let mut scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let came = scene.check_in(&zhang.client).await.ok();
    let id = came["attendance_id"].as_str().unwrap();
    scene.after(115).await;
    scene.check_out(&scene.app.sign_in("zhang").await).await.assert_ok();
    scene.after(30).await;
    assert_eq!(scene.confirm(json!([{"attendance_id": id}])).await["status"], "ok");
    scene.app.assert_sound().await;

    write_unguarded(&scene.app, "service_record", "DELETE FROM service_record").await;

    assert!(found(&scene.app, "confirmed_service_has_its_record", id).await);
}

#[actix_web::test]
async fn a_step_of_an_objection_that_is_gone_is_named() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let id = office.decided(&claim, "rejected").await;
    office.app.assert_sound().await;

    let sql = "DELETE FROM objection_step WHERE action = 'investigate'";
    write_unguarded(&office.app, "objection_step", sql).await;

    assert!(found(&office.app, "objection_event_has_its_step", &id).await);
}

#[actix_web::test]
async fn a_statement_or_a_step_of_a_case_that_is_gone_is_named() {
    let court = Court::open().await;
    let case = court.delivered().await;
    let path = format!("/v1/me/disqualifications/{case}/statement");
    for text in ["我不在场", "我有证人"] {
        court.phone("zhang-xiulan").await.post(&path, json!({"text": text})).await.assert_ok();
    }
    court.wait();
    court.step("watch", &case, "supervise", json!({})).await.assert_ok();
    court.app.assert_sound().await;

    let sql = "UPDATE disqualification SET supervised_by = NULL";
    court.app.db.execute_unprepared(sql).await.unwrap();
    assert!(found(&court.app, "case_event_left_its_mark", &case).await);

    let table = "disqualification_statement";
    write_unguarded(&court.app, table, "DELETE FROM disqualification_statement").await;
    assert!(found(&court.app, "statement_told_of_is_kept", &case).await);
}
