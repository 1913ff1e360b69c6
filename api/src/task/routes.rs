//! Operations of tasks.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data, Json, Path, ReqData};
use actix_web::{HttpResponse, get, post};
use entity::ids::{SiteId, TaskId};
use futures_util::stream;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{TaskErrorPage, TaskErrorQuery, TaskPage, TaskQuery, TaskView};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 查看后台任务
///
/// How a task stands: state, progress, result or the reason of failure. Staff who see sites are
/// let in; whether this task is shown goes by the permission of its kind of work (as of the
/// operation that starts it) at the task's site. The same holds for cancelling, errors and file.
#[utoipa::path(
    operation_id = "task_get", tag = "tasks",
    params(("task_id" = TaskId, Path, description = "任务编号")),
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "后台任务", body = TaskView)),
)]
#[get("/tasks/{task_id}")]
async fn get_task(
    app: Data<App>,
    caller: Caller,
    id: Path<TaskId>,
) -> Result<Json<TaskView>, Failure> {
    service::get(&app, &caller, *id).await.map(Json)
}

/// 后台任务列表
///
/// The tasks of a site and those below it, newest first. Staff who see the site may ask; which
/// kinds are listed goes by the caller's own powers there: each kind of work has its permission.
#[utoipa::path(
    operation_id = "task_list", tag = "tasks",
    params(("site_id" = SiteId, Path, description = "所站编号"), TaskQuery),
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "后台任务列表", body = TaskPage)),
)]
#[get("/sites/{site_id}/tasks")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<TaskQuery>,
) -> Result<Json<TaskPage>, Failure> {
    let TaskQuery { kind, state, page_size, page_token } = query.clone().into_inner();
    let name = format!("tasks|{}|{site}|{kind:?}|{state:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::list(&app, &caller, *site, &query, &pager).await.map(Json)
}

/// 取消后台任务
///
/// Cancels at once while the task waits, before its next step while it runs. What earlier
/// steps did stays done. For whoever holds the permission of its kind of work at its site.
#[utoipa::path(
    operation_id = "task_cancel", tag = "tasks",
    params(("task_id" = TaskId, Path, description = "任务编号")),
    extensions(
        ("x-permission" = json!("view_sites")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已取消或正在取消", body = TaskView)),
)]
#[post("/tasks/{task_id}/cancel")]
async fn cancel(app: Data<App>, caller: Caller, id: Path<TaskId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| service::cancel(&app, tx, &caller, *id).await.map(Done::ok)).await
}

/// 后台任务出错明细
///
/// The rows that could not be used, in the order they were found. For whoever holds the
/// permission of the task's kind of work at its site.
#[utoipa::path(
    operation_id = "task_error_list", tag = "tasks",
    params(("task_id" = TaskId, Path, description = "任务编号"), TaskErrorQuery),
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "出错明细", body = TaskErrorPage)),
)]
#[get("/tasks/{task_id}/errors")]
async fn list_errors(
    app: Data<App>,
    caller: Caller,
    id: Path<TaskId>,
    query: Query<TaskErrorQuery>,
) -> Result<Json<TaskErrorPage>, Failure> {
    let TaskErrorQuery { page_size, page_token } = query.clone().into_inner();
    let name = format!("task_errors|{}|{id}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::list_errors(&app, &caller, *id, &pager).await.map(Json)
}

/// 下载后台任务的结果
///
/// The file a task made, of the kind the task says, for a week. Each download is kept in
/// the audit trail. For whoever holds the permission of its kind of work at its site.
#[utoipa::path(
    operation_id = "task_download", tag = "tasks",
    params(("task_id" = TaskId, Path, description = "任务编号")),
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "结果文件", content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "text/csv"),
    ))),
)]
#[get("/tasks/{task_id}/file")]
async fn download(
    app: Data<App>,
    caller: Caller,
    actor: ReqData<Actor>,
    id: Path<TaskId>,
) -> Answer {
    let (id, file) = (*id, service::fetch(&app, &caller, &actor, *id).await?);
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    let pieces = stream::iter(0..file.chunks);
    let pieces = futures_util::StreamExt::then(pieces, move |seq| {
        let app = app.clone();
        async move { service::piece(&app, id, seq).await.map(Bytes::from) }
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, file.media_type))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .streaming(pieces))
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_task).service(list).service(cancel).service(list_errors).service(download);
}
