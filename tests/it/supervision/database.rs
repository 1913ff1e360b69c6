//! What the database refuses, whatever program writes.

use chrono::Datelike;
use entity::freeze;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, SqlErr};
use serde_json::json;

use super::sample::seed;
use super::{Village, text};

#[actix_web::test]
async fn a_record_has_one_freeze_in_force() {
    let village = Village::watched().await;
    let claim = village.claim(5).await;
    village.freeze("peng-dafu", "claim", &claim, "签到照片存疑").await.assert_ok();
    let made = freeze::Entity::find().one(&village.app.db).await.expect("freezes").expect("one");
    let second = freeze::Model { id: village.app.new_id().into(), ..made };

    let refused = second.into_active_model().reset_all().insert(&village.app.db).await;

    let refused = refused.expect_err("a second freeze").sql_err();
    assert!(matches!(refused, Some(SqlErr::UniqueConstraintViolation(_))), "{refused:?}");
}

#[actix_web::test]
async fn two_persons_choose_a_supervisor_and_nothing_is_found_in_what_was_not_drawn() {
    let village = Village::watched().await;
    for day in 1..=3 {
        village.certified(day).await;
    }
    let id = village.commit("peng-dafu", 1, &seed(1)).await.id();
    village.reveal("peng-dafu", &id, &seed(1)).await.assert_ok();
    let list = village.phone("head").await.get(village.at("supervisors")).await.ok();
    let post = text(&list["items"][0], "id").to_owned();
    let year = village.today().year();
    let grade = json!({"year": year, "grade": "competent", "note": "认真负责"});
    village.step("office", &post, "appraise", grade).await.assert_ok();

    for change in [
        "UPDATE supervisor_post SET vetted_by = nominated_by",
        "UPDATE supervisor_post SET appointed_by = nominated_by",
        "UPDATE supervisor_post SET vetted_at = NULL, vetted_by = NULL",
        "UPDATE supervisor_post SET state = 'ended'",
        "UPDATE supervisor_appraisal SET grade = 'excellent'",
        "DELETE FROM supervisor_appraisal",
        "UPDATE supervision_sample SET seed = NULL",
        "UPDATE supervision_sample SET size = 4",
        "UPDATE supervision_sample_case SET verdict = 'in_order', judged_by = (SELECT \
         committed_by FROM supervision_sample), judged_at = (SELECT drawn_at FROM \
         supervision_sample) WHERE draw_order IS NULL",
        "UPDATE supervision_sample_case SET follow_up = 'open'",
    ] {
        let refused = village.app.db.execute_unprepared(change).await;
        assert!(refused.is_err(), "{change}");
    }
    village.app.assert_sound().await;
}
