//! Operations of replays.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::TaskId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    AttendancePreview, AttendancePreviewPath, ReplayLinePage, ReplayLineQuery, ReplayPath,
    StartReplay,
};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;
use crate::task::TaskView;

/// 按细则版本重算季度
///
/// Starts a background task that computes a past quarter once more under a version of the
/// rules: who gains, who loses. Nobody's points change. The result is the task's; a draft
/// whose items are changed meanwhile ends it, its publication does not.
#[utoipa::path(
    operation_id = "rule_replay_start", tag = "rules",
    params(ReplayPath),
    extensions(("x-permission" = json!("manage_rules"))),
    request_body = StartReplay,
    responses((status = CREATED, description = "已排队", body = TaskView)),
)]
#[post("/sites/{site_id}/rule-versions/{rule_version_id}/replays")]
async fn start(caller: Caller, path: Path<ReplayPath>, cmd: Command<StartReplay>) -> Answer {
    cmd.run(async move |tx, body| {
        let view = service::start(tx, &caller, *path, &body).await?;
        let location = format!("/v1/tasks/{}", view.id);
        Ok(Done::created(view, location))
    })
    .await
}

/// 重算结果
///
/// One line per volunteer, who loses most first; names in part.
#[utoipa::path(
    operation_id = "rule_replay_line_list", tag = "rules",
    params(("task_id" = TaskId, Path, description = "任务编号"), ReplayLineQuery),
    extensions(("x-permission" = json!("manage_rules"))),
    responses((status = OK, description = "重算结果", body = ReplayLinePage)),
)]
#[get("/rule-replays/{task_id}/lines")]
async fn list_lines(
    app: Data<App>,
    caller: Caller,
    task: Path<TaskId>,
    query: Query<ReplayLineQuery>,
) -> Result<Json<ReplayLinePage>, Failure> {
    let ReplayLineQuery { change, page_size, page_token } = query.into_inner();
    let name = format!("replay_lines|{}|{task}|{change:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::lines(&app, &caller, (*task, change), &pager).await.map(Json)
}

/// 试算一次签到
///
/// What a confirmed attendance earns by the version its activity was published under and
/// would earn under this one, with caps, in words; and what was claimed for it.
#[utoipa::path(
    operation_id = "rule_attendance_preview", tag = "rules",
    params(AttendancePreviewPath),
    extensions(
        ("x-permission" = json!("view_rules")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "两个版本下的积分", body = AttendancePreview)),
)]
#[get("/sites/{site_id}/rule-versions/{rule_version_id}/attendances/{attendance_id}/preview")]
async fn preview(
    app: Data<App>,
    caller: Caller,
    path: Path<AttendancePreviewPath>,
) -> Result<Json<AttendancePreview>, Failure> {
    service::preview(&app, &caller, *path).await.map(Json)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(start).service(list_lines).service(preview);
}
