//! The operation of exporting.

use actix_web::get;
use actix_web::web::{Data, Json};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::ExportPage;
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::paging::PageQuery;
use crate::platform::query::Query;

/// 导出本人全部资料
///
/// Everything kept of the caller, page by page and kind by kind: profile, consents, cards,
/// sign-ups, attendances, service records, claims, points, redemptions, objections, cases and
/// sessions. What is stored encrypted is opened for her. Each export is kept in the audit trail.
#[utoipa::path(
    operation_id = "me_export", tag = "me", params(PageQuery),
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "一页记录", body = ExportPage)),
)]
#[get("/me/export")]
async fn export(
    app: Data<App>,
    caller: Caller,
    actor: Actor,
    query: Query<PageQuery>,
) -> Result<Json<ExportPage>, Failure> {
    service::export(&app, &caller, &actor, &query).await.map(Json)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(export);
}
