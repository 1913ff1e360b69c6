//! Operations of reports.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get, post, put};
use entity::ids::{SiteId, SupervisionReportId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    AnswerReport, DraftReport, ReportQuery, ReviseReport, SupervisionReportPage,
    SupervisionReportView,
};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 起草监督报告
///
/// A supervisor begins her report of a quarter. A draft is read by nobody else.
#[utoipa::path(
    operation_id = "supervision_report_draft", tag = "supervision", request_body = DraftReport,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("supervise")),
        ("x-codes" = json!(["report_exists"])),
    ),
    responses((status = CREATED, description = "已起草", body = SupervisionReportView)),
)]
#[post("/sites/{site_id}/supervision-reports")]
async fn draft(caller: Caller, site: Path<SiteId>, cmd: Command<DraftReport>) -> Answer {
    cmd.run(async move |tx, body| {
        let report = service::draft(tx, &caller, *site, body).await?;
        let location = format!("/v1/supervision-reports/{}", report.id);
        let view = service::view(&**tx, &caller, report).await?;
        let version = view.version;
        Ok(Done::created(view, location).version(version))
    })
    .await
}

/// 修改监督报告
///
/// Writes the text of her draft anew, of the version she read.
#[utoipa::path(
    operation_id = "supervision_report_revise", tag = "supervision", request_body = ReviseReport,
    params(("supervision_report_id" = SupervisionReportId, Path, description = "监督报告编号")),
    extensions(
        ("x-permission" = json!("supervise")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已修改", body = SupervisionReportView)),
)]
#[put("/supervision-reports/{supervision_report_id}")]
async fn revise(
    caller: Caller,
    id: Path<SupervisionReportId>,
    cmd: Command<ReviseReport>,
) -> Answer {
    let expected = cmd.expected_version()?;
    cmd.run(async move |tx, body| {
        let report = service::revise(tx, &caller, (*id, expected), body.text.into()).await?;
        let view = service::view(&**tx, &caller, report).await?;
        let version = view.version;
        Ok(Done::ok(view).version(version))
    })
    .await
}

/// 提交监督报告
///
/// Files a draft. The quarter's numbers are taken at this moment and stay.
#[utoipa::path(
    operation_id = "supervision_report_file", tag = "supervision",
    params(("supervision_report_id" = SupervisionReportId, Path, description = "监督报告编号")),
    extensions(
        ("x-permission" = json!("supervise")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已提交", body = SupervisionReportView)),
)]
#[post("/supervision-reports/{supervision_report_id}/file")]
async fn file(caller: Caller, id: Path<SupervisionReportId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _body| {
        let report = service::file(tx, &caller, *id).await?;
        Ok(Done::ok(service::view(&**tx, &caller, report).await?))
    })
    .await
}

/// 答复监督报告
///
/// The town answers a filed report, once.
#[utoipa::path(
    operation_id = "supervision_report_answer", tag = "supervision", request_body = AnswerReport,
    params(("supervision_report_id" = SupervisionReportId, Path, description = "监督报告编号")),
    extensions(
        ("x-permission" = json!("appoint_supervisors")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "已答复", body = SupervisionReportView)),
)]
#[post("/supervision-reports/{supervision_report_id}/answer")]
async fn answer(
    caller: Caller,
    id: Path<SupervisionReportId>,
    cmd: Command<AnswerReport>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let report = service::answer(tx, &caller, *id, body.answer.into()).await?;
        Ok(Done::ok(service::view(&**tx, &caller, report).await?))
    })
    .await
}

/// 监督报告列表
///
/// The filed reports of a site and those below it, and one's own drafts, newest first.
#[utoipa::path(
    operation_id = "supervision_report_list", tag = "supervision",
    params(("site_id" = SiteId, Path, description = "所站编号"), ReportQuery),
    extensions(("x-permission" = json!("view_supervision"))),
    responses((status = OK, description = "监督报告", body = SupervisionReportPage)),
)]
#[get("/sites/{site_id}/supervision-reports")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<ReportQuery>,
) -> Result<Json<SupervisionReportPage>, Failure> {
    let ReportQuery { quarter, page_size, page_token } = query.into_inner();
    let name = format!("supervision_reports|{}|{site}|{quarter:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::list(&app, &caller, (*site, quarter), &pager).await.map(Json)
}

/// 一份监督报告
///
/// One report with its fixed numbers and the town's answer.
#[utoipa::path(
    operation_id = "supervision_report_get", tag = "supervision",
    params(("supervision_report_id" = SupervisionReportId, Path, description = "监督报告编号")),
    extensions(("x-permission" = json!("view_supervision")), ("x-etag" = json!(true))),
    responses((status = OK, description = "监督报告", body = SupervisionReportView)),
)]
#[get("/supervision-reports/{supervision_report_id}")]
async fn show(
    app: Data<App>,
    request: HttpRequest,
    caller: Caller,
    id: Path<SupervisionReportId>,
) -> Answer {
    let view = service::get(&app, &caller, *id).await?;
    with_etag(&request, view.version, &view)
}

pub(in crate::supervision) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(draft).service(revise).service(file).service(answer).service(list).service(show);
}
