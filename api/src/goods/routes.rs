//! Operations of goods.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get, post, put};
use entity::ids::{GoodsId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{GoodsDetails, GoodsPage, GoodsQuery, GoodsView};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::Failure;
use crate::platform::query::Query;

/// 登记物品
///
/// Adds goods that the site and the sites below it may offer for points.
#[utoipa::path(
    operation_id = "goods_create", tag = "goods",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("manage_goods"))),
    request_body = GoodsDetails,
    responses((status = CREATED, description = "已登记", body = GoodsView)),
)]
#[post("/sites/{site_id}/goods")]
async fn create(caller: Caller, site: Path<SiteId>, cmd: Command<GoodsDetails>) -> Answer {
    cmd.run(async move |tx, body| {
        let row = service::create(tx, &caller, *site, body).await?;
        let (location, version) = (format!("/v1/goods/{}", row.id), row.version);
        Ok(Done::created(GoodsView::new(row, true), location).version(version))
    })
    .await
}

/// 物品列表
///
/// Lists the goods the site may offer, its own and those of the sites above, newest first.
#[utoipa::path(
    operation_id = "goods_list", tag = "goods",
    params(("site_id" = SiteId, Path, description = "所站编号"), GoodsQuery),
    extensions(("x-permission" = json!("view_goods"))),
    responses((status = OK, description = "物品列表", body = GoodsPage)),
)]
#[get("/sites/{site_id}/goods")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<GoodsQuery>,
) -> Result<Json<GoodsPage>, Failure> {
    service::list(&app, &caller, *site, query.into_inner()).await.map(Json)
}

/// 查看物品
///
/// Shows one kind of goods with its `ETag`.
#[utoipa::path(
    operation_id = "goods_get", tag = "goods",
    params(("goods_id" = GoodsId, Path, description = "物品编号")),
    extensions(("x-permission" = json!("view_goods")), ("x-etag" = json!(true))),
    responses((status = OK, description = "物品", body = GoodsView)),
)]
#[get("/goods/{goods_id}")]
async fn show(app: Data<App>, caller: Caller, id: Path<GoodsId>, request: HttpRequest) -> Answer {
    let view = service::show(&app, &caller, *id).await?;
    with_etag(&request, view.version(), &view)
}

/// 修改物品
///
/// Replaces the details of goods that are still offered. Sessions keep the prices they were
/// planned with.
#[utoipa::path(
    operation_id = "goods_update", tag = "goods",
    params(("goods_id" = GoodsId, Path, description = "物品编号")),
    extensions(
        ("x-permission" = json!("manage_goods")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    request_body = GoodsDetails,
    responses((status = OK, description = "已修改", body = GoodsView)),
)]
#[put("/goods/{goods_id}")]
async fn update(caller: Caller, id: Path<GoodsId>, cmd: Command<GoodsDetails>) -> Answer {
    let expected = cmd.expected_version()?;
    cmd.run(async move |tx, body| {
        let row = service::update(tx, &caller, *id, expected, body).await?;
        let version = row.version;
        Ok(Done::ok(GoodsView::new(row, true)).version(version))
    })
    .await
}

/// 停用物品
///
/// Retires goods: they can neither be received nor planned for a session any more.
#[utoipa::path(
    operation_id = "goods_retire", tag = "goods",
    params(("goods_id" = GoodsId, Path, description = "物品编号")),
    extensions(
        ("x-permission" = json!("manage_goods")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已停用", body = GoodsView)),
)]
#[post("/goods/{goods_id}/retire")]
async fn retire(caller: Caller, id: Path<GoodsId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let row = service::retire(tx, &caller, *id).await?;
        let version = row.version;
        Ok(Done::ok(GoodsView::new(row, true)).version(version))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(create).service(list).service(show).service(update).service(retire);
}
