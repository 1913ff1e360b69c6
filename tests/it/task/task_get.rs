//! `GET /v1/tasks/{task_id}`

use entity::role_assignment::Role;
use serde_json::json;

use super::{Office, rows};

#[actix_web::test]
async fn progress_can_be_read_while_it_runs() {
    let office = Office::open().await;
    let id = office.start(&rows(5)).await;
    let waiting = office.view(&id).await;
    assert_eq!((&waiting["state"], &waiting["done"]), (&json!("queued"), &json!(0)));
    assert_eq!(waiting["title"], "演练");
    assert_eq!(waiting["allowed_actions"], json!(["cancel"]));

    assert_eq!(office.advance(2).await, 2);
    let running = office.view(&id).await;
    office.advance(20).await;
    let ended = office.view(&id).await;

    assert_eq!(running["state"], "running");
    assert_eq!((&running["done"], &running["total"]), (&json!(2), &json!(5)));
    assert!(running["started_at"].is_string() && running["result"].is_null());
    assert_eq!((&ended["state"], &ended["done"]), (&json!("succeeded"), &json!(5)));
    assert_eq!(ended["result"], json!({"rows": 5}));
    assert_eq!(ended["allowed_actions"], json!([]));
    assert_eq!(office.effects().await, [1, 2, 3, 4, 5]);
}

#[actix_web::test]
async fn it_is_for_those_who_may_do_such_work_there() {
    let office = Office::open().await;
    let id = office.start(&rows(1)).await;
    let path = format!("/v1/tasks/{id}");

    let clerk = office.app.staff("clerk", Role::Clerk, &office.town).await;
    clerk.get(&path).await.assert_problem(403, "permission_denied");
    let stranger = office.app.staff("stranger", Role::TownAdmin, &office.other).await;
    stranger.get(&path).await.assert_problem(404, "not_found");
    let unknown = "/v1/tasks/0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    office.staff.get(unknown).await.assert_problem(404, "not_found");
    office.app.anonymous().get(&path).await.assert_problem(401, "unauthenticated");
}
