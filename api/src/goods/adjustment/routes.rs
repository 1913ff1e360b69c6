//! Operations of write-offs and counts.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{SiteId, StockAdjustmentId, StockLotId};
use entity::stock_adjustment::StockAdjustmentKind;
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::dto::WriteOffLot;
use super::domain::AdjustmentAction;
use super::dto::{
    AdjustmentQuery, CountLot, RejectAdjustment, StockAdjustmentPage, StockAdjustmentView,
};
use super::service::{self, Proposal};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::query::Query;

fn done(view: StockAdjustmentView) -> Done<StockAdjustmentView> {
    let (id, version) = (view.id(), view.version());
    Done::ok(view).version(version).about(id)
}

/// 报损
///
/// Proposes to write off pieces that nobody has reserved, with a reason. The books change
/// when a second person confirms.
#[utoipa::path(
    operation_id = "lot_write_off", tag = "goods",
    params(("stock_lot_id" = StockLotId, Path, description = "批次编号")),
    extensions(
        ("x-permission" = json!("manage_goods")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!(["wrong_state", "out_of_stock", "adjustment_pending"])),
    ),
    request_body = WriteOffLot,
    responses((status = OK, description = "已提出，待第二人确认", body = StockAdjustmentView)),
)]
#[post("/stock-lots/{stock_lot_id}/write-off")]
async fn write_off(caller: Caller, id: Path<StockLotId>, cmd: Command<WriteOffLot>) -> Answer {
    cmd.run(async move |tx, body| {
        let quantity = body.quantity.get();
        let kind = StockAdjustmentKind::WriteOff;
        let proposal = Proposal { kind, quantity, reason: body.reason.into() };
        service::propose(tx, &caller, *id, proposal).await.map(done)
    })
    .await
}

/// 盘点
///
/// Proposes what was counted of a lot, reserved pieces included, with a reason for the
/// difference. It is posted as a movement when a second person confirms.
#[utoipa::path(
    operation_id = "lot_count", tag = "goods",
    params(("stock_lot_id" = StockLotId, Path, description = "批次编号")),
    extensions(
        ("x-permission" = json!("manage_goods")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!(["wrong_state", "out_of_stock", "adjustment_pending"])),
    ),
    request_body = CountLot,
    responses((status = OK, description = "已提出，待第二人确认", body = StockAdjustmentView)),
)]
#[post("/stock-lots/{stock_lot_id}/count")]
async fn count(caller: Caller, id: Path<StockLotId>, cmd: Command<CountLot>) -> Answer {
    cmd.run(async move |tx, body| {
        let quantity = body.counted.get();
        let kind = StockAdjustmentKind::Count;
        let proposal = Proposal { kind, quantity, reason: body.reason.into() };
        service::propose(tx, &caller, *id, proposal).await.map(done)
    })
    .await
}

/// 确认库存调整
///
/// Confirms a write-off or a count as the second person; the difference is posted. A count
/// is refused when pieces came or went since.
#[utoipa::path(
    operation_id = "stock_adjustment_confirm", tag = "goods",
    params(("stock_adjustment_id" = StockAdjustmentId, Path, description = "库存调整编号")),
    extensions(
        ("x-permission" = json!("manage_goods")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!([
            "wrong_state", "second_signer_required", "out_of_stock", "stock_moved",
        ])),
    ),
    responses((status = OK, description = "已确认", body = StockAdjustmentView)),
)]
#[post("/stock-adjustments/{stock_adjustment_id}/confirm")]
async fn confirm(caller: Caller, id: Path<StockAdjustmentId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        service::settle(tx, &caller, *id, (AdjustmentAction::Confirm, None)).await.map(done)
    })
    .await
}

/// 不予通过库存调整
///
/// Refuses a write-off or a count as the second person, with a reason. The books stay.
#[utoipa::path(
    operation_id = "stock_adjustment_reject", tag = "goods",
    params(("stock_adjustment_id" = StockAdjustmentId, Path, description = "库存调整编号")),
    extensions(
        ("x-permission" = json!("manage_goods")),
        ("x-codes" = json!(["wrong_state", "second_signer_required"])),
    ),
    request_body = RejectAdjustment,
    responses((status = OK, description = "未通过", body = StockAdjustmentView)),
)]
#[post("/stock-adjustments/{stock_adjustment_id}/reject")]
async fn reject(
    caller: Caller,
    id: Path<StockAdjustmentId>,
    cmd: Command<RejectAdjustment>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let decision = (AdjustmentAction::Reject, Some(body.reason.into()));
        service::settle(tx, &caller, *id, decision).await.map(done)
    })
    .await
}

/// 库存调整列表
///
/// Lists a site's write-offs and counts, newest first, with who proposed and who decided.
#[utoipa::path(
    operation_id = "stock_adjustment_list", tag = "goods",
    params(("site_id" = SiteId, Path, description = "所站编号"), AdjustmentQuery),
    extensions(("x-permission" = json!("view_goods"))),
    responses((status = OK, description = "库存调整", body = StockAdjustmentPage)),
)]
#[get("/sites/{site_id}/stock-adjustments")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<AdjustmentQuery>,
) -> Result<Json<StockAdjustmentPage>, Failure> {
    service::list(&app, &caller, *site, query.into_inner()).await.map(Json)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(write_off).service(count).service(confirm).service(reject).service(list);
}
