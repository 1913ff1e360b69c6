//! `attendance_mark_no_show`.

use entity::attendance::AttendanceState;
use serde_json::json;

use super::Scene;

#[actix_web::test]
async fn who_was_listed_and_did_not_come_is_marked_once() {
    let mut scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    let li = scene.person("li").await;
    let stranger = scene.app.volunteer("wang", &scene.station).await;
    scene.check_in(&li.client).await.assert_ok();
    let path = format!("/v1/activities/{}/attendances/no-show", scene.id);
    let body = json!({"items": [
        {"volunteer_id": zhang.volunteer}, {"volunteer_id": stranger.volunteer},
    ]});
    let early = scene.manager.post(&path, body.clone()).await.ok();
    assert_eq!(early["results"][0]["code"], "wrong_state", "not over yet");
    scene.after(141).await;

    let first = scene.manager.post(&path, body.clone()).await.ok();
    let again = scene.manager.post(&path, body).await.ok();

    assert_eq!(first["results"][0]["status"], "ok");
    assert_eq!(first["results"][1]["code"], "not_signed_up");
    assert_eq!(first, again);
    let rows = scene.attendances().await;
    assert_eq!(rows.iter().filter(|row| row.state == AttendanceState::NoShow).count(), 1);
    let seen = rows.iter().find(|row| row.volunteer_id == li.volunteer).unwrap();
    let items = json!([{"attendance_id": seen.id}]);
    assert_eq!(scene.confirm(items).await["status"], "ok");
    let late = json!({"items": [{"volunteer_id": li.volunteer}]});
    let late = scene.manager.post(&path, late).await.ok();
    assert_eq!(late["results"][0]["code"], "wrong_state", "confirmed already");
}
