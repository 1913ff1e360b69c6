//! Operations of cases: opening and reading.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{DisqualificationId, SiteId, VolunteerId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{CaseQuery, ProposeDisqualification};
use super::views::{CasePage, CaseView};
use super::{opening, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 提出清零
///
/// Opens a case for one of the three grounds of the town's plan, proved by the number of a
/// document. Nothing is taken by it.
#[utoipa::path(
    operation_id = "disqualification_propose", tag = "disqualifications",
    request_body = ProposeDisqualification,
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_disqualifications")),
        ("x-codes" = json!([
            "must_recuse", "disqualification_open", "document_used", "volunteer_not_active",
        ])),
    ),
    responses((status = CREATED, description = "已提出", body = CaseView)),
)]
#[post("/volunteers/{volunteer_id}/disqualifications")]
async fn propose(
    caller: Caller,
    volunteer: Path<VolunteerId>,
    cmd: Command<ProposeDisqualification>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let case = opening::propose(tx, &caller, *volunteer, body).await?;
        let location = format!("/v1/disqualifications/{}", case.id);
        let view = service::view(&**tx, &caller, case, tx.now).await?;
        Ok(Done::created(view, location))
    })
    .await
}

/// 清零案件列表
///
/// The cases of a site and those below it, newest first. Who only looks on sees masked names.
#[utoipa::path(
    operation_id = "disqualification_list", tag = "disqualifications",
    params(("site_id" = SiteId, Path, description = "所站编号"), CaseQuery),
    extensions(("x-permission" = json!("view_disqualifications"))),
    responses((status = OK, description = "清零案件", body = CasePage)),
)]
#[get("/sites/{site_id}/disqualifications")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<CaseQuery>,
) -> Result<Json<CasePage>, Failure> {
    let CaseQuery { state, page_size, page_token } = query.into_inner();
    let name = format!("disqualifications|{}|{site}|{state:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::list(&app, &caller, (*site, state), &pager).await.map(Json)
}

/// 一个清零案件
///
/// One case with every step taken, the notice in words and what the caller may do.
#[utoipa::path(
    operation_id = "disqualification_get", tag = "disqualifications",
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(("x-permission" = json!("view_disqualifications"))),
    responses((status = OK, description = "清零案件", body = CaseView)),
)]
#[get("/disqualifications/{disqualification_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    id: Path<DisqualificationId>,
) -> Result<Json<CaseView>, Failure> {
    service::get(&app, &caller, *id).await.map(Json)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(propose).service(list).service(show);
}
