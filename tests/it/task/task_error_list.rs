//! `GET /v1/tasks/{task_id}/errors`

use api::task::drill::Plan;
use entity::role_assignment::Role;
use serde_json::json;

use super::{Office, rows};

#[actix_web::test]
async fn a_task_that_failed_says_why_row_by_row() {
    let office = Office::open().await;
    let plan = Plan { bad_rows: vec![2, 3, 5], strict: true, ..rows(6) };
    let id = office.start(&plan).await;
    office.advance(9).await;

    let view = office.view(&id).await;
    let path = format!("/v1/tasks/{id}/errors");
    let page = office.staff.get(format!("{path}?page_size=2")).await.ok();
    let token = page["next_page_token"].as_str().expect("a next page");
    let next = office.staff.get(format!("{path}?page_size=2&page_token={token}")).await.ok();

    assert_eq!((&view["state"], &view["error_count"]), (&json!("failed"), &json!(3)));
    let failure = json!({"code": "invalid_value", "message": "有不能使用的行"});
    assert_eq!(view["failure"], failure);
    assert!(view["result"].is_null() && view["file"].is_null());
    let error = |row: i64| json!({"row": row, "field": "points", "code": "invalid_value", "message": "应为正整数"});
    assert_eq!(page["items"], json!([error(2), error(3)]));
    assert_eq!(next["items"], json!([error(5)]));
    assert!(next["next_page_token"].is_null());
}

#[actix_web::test]
async fn another_town_and_other_staff_do_not_see_it() {
    let office = Office::open().await;
    let id = office.start(&rows(1)).await;
    let path = format!("/v1/tasks/{id}/errors");

    let clerk = office.app.staff("clerk", Role::Clerk, &office.town).await;
    clerk.get(&path).await.assert_problem(403, "permission_denied");
    let stranger = office.app.staff("stranger", Role::TownAdmin, &office.other).await;
    stranger.get(&path).await.assert_problem(404, "not_found");
    assert_eq!(office.staff.get(&path).await.ok()["items"], json!([]));
}
