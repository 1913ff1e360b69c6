//! Operations of objections: reading, for staff and supervisors.

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use entity::ids::{ObjectionId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{ObjectionCounts, ObjectionPage, ObjectionQuery, ObjectionView};
use super::reading;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 异议列表
///
/// Objections about records of a site and those below it, who waits longest first; all, one
/// state's, or those beyond their day. Who only looks on sees masked names.
#[utoipa::path(
    operation_id = "objection_list", tag = "objections",
    params(("site_id" = SiteId, Path, description = "所站编号"), ObjectionQuery),
    extensions(("x-permission" = json!("view_objections"))),
    responses((status = OK, description = "异议", body = ObjectionPage)),
)]
#[get("/sites/{site_id}/objections")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<ObjectionQuery>,
) -> Result<Json<ObjectionPage>, Failure> {
    let wanted = reading::wanted(&app, &query);
    let ObjectionQuery { page_size, page_token, .. } = query.into_inner();
    let name = format!("objections|{}|{site}|{wanted:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    reading::list(&app, &caller, (*site, wanted), &pager).await.map(Json)
}

/// 异议件数
///
/// How many objections are in each state, and how many are beyond their day.
#[utoipa::path(
    operation_id = "objection_count", tag = "objections",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("view_objections"))),
    responses((status = OK, description = "件数", body = ObjectionCounts)),
)]
#[get("/sites/{site_id}/objections/counts")]
async fn count(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
) -> Result<Json<ObjectionCounts>, Failure> {
    reading::count(&app, &caller, *site).await.map(Json)
}

/// 一件异议
///
/// One objection with its trail in words and what the caller may do. Of who filed it, only
/// whether she is the holder of the record.
#[utoipa::path(
    operation_id = "objection_get", tag = "objections",
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(("x-permission" = json!("view_objections"))),
    responses((status = OK, description = "异议", body = ObjectionView)),
)]
#[get("/objections/{objection_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    id: Path<ObjectionId>,
) -> Result<Json<ObjectionView>, Failure> {
    reading::get(&app, &caller, *id).await.map(Json)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list).service(count).service(show);
}
