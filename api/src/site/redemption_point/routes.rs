//! Operations of redemption points.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get, post, put};
use entity::ids::SiteId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{OpenRedemptionPoint, RedemptionPointView, UpdateRedemptionPoint};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, with_etag};

/// 所站的积分兑换点
///
/// The redemption point of a site: its generated name, who is responsible, where. Who is
/// signed in sees what she may do with it.
#[utoipa::path(
    operation_id = "redemption_point_get", tag = "sites",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("public")),
        ("x-reader" = json!(true)),
        ("x-etag" = json!(true)),
    ),
    responses((status = OK, description = "积分兑换点", body = RedemptionPointView)),
)]
#[get("/sites/{site_id}/redemption-point")]
async fn get_redemption_point(
    app: Data<App>,
    request: HttpRequest,
    reader: Option<Caller>,
    id: Path<SiteId>,
) -> Answer {
    let row = service::get(&app.pools.read, *id).await?;
    let manages = service::manages(&app.pools.read, reader.as_ref(), *id).await?;
    with_etag(&request, row.version, &RedemptionPointView::new(row, manages))
}

/// 开设积分兑换点
///
/// Opens the one redemption point of an institute or a station. Its name is made
/// from the county's, town's and village's names, never typed.
#[utoipa::path(
    operation_id = "redemption_point_open", tag = "sites", request_body = OpenRedemptionPoint,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("manage_sites")),
        ("x-codes" = json!(["redemption_point_exists", "redemption_point_not_here"])),
    ),
    responses((status = CREATED, description = "已开设", body = RedemptionPointView)),
)]
#[post("/sites/{site_id}/redemption-point")]
async fn open_redemption_point(
    caller: Caller,
    id: Path<SiteId>,
    cmd: Command<OpenRedemptionPoint>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let row = service::open(tx, &caller, *id, body).await?;
        let (version, location) = (row.version, format!("/v1/sites/{id}/redemption-point"));
        Ok(Done::created(RedemptionPointView::new(row, true), location).version(version))
    })
    .await
}

/// 修改积分兑换点
///
/// Replaces who is responsible and the address.
#[utoipa::path(
    operation_id = "redemption_point_update", tag = "sites", request_body = UpdateRedemptionPoint,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("manage_sites"))),
    responses((status = OK, description = "已修改", body = RedemptionPointView)),
)]
#[put("/sites/{site_id}/redemption-point")]
async fn update_redemption_point(
    caller: Caller,
    id: Path<SiteId>,
    cmd: Command<UpdateRedemptionPoint>,
) -> Answer {
    let expected = cmd.expected_version()?;
    cmd.run(async move |tx, body| {
        let row = service::update(tx, &caller, *id, expected, body).await?;
        let version = row.version;
        Ok(Done::ok(RedemptionPointView::new(row, true)).version(version))
    })
    .await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_redemption_point)
        .service(open_redemption_point)
        .service(update_redemption_point);
}
