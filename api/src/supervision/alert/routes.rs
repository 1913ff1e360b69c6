//! Operations of alerts.

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use entity::ids::SiteId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{AlertList, AlertQuery};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::failure::Failure;
use crate::platform::query::Query;

/// 监督预警
///
/// Shares of a quarter's claims, redemptions, check-ins and pick-ups that came by one hand, on one
/// device or to one delegate, and reach the site's thresholds. Flagged to be looked at; nothing follows by itself.
#[utoipa::path(
    operation_id = "supervision_alert_list", tag = "supervision",
    params(("site_id" = SiteId, Path, description = "所站编号"), AlertQuery),
    extensions(("x-permission" = json!("view_supervision"))),
    responses((status = OK, description = "预警", body = AlertList)),
)]
#[get("/sites/{site_id}/supervision-alerts")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<AlertQuery>,
) -> Result<Json<AlertList>, Failure> {
    service::list(&app, &caller, *site, &query.quarter).await.map(Json)
}

pub(in crate::supervision) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list);
}
