//! Operations of claims filed at the station.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{AttendanceId, ClaimId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::dto::{ClaimView, ClaimablePage};
use super::super::service::get as view_of;
use super::dto::{ActForClaimant, ClaimantQuery, FileClaims};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::batch::BatchResult;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;
use crate::platform::text::bounded::Line;

/// 代查可申请的积分
///
/// The attendances of a volunteer of the site without an account of her own, by her card or
/// profile, each with the points it would earn if claimed now, or why it cannot be claimed.
#[utoipa::path(
    operation_id = "claimable_list_assisted", tag = "claims",
    params(("site_id" = SiteId, Path, description = "所站编号"), ClaimantQuery),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!([
            "missing_field", "card_unknown", "card_not_active", "must_recuse", "has_account",
        ])),
    ),
    responses((status = OK, description = "签到记录及可申请的积分", body = ClaimablePage)),
)]
#[get("/sites/{site_id}/claimables")]
async fn list_claimables(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<ClaimantQuery>,
) -> Result<Json<ClaimablePage>, Failure> {
    let her = service::find(&app.pools.read, &caller, *site, &query.whom()?).await?;
    let ClaimantQuery { page_size, page_token, .. } = query.into_inner();
    let name = format!("claimables-of|{}|{her}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::list_claimables(&app.pools.read, her, app.clock.now(), &pager).await.map(Json)
}

/// 代为申请积分
///
/// Claims the points of confirmed attendances of a volunteer of the site without an account
/// of her own, who shows her card or asks for it, one or many, each with its own result. Who
/// files it, and why, is on record; she certifies none of it. Not for oneself, one's kin or
/// whom one acts for: a proxy uses her own phone. An item is refused as in `claim_create`,
/// or with `must_recuse` or `has_account` if that came up meanwhile.
#[utoipa::path(
    operation_id = "claim_create_assisted", tag = "claims",
    request_body = FileClaims,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["card_unknown", "card_not_active", "must_recuse", "has_account"])),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
        ("x-item-codes" = json!([
            "not_found", "already_claimed", "claim_struck", "attendance_not_confirmed",
            "claim_window_closed", "earns_no_points", "no_points_left", "earning_suspended",
            "must_recuse", "has_account",
        ])),
    ),
    responses((status = OK, description = "逐条结果", body = BatchResult)),
)]
#[post("/sites/{site_id}/attendance-claims")]
async fn create(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    cmd: Command<FileClaims>,
) -> Answer {
    if let Some(kept) = cmd.answered().await? {
        return Ok(kept);
    }
    let her = service::find(&app.pools.read, &caller, *site, &cmd.body.whom()?).await?;
    cmd.run_each(FileClaims::items, async move |tx, (id, reason): (AttendanceId, Line)| {
        service::create(tx, &caller, (*site, her), (id, reason.as_str())).await
    })
    .await
}

/// 代为撤回积分申请
///
/// Takes back, before it is decided on, a claim of a volunteer of the site without an account
/// of her own, who asks for it.
#[utoipa::path(
    operation_id = "claim_withdraw_assisted", tag = "claims",
    request_body = ActForClaimant,
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("claim_id" = ClaimId, Path, description = "积分申请编号"),
    ),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["wrong_state", "frozen", "must_recuse", "has_account"])),
    ),
    responses((status = OK, description = "已撤回", body = ClaimView)),
)]
#[post("/sites/{site_id}/claims/{claim_id}/withdraw")]
async fn withdraw(
    caller: Caller,
    path: Path<(SiteId, ClaimId)>,
    cmd: Command<ActForClaimant>,
) -> Answer {
    cmd.run(async move |tx, body| {
        service::withdraw(tx, &caller, *path, body.reason.as_str()).await?;
        let view = view_of(&**tx, &caller, (path.1, tx.now)).await?;
        let version = view.version();
        Ok(Done::ok(view).about(path.1).version(version))
    })
    .await
}

/// 代为重新提交积分申请
///
/// Submits a returned claim of a volunteer of the site without an account of her own again;
/// its points are computed anew. Whoever does so does not certify it.
#[utoipa::path(
    operation_id = "claim_submit_assisted", tag = "claims",
    request_body = ActForClaimant,
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("claim_id" = ClaimId, Path, description = "积分申请编号"),
    ),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!([
            "wrong_state", "earning_suspended", "no_points_left", "must_recuse", "has_account",
        ])),
        ("x-idempotency-key-required" = json!(true)),
    ),
    responses((status = OK, description = "已提交", body = ClaimView)),
)]
#[post("/sites/{site_id}/claims/{claim_id}/submit")]
async fn submit(
    caller: Caller,
    path: Path<(SiteId, ClaimId)>,
    cmd: Command<ActForClaimant>,
) -> Answer {
    cmd.run(async move |tx, body| {
        service::resubmit(tx, &caller, *path, body.reason.as_str()).await?;
        let view = view_of(&**tx, &caller, (path.1, tx.now)).await?;
        let version = view.version();
        Ok(Done::ok(view).about(path.1).version(version))
    })
    .await
}

pub(in crate::claim) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_claimables).service(create).service(withdraw).service(submit);
}
