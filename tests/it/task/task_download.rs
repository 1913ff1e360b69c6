//! `GET /v1/tasks/{task_id}/file`

use api::task::drill::Plan;
use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::{audit_event, task, task_chunk, task_error};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{Office, rows};

#[actix_web::test]
async fn the_file_comes_whole_with_its_type_and_leaves_a_trace() {
    let office = Office::open().await;
    let id = office.start(&Plan { file_bytes: 600_000, ..rows(1) }).await;
    let path = format!("/v1/tasks/{id}/file");
    office.staff.get(&path).await.assert_problem(404, "not_found");
    office.advance(5).await;

    let view = office.view(&id).await;
    let file = office.staff.get(&path).await;

    assert_eq!(view["file"]["bytes"], 600_000);
    assert_eq!(file.body.len(), 600_000);
    assert!(file.body.iter().all(|byte| *byte == b'x'));
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"drill.csv\"");
    let trace = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("task_download"))
        .filter(audit_event::Column::ObjectId.eq(id))
        .filter(audit_event::Column::ActorAccountId.is_not_null());
    assert_eq!(trace.count(&office.app.db).await.expect("audit rows"), 1);
}

#[actix_web::test]
async fn files_go_after_a_week_and_tasks_after_half_a_year() {
    let office = Office::open().await;
    let plan = Plan { file_bytes: 10, bad_rows: vec![1], ..rows(1) };
    let id = office.start(&plan).await;
    office.advance(5).await;
    let waiting = office.start(&rows(1)).await;
    let path = format!("/v1/tasks/{id}/file");

    // Sessions end long before tasks do, so she signs in again each time.
    office.app.advance(TimeDelta::days(7) + TimeDelta::minutes(1));
    let staff = office.app.sign_in("town-admin").await;
    staff.get(&path).await.assert_problem(404, "not_found");
    api::jobs::run_all(&office.app.app).await.expect("jobs");
    assert_eq!(task_chunk::Entity::find().count(&office.app.db).await.expect("rows"), 0);
    let view = staff.get(format!("/v1/tasks/{id}")).await.ok();
    assert_eq!(view["state"], "succeeded");
    assert!(view["file"].is_null());

    office.app.advance(TimeDelta::days(174));
    api::jobs::run_all(&office.app.app).await.expect("jobs");
    let staff = office.app.sign_in("town-admin").await;
    staff.get(format!("/v1/tasks/{id}")).await.assert_problem(404, "not_found");
    assert_eq!(task_error::Entity::find().count(&office.app.db).await.expect("rows"), 0);
    // The one that ended later is still kept.
    let kept = task::Entity::find().all(&office.app.db).await.expect("tasks");
    assert_eq!(kept.iter().map(|row| row.id.to_string()).collect::<Vec<_>>(), [waiting]);
}

#[actix_web::test]
async fn another_town_and_other_staff_do_not_get_it() {
    let office = Office::open().await;
    let id = office.start(&Plan { file_bytes: 10, ..rows(1) }).await;
    office.advance(5).await;
    let path = format!("/v1/tasks/{id}/file");

    let clerk = office.app.staff("clerk", Role::Clerk, &office.town).await;
    clerk.get(&path).await.assert_problem(403, "permission_denied");
    let stranger = office.app.staff("stranger", Role::TownAdmin, &office.other).await;
    stranger.get(&path).await.assert_problem(404, "not_found");
}
