//! `POST /v1/tasks/{task_id}/cancel`

use entity::role_assignment::Role;
use serde_json::json;

use super::{Office, rows};

#[actix_web::test]
async fn a_waiting_task_is_cancelled_at_once() {
    let office = Office::open().await;
    let id = office.start(&rows(3)).await;
    let path = format!("/v1/tasks/{id}/cancel");

    let cancelled = office.staff.post(&path, json!({})).await.ok();

    assert_eq!(cancelled["state"], "cancelled");
    assert!(cancelled["ended_at"].is_string());
    assert_eq!(office.advance(5).await, 0);
    assert_eq!(office.effects().await, [0_i64; 0]);
    office.staff.post(&path, json!({})).await.assert_problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_running_task_is_cancelled_between_two_steps() {
    let office = Office::open().await;
    let id = office.start(&rows(9)).await;
    office.advance(3).await;
    let path = format!("/v1/tasks/{id}/cancel");

    let key = "cancel-0123456789ab";
    let asked = office.staff.post_with_key(&path, json!({}), key).await.ok();
    let again = office.staff.post_with_key(&path, json!({}), key).await;
    office.advance(9).await;

    assert_eq!(asked["state"], "cancelling");
    assert_eq!(again.headers.get("idempotency-replayed").map(String::as_str), Some("true"));
    let ended = office.view(&id).await;
    assert_eq!((&ended["state"], &ended["done"]), (&json!("cancelled"), &json!(3)));
    assert_eq!(office.effects().await, [1, 2, 3]);
}

#[actix_web::test]
async fn who_may_not_do_such_work_cannot_cancel_it() {
    let office = Office::open().await;
    let id = office.start(&rows(1)).await;
    let path = format!("/v1/tasks/{id}/cancel");

    let clerk = office.app.staff("clerk", Role::Clerk, &office.town).await;
    clerk.post(&path, json!({})).await.assert_problem(403, "permission_denied");
    let stranger = office.app.staff("stranger", Role::TownAdmin, &office.other).await;
    stranger.post(&path, json!({})).await.assert_problem(404, "not_found");
    office.staff.post(&path, json!({"why": "x"})).await.assert_problem(422, "unknown_field");
    assert_eq!(office.view(&id).await["state"], "queued");
}
