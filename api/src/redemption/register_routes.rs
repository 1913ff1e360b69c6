//! Operations of the register (台账).

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Json, Path, ReqData};
use actix_web::{HttpResponse, get, post};
use entity::ids::SiteId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::register_dto::{
    Period, RegisterExportQuery, RegisterPage, RegisterQuery, StartRegisterExport,
};
use super::{register, register_task};
use crate::app::App;
use crate::auth::Caller;
use crate::http::whole_file;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::query::Query;
use crate::platform::workbook::XLSX;
use crate::task::TaskView;

/// 兑换台账
///
/// Lists what was handed over at a site in a period, oldest first. Names are in full for staff
/// who hand out at the site; everybody else, supervisors above all, sees them masked, and those of
/// minors are masked unless a reason is given. Each look is kept in the audit trail.
#[utoipa::path(
    operation_id = "register_list", tag = "redemption",
    params(("site_id" = SiteId, Path, description = "所站编号"), RegisterQuery),
    extensions(("x-permission" = json!("export_register"))),
    responses((status = OK, description = "台账", body = RegisterPage)),
)]
#[get("/sites/{site_id}/redemption-register")]
async fn list(
    app: Data<App>,
    caller: Caller,
    actor: ReqData<Actor>,
    site: Path<SiteId>,
    query: Query<RegisterQuery>,
) -> Result<Json<RegisterPage>, Failure> {
    register::list(&app, &caller, &actor, *site, query.into_inner()).await.map(Json)
}

/// 导出兑换台账
///
/// The register as an XLSX workbook. Texts that a spreadsheet would take for a formula are
/// made harmless; quantities and points are numbers. Names are shown as in the list: in full only
/// to staff who hand out at the site, of minors only with a reason. Each export is kept in the
/// audit trail.
#[utoipa::path(
    operation_id = "register_export", tag = "redemption",
    params(("site_id" = SiteId, Path, description = "所站编号"), RegisterExportQuery),
    extensions(("x-permission" = json!("export_register"))),
    responses((
        status = OK, description = "台账工作簿", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )),
)]
#[get("/sites/{site_id}/redemption-register.xlsx")]
async fn export(
    app: Data<App>,
    caller: Caller,
    actor: ReqData<Actor>,
    site: Path<SiteId>,
    query: Query<RegisterExportQuery>,
) -> Answer {
    let RegisterExportQuery { from, to, reason } = query.into_inner();
    let period = Period::new(from, to)?;
    let file = register::export(&app, &caller, &actor, *site, (period, reason)).await?;
    let name = format!("attachment; filename=\"redemption-register-{from}-{to}.xlsx\"");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, XLSX))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(whole_file(file)?))
}

/// 汇总导出兑换台账
///
/// Starts a background task that writes the register of a site and all below it as a CSV file:
/// progress, cancelling and the file (for a week) are the task's. Names are masked for everybody.
#[utoipa::path(
    operation_id = "register_export_start", tag = "redemption",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    request_body = StartRegisterExport,
    extensions(("x-permission" = json!("export_register"))),
    responses((status = CREATED, description = "已排队", body = TaskView)),
)]
#[post("/sites/{site_id}/register-exports")]
async fn start(caller: Caller, site: Path<SiteId>, cmd: Command<StartRegisterExport>) -> Answer {
    cmd.run(async move |tx, body| {
        let view = register_task::start(tx, &caller, *site, body).await?;
        let location = format!("/v1/tasks/{}", view.id);
        Ok(Done::created(view, location))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list).service(export).service(start);
}
