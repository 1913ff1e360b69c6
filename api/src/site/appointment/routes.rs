//! Operations of appointments.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{AppointmentId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{AppointmentPage, AppointmentView, CreateAppointment, EndAppointment};
use super::service;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 任职列表
///
/// A site's appointments, past ones included, newest first.
#[utoipa::path(
    operation_id = "appointment_list", tag = "sites",
    params(("site_id" = SiteId, Path, description = "所站编号"), PageQuery),
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "任职", body = AppointmentPage)),
)]
#[get("/sites/{site_id}/appointments")]
async fn list_appointments(
    app: Data<App>,
    caller: Caller,
    id: Path<SiteId>,
    query: Query<PageQuery>,
) -> Result<Json<AppointmentPage>, Failure> {
    let name = format!("appointments:{id}:{}", caller.account);
    let pager = Pager::new(&app.core, name, &query)?;
    let (site, rows, next_page_token) = service::list(&app.core, &caller, *id, &pager).await?;
    let manages = caller.may_at(Permission::ManageSites, &site.path);
    let today = local_day(app.clock.now());
    let view = |row| AppointmentView::new(row, manages, today);
    Ok(Json(AppointmentPage { items: rows.into_iter().map(view).collect(), next_page_token }))
}

/// 登记任职
///
/// Appoints a person to a post at a site. A post gives no role in this system.
#[utoipa::path(
    operation_id = "appointment_create", tag = "sites", request_body = CreateAppointment,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("manage_sites"))),
    responses((status = CREATED, description = "已登记", body = AppointmentView)),
)]
#[post("/sites/{site_id}/appointments")]
async fn create_appointment(
    caller: Caller,
    site: Path<SiteId>,
    cmd: Command<CreateAppointment>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let row = service::create(tx, &caller, *site, body).await?;
        let location = format!("/v1/sites/{site}/appointments/{}", row.id);
        Ok(Done::created(AppointmentView::new(row, true, local_day(tx.now)), location))
    })
    .await
}

/// 结束任职
///
/// Ends a post, today or on the day given. What is over stays on record.
#[utoipa::path(
    operation_id = "appointment_end", tag = "sites", request_body = EndAppointment,
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("appointment_id" = AppointmentId, Path, description = "任职编号"),
    ),
    extensions(("x-permission" = json!("manage_sites")), ("x-codes" = json!(["wrong_state"]))),
    responses((status = OK, description = "已结束", body = AppointmentView)),
)]
#[post("/sites/{site_id}/appointments/{appointment_id}/end")]
async fn end_appointment(
    caller: Caller,
    path: Path<(SiteId, AppointmentId)>,
    cmd: Command<EndAppointment>,
) -> Answer {
    let which = path.into_inner();
    cmd.run(async move |tx, body| {
        let row = service::end(tx, &caller, which, body.ends_on).await?;
        Ok(Done::ok(AppointmentView::new(row, true, local_day(tx.now))))
    })
    .await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_appointments).service(create_appointment).service(end_appointment);
}
