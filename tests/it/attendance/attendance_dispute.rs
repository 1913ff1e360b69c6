//! `attendance_dispute`.

use serde_json::json;

use super::Scene;

#[actix_web::test]
async fn a_disputed_attendance_waits_for_a_decision() {
    let mut scene = Scene::new(json!({})).await;
    let zhang = scene.person("zhang").await;
    scene.person("li").await;
    let seen = scene.check_in(&zhang.client).await.ok();
    let id = seen["attendance_id"].as_str().unwrap().to_owned();
    let path = format!("/v1/activities/{}/attendances/{id}/dispute", scene.id);
    let reason = json!({"reason": "本人说没有到场"});

    scene.manager.post(&path, reason.clone()).await.assert_problem(409, "wrong_state");
    scene.after(25).await;
    let li = scene.app.sign_in("li").await;
    li.post(&path, reason.clone()).await.assert_problem(404, "not_found");
    scene.manager.post(&path, json!({"reason": " "})).await.assert_names("/reason");
    let zhang = scene.app.sign_in("zhang").await;
    assert_eq!(zhang.post(&path, reason.clone()).await.ok()["state"], "disputed");
    scene.manager.post(&path, reason).await.assert_problem(409, "wrong_state");

    scene.after(120).await;
    assert_eq!(scene.confirm(json!([{"attendance_id": id}])).await["status"], "ok");
    let row = scene.attendances().await.remove(0);
    assert_eq!(row.dispute_reason.as_deref(), Some("本人说没有到场"));
}
