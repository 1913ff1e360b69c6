//! Operations of the counter.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{RedemptionId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    CounterQuery, FulfilRedemption, RedeemForCard, RedemptionCount, RedemptionPage,
    RedemptionPlaced, RedemptionView, ReturnRedemption,
};
use super::{counter, ending};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::query::Query;

/// 代为兑换
///
/// Redeems for somebody without a phone who shows her card at the counter. Nobody does so for
/// herself or her kin, and somebody else hands the goods over against the card.
#[utoipa::path(
    operation_id = "redemption_create_assisted", tag = "redemption",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("fulfil_redemptions")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
        ("x-codes" = json!([
            "session_not_open", "below_threshold", "insufficient_points", "out_of_stock",
            "limit_reached", "volunteer_not_active", "card_not_active", "card_unknown",
            "must_recuse",
        ])),
    ),
    request_body = RedeemForCard,
    responses((status = CREATED, description = "已下单", body = RedemptionPlaced)),
)]
#[post("/sites/{site_id}/redemptions")]
async fn create_assisted(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    cmd: Command<RedeemForCard>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let row = counter::redeem_for_card(&app, tx, &caller, *site, &body).await?;
        let location = format!("/v1/sites/{}/redemptions/{}", row.site_id, row.id);
        Ok(Done::created(RedemptionPlaced::new(&row, None), location).version(row.version))
    })
    .await
}

/// 柜台查询兑换
///
/// Finds redemptions at a site by card, receipt or state, with what the counter may do with
/// each; newest first.
#[utoipa::path(
    operation_id = "redemption_lookup", tag = "redemption",
    params(("site_id" = SiteId, Path, description = "所站编号"), CounterQuery),
    extensions(
        ("x-permission" = json!("fulfil_redemptions")),
        ("x-codes" = json!(["card_unknown", "card_not_active"])),
    ),
    responses((status = OK, description = "兑换列表", body = RedemptionPage)),
)]
#[get("/sites/{site_id}/redemptions")]
async fn look_up(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<CounterQuery>,
) -> Result<Json<RedemptionPage>, Failure> {
    counter::look_up(&app, &caller, *site, query.into_inner()).await.map(Json)
}

/// 各状态兑换数
///
/// Counts a site's redemptions by state, for the badges of the counter's screen.
#[utoipa::path(
    operation_id = "redemption_count", tag = "redemption",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("fulfil_redemptions"))),
    responses((status = OK, description = "各状态的数目", body = RedemptionCount)),
)]
#[get("/sites/{site_id}/redemptions/count")]
async fn count(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
) -> Result<Json<RedemptionCount>, Failure> {
    counter::count(&app, &caller, *site).await.map(Json)
}

/// 柜台查看兑换
///
/// Shows one redemption of a site to its counter.
#[utoipa::path(
    operation_id = "redemption_get", tag = "redemption",
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("redemption_id" = RedemptionId, Path, description = "兑换编号"),
    ),
    extensions(("x-permission" = json!("fulfil_redemptions"))),
    responses((status = OK, description = "兑换", body = RedemptionView)),
)]
#[get("/sites/{site_id}/redemptions/{redemption_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    path: Path<(SiteId, RedemptionId)>,
) -> Result<Json<RedemptionView>, Failure> {
    let (site, id) = path.into_inner();
    counter::show(&app, &caller, site, id).await.map(Json)
}

/// 备货完成
///
/// Says that the goods lie ready to be picked up.
#[utoipa::path(
    operation_id = "redemption_ready", tag = "redemption",
    params(("redemption_id" = RedemptionId, Path, description = "兑换编号")),
    extensions(
        ("x-permission" = json!("fulfil_redemptions")),
        ("x-codes" = json!(["wrong_state", "frozen"])),
    ),
    responses((status = OK, description = "待领取", body = RedemptionView)),
)]
#[post("/redemptions/{redemption_id}/ready")]
async fn ready(caller: Caller, id: Path<RedemptionId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| counter::make_ready(tx, &caller, *id).await.map(done)).await
}

/// 核销
///
/// Hands the goods over against the recipient's card or this redemption's code: the held
/// points are spent and the stock is issued. Nobody hands goods to herself or her kin, nor
/// what she has placed for somebody else. Somebody else than the recipient gets them only as her
/// delegate, registered beforehand, and not from the clerk who registered her.
#[utoipa::path(
    operation_id = "redemption_fulfil", tag = "redemption",
    params(("redemption_id" = RedemptionId, Path, description = "兑换编号")),
    extensions(
        ("x-permission" = json!("fulfil_redemptions")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!([
            "frozen",
            "wrong_state", "must_recuse", "pickup_proof_wrong", "card_not_active",
            "redemption_expired", "out_of_stock", "stock_expired",
            "delegate_not_registered",
        ])),
    ),
    request_body = FulfilRedemption,
    responses((status = OK, description = "已核销", body = RedemptionView)),
)]
#[post("/redemptions/{redemption_id}/fulfil")]
async fn fulfil(
    app: Data<App>,
    caller: Caller,
    id: Path<RedemptionId>,
    cmd: Command<FulfilRedemption>,
) -> Answer {
    counter::spend_try(&app, &caller, *id, &cmd.body).await?;
    cmd.run(async move |tx, body| counter::fulfil(&app, tx, &caller, *id, body).await.map(done))
        .await
}

/// 退货
///
/// Takes goods back that were handed over: the points are given back and the pieces go on the
/// shelf again or are written off. Somebody else than who handed them out does so, and nobody
/// for herself or her kin, within the time that the setting `return_window_days` gives.
#[utoipa::path(
    operation_id = "redemption_return", tag = "redemption",
    params(("redemption_id" = RedemptionId, Path, description = "兑换编号")),
    extensions(
        ("x-permission" = json!("fulfil_redemptions")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!([
            "frozen",
            "wrong_state", "must_recuse", "return_window_closed", "stock_expired",
            "points_account_full", "volunteer_not_active",
        ])),
    ),
    request_body = ReturnRedemption,
    responses((status = OK, description = "已退货", body = RedemptionView)),
)]
#[post("/redemptions/{redemption_id}/return")]
async fn take_back(
    caller: Caller,
    id: Path<RedemptionId>,
    cmd: Command<ReturnRedemption>,
) -> Answer {
    cmd.run(async move |tx, body| ending::take_back(tx, &caller, *id, body).await.map(done)).await
}

fn done(view: RedemptionView) -> Done<RedemptionView> {
    let version = view.version();
    Done::ok(view).version(version)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(create_assisted)
        .service(look_up)
        .service(count)
        .service(show)
        .service(ready)
        .service(fulfil)
        .service(take_back);
}
