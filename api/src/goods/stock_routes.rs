//! Operations of stock lots.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get, post};
use entity::ids::{SiteId, StockLotId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{LotQuery, ReceiveLot, StockLotPage, StockLotView, StockMovementPage};
use super::stock;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::Failure;
use crate::platform::paging::PageQuery;
use crate::platform::query::Query;

/// 入库登记
///
/// Receives a lot. It stays in quarantine until two persons have signed the quality check.
#[utoipa::path(
    operation_id = "lot_receive", tag = "goods",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("manage_goods")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!(["goods_retired"])),
    ),
    request_body = ReceiveLot,
    responses((status = CREATED, description = "已入库，待验收", body = StockLotView)),
)]
#[post("/sites/{site_id}/stock-lots")]
async fn receive(caller: Caller, site: Path<SiteId>, cmd: Command<ReceiveLot>) -> Answer {
    cmd.run(async move |tx, body| {
        let view = stock::receive(tx, &caller, *site, body).await?;
        let (location, version) = (format!("/v1/stock-lots/{}", view.id()), view.version());
        Ok(Done::created(view, location).version(version))
    })
    .await
}

/// 验收签字
///
/// Signs the quality check. The first signature leaves the lot in quarantine, the second, of
/// another person, accepts it. Whoever received the lot may be one of the two.
#[utoipa::path(
    operation_id = "lot_accept", tag = "goods",
    params(("stock_lot_id" = StockLotId, Path, description = "批次编号")),
    extensions(
        ("x-permission" = json!("manage_goods")),
        ("x-codes" = json!(["wrong_state", "second_signer_required"])),
    ),
    responses((status = OK, description = "已签字", body = StockLotView)),
)]
#[post("/stock-lots/{stock_lot_id}/accept")]
async fn accept(caller: Caller, id: Path<StockLotId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| stock::accept(tx, &caller, *id).await.map(done)).await
}

/// 上架
///
/// Puts an accepted lot on the shelf, from where it can be redeemed.
#[utoipa::path(
    operation_id = "lot_shelve", tag = "goods",
    params(("stock_lot_id" = StockLotId, Path, description = "批次编号")),
    extensions(
        ("x-permission" = json!("manage_goods")),
        ("x-codes" = json!(["wrong_state", "stock_expired"])),
    ),
    responses((status = OK, description = "已上架", body = StockLotView)),
)]
#[post("/stock-lots/{stock_lot_id}/shelve")]
async fn shelve(caller: Caller, id: Path<StockLotId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| stock::shelve(tx, &caller, *id).await.map(done)).await
}

fn done(view: StockLotView) -> Done<StockLotView> {
    let version = view.version();
    Done::ok(view).version(version)
}

/// 批次列表
///
/// Lists the site's lots, newest first, and marks what expired or soon will.
#[utoipa::path(
    operation_id = "lot_list", tag = "goods",
    params(("site_id" = SiteId, Path, description = "所站编号"), LotQuery),
    extensions(("x-permission" = json!("view_goods"))),
    responses((status = OK, description = "批次列表", body = StockLotPage)),
)]
#[get("/sites/{site_id}/stock-lots")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<LotQuery>,
) -> Result<Json<StockLotPage>, Failure> {
    stock::list(&app, &caller, *site, query.into_inner()).await.map(Json)
}

/// 查看批次
///
/// Shows one lot with its `ETag`.
#[utoipa::path(
    operation_id = "lot_get", tag = "goods",
    params(("stock_lot_id" = StockLotId, Path, description = "批次编号")),
    extensions(("x-permission" = json!("view_goods")), ("x-etag" = json!(true))),
    responses((status = OK, description = "批次", body = StockLotView)),
)]
#[get("/stock-lots/{stock_lot_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    id: Path<StockLotId>,
    request: HttpRequest,
) -> Answer {
    let (view, version) = stock::show(&app, &caller, *id).await?;
    with_etag(&request, version, &view)
}

/// 库存变动
///
/// Lists everything that happened to a lot, oldest first. Nothing of it is ever changed.
#[utoipa::path(
    operation_id = "stock_movement_list", tag = "goods",
    params(("stock_lot_id" = StockLotId, Path, description = "批次编号"), PageQuery),
    extensions(("x-permission" = json!("view_goods"))),
    responses((status = OK, description = "库存变动", body = StockMovementPage)),
)]
#[get("/stock-lots/{stock_lot_id}/movements")]
async fn list_movements(
    app: Data<App>,
    caller: Caller,
    id: Path<StockLotId>,
    query: Query<PageQuery>,
) -> Result<Json<StockMovementPage>, Failure> {
    stock::movements(&app, &caller, *id, query.into_inner()).await.map(Json)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(receive)
        .service(accept)
        .service(shelve)
        .service(list)
        .service(show)
        .service(list_movements);
}
