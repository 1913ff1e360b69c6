//! Operations of whoever redeems.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::RedemptionId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::domain::PICKUP;
use super::dto::{
    CancelRedemption, CreateRedemption, MyRedemptionQuery, PickupCodeView, RedemptionPage,
    RedemptionPlaced, RedemptionView,
};
use super::ending;
use super::service::{self, Wish};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::query::Query;

/// 兑换物品
///
/// Places a redemption: the points are held and the goods reserved until they are picked up.
/// The pick-up code is shown here only, and not by a dry run, whose ids and receipt are nobody's.
#[utoipa::path(
    operation_id = "redemption_create", tag = "redemption",
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
        ("x-codes" = json!([
            "not_found", "session_not_open", "below_threshold", "insufficient_points",
            "out_of_stock", "limit_reached", "volunteer_not_active", "card_not_active",
        ])),
    ),
    request_body = CreateRedemption,
    responses((status = CREATED, description = "已下单", body = RedemptionPlaced)),
)]
#[post("/redemptions")]
async fn create(app: Data<App>, caller: Caller, cmd: Command<CreateRedemption>) -> Answer {
    let (volunteer, is_real) = (caller.volunteer()?, !cmd.is_dry_run());
    cmd.run(async move |tx, body| {
        let CreateRedemption { session_id: session, goods_id: goods, quantity } = body;
        let wish = Wish { volunteer, session, goods, quantity: quantity.get(), at: None };
        let (row, code) = service::redeem(&app, tx, wish).await?;
        let location = format!("/v1/me/redemptions/{}", row.id);
        let placed = RedemptionPlaced::new(&row, is_real.then_some(code.as_str()));
        Ok(Done::created(placed, location).version(row.version))
    })
    .await
}

/// 换新取货码
///
/// Makes a new pick-up code for the holder; the old one is good no more.
#[utoipa::path(
    operation_id = "redemption_code", tag = "redemption",
    params(("redemption_id" = RedemptionId, Path, description = "兑换编号")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["wrong_state", "frozen"])),
    ),
    responses((status = OK, description = "新的取货码", body = PickupCodeView)),
)]
#[post("/me/redemptions/{redemption_id}/code")]
async fn renew_code(
    app: Data<App>,
    caller: Caller,
    id: Path<RedemptionId>,
    cmd: Command<NoBody>,
) -> Answer {
    cmd.run(async move |tx, _| {
        let (row, code) = service::renew_code(&app, tx, &caller, *id).await?;
        let pickup_code = PICKUP.grouped(&code);
        Ok(Done::ok(PickupCodeView { pickup_code, expires_at: row.expires_at }))
    })
    .await
}

/// 我的兑换
///
/// Lists the caller's own redemptions, newest first.
#[utoipa::path(
    operation_id = "my_redemptions", tag = "redemption", params(MyRedemptionQuery),
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "我的兑换", body = RedemptionPage)),
)]
#[get("/me/redemptions")]
async fn list_mine(
    app: Data<App>,
    caller: Caller,
    query: Query<MyRedemptionQuery>,
) -> Result<Json<RedemptionPage>, Failure> {
    service::list_mine(&app, &caller, query.into_inner()).await.map(Json)
}

/// 我的一笔兑换
///
/// Shows one of the caller's own redemptions; another's is not found.
#[utoipa::path(
    operation_id = "my_redemption", tag = "redemption",
    params(("redemption_id" = RedemptionId, Path, description = "兑换编号")),
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "兑换", body = RedemptionView)),
)]
#[get("/me/redemptions/{redemption_id}")]
async fn show_mine(
    app: Data<App>,
    caller: Caller,
    id: Path<RedemptionId>,
) -> Result<Json<RedemptionView>, Failure> {
    service::show_mine(&app, &caller, *id).await.map(Json)
}

/// 取消兑换
///
/// Gives up a redemption before it is handed over: its holder for any reason, the counter of
/// its site with one. Points and goods go back once.
#[utoipa::path(
    operation_id = "redemption_cancel", tag = "redemption",
    params(("redemption_id" = RedemptionId, Path, description = "兑换编号")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!(["permission_denied", "wrong_state", "frozen"])),
    ),
    request_body = CancelRedemption,
    responses((status = OK, description = "已取消", body = RedemptionView)),
)]
#[post("/redemptions/{redemption_id}/cancel")]
async fn cancel(caller: Caller, id: Path<RedemptionId>, cmd: Command<CancelRedemption>) -> Answer {
    cmd.run(async move |tx, body| {
        let reason = body.reason.map(String::from);
        let view = ending::cancel(tx, &caller, *id, reason).await?;
        let version = view.version();
        Ok(Done::ok(view).version(version))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(create).service(renew_code).service(list_mine).service(show_mine).service(cancel);
}
