//! Operations of claims, the staff's side.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{ClaimId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::domain::ClaimAction;
use super::dto::{
    CertifyClaims, ClaimCountView, ClaimPage, ClaimQuery, ClaimView, CreateAwardClaim,
    DeclineClaims, RevokeClaim,
};
use super::{application, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::batch::BatchResult;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;
use crate::platform::text::bounded::Line;

/// 待办积分申请
///
/// The claims of a site and the sites below it, who waits longest first, with what the
/// caller may do with each and whether she must leave it to somebody else. Where something of the
/// same was refused or taken back before, who may certify sees it as `earlier`.
#[utoipa::path(
    operation_id = "claim_list", tag = "claims",
    params(("site_id" = SiteId, Path, description = "所站编号"), ClaimQuery),
    extensions(("x-permission" = json!("view_claims"))),
    responses((status = OK, description = "积分申请", body = ClaimPage)),
)]
#[get("/sites/{site_id}/claims")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<ClaimQuery>,
) -> Result<Json<ClaimPage>, Failure> {
    let ClaimQuery { state, page_size, page_token } = query.into_inner();
    let name = format!("claims|{}|{site}|{state:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::list_at(&app.pools.read, &caller, (*site, state), app.clock.now(), &pager)
        .await
        .map(Json)
}

/// 积分申请数
///
/// How many claims of a site and the sites below it wait, and how many are in each state.
#[utoipa::path(
    operation_id = "claim_count", tag = "claims",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("view_claims"))),
    responses((status = OK, description = "申请数", body = ClaimCountView)),
)]
#[get("/sites/{site_id}/claims/count")]
async fn count(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
) -> Result<Json<ClaimCountView>, Failure> {
    service::count_at(&app.pools.read, &caller, *site).await.map(Json)
}

/// 登记荣誉积分申请
///
/// Enters a claim for an honour on a volunteer's behalf. Whoever enters it cannot
/// certify it.
#[utoipa::path(
    operation_id = "claim_create_award", tag = "claims",
    request_body = CreateAwardClaim,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!([
            "must_recuse", "already_claimed", "claim_struck", "no_rules", "no_points_left",
            "earning_suspended",
        ])),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
    ),
    responses((status = CREATED, description = "已登记", body = ClaimView)),
)]
#[post("/sites/{site_id}/claims")]
async fn create_award(
    caller: Caller,
    site: Path<SiteId>,
    cmd: Command<CreateAwardClaim>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let id = application::create_award(tx, &caller, *site, &body).await?;
        let view = service::get(&**tx, &caller, (id, tx.now)).await?;
        let (location, version) = (view.location(), view.version());
        Ok(Done::created(view, location).version(version))
    })
    .await
}

/// 批量认定
///
/// Certifies claims, each by itself and with its own result; the points count at once
/// unless the town waits for the notice. Not by the volunteer, who acts for her, her
/// declared relatives, or who entered the claim or the attendance. An item is refused
/// with `not_found`, `permission_denied`, `wrong_state`, `frozen`, `must_recuse`,
/// `attendance_not_confirmed`, `earning_suspended` or `points_account_full`.
#[utoipa::path(
    operation_id = "claim_certify", tag = "claims",
    request_body = CertifyClaims,
    extensions(
        ("x-permission" = json!("certify_claims")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-item-codes" = json!([
            "not_found", "permission_denied", "wrong_state", "frozen", "must_recuse",
            "attendance_not_confirmed", "earning_suspended", "points_account_full",
        ])),
    ),
    responses((status = OK, description = "逐条结果", body = BatchResult)),
)]
#[post("/claims/certify")]
async fn certify(caller: Caller, cmd: Command<CertifyClaims>) -> Answer {
    cmd.run_each(
        |body| body.claim_ids.to_vec(),
        async move |tx, id: ClaimId| {
            service::decide(tx, &caller, ClaimAction::Certify, (id, None)).await
        },
    )
    .await
}

/// 批量退回
///
/// Gives claims back to the volunteers to put something right, with the reason. An item
/// is refused with `not_found`, `permission_denied`, `wrong_state`, `frozen` or
/// `must_recuse`.
#[utoipa::path(
    operation_id = "claim_return", tag = "claims",
    request_body = DeclineClaims,
    extensions(
        ("x-permission" = json!("certify_claims")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-item-codes" = json!([
            "not_found", "permission_denied", "wrong_state", "frozen", "must_recuse",
        ])),
    ),
    responses((status = OK, description = "逐条结果", body = BatchResult)),
)]
#[post("/claims/return")]
async fn give_back(caller: Caller, cmd: Command<DeclineClaims>) -> Answer {
    decline(caller, cmd, ClaimAction::Return).await
}

/// 批量不予认定
///
/// Rejects claims for good, with the reason. An item is refused with `not_found`,
/// `permission_denied`, `wrong_state`, `frozen` or `must_recuse`.
#[utoipa::path(
    operation_id = "claim_reject", tag = "claims",
    request_body = DeclineClaims,
    extensions(
        ("x-permission" = json!("certify_claims")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-item-codes" = json!([
            "not_found", "permission_denied", "wrong_state", "frozen", "must_recuse",
        ])),
    ),
    responses((status = OK, description = "逐条结果", body = BatchResult)),
)]
#[post("/claims/reject")]
async fn reject(caller: Caller, cmd: Command<DeclineClaims>) -> Answer {
    decline(caller, cmd, ClaimAction::Reject).await
}

async fn decline(caller: Caller, cmd: Command<DeclineClaims>, action: ClaimAction) -> Answer {
    cmd.run_each(DeclineClaims::items, async move |tx, (id, reason): (ClaimId, Line)| {
        service::decide(tx, &caller, action, (id, Some(reason.as_str()))).await
    })
    .await
}

/// 撤销认定
///
/// Revokes a certification and takes back its points; what is spent already becomes
/// due. Not by who certified it.
#[utoipa::path(
    operation_id = "claim_revoke", tag = "claims",
    request_body = RevokeClaim,
    params(("claim_id" = ClaimId, Path, description = "积分申请编号")),
    extensions(
        ("x-permission" = json!("certify_claims")),
        ("x-codes" = json!(["wrong_state", "must_recuse", "frozen"])),
        ("x-idempotency-key-required" = json!(true)),
    ),
    responses((status = OK, description = "已撤销", body = ClaimView)),
)]
#[post("/claims/{claim_id}/revoke")]
async fn revoke(caller: Caller, id: Path<ClaimId>, cmd: Command<RevokeClaim>) -> Answer {
    cmd.run(async move |tx, body| {
        let reason = Some(body.reason.as_str());
        service::decide(tx, &caller, ClaimAction::Revoke, (*id, reason)).await?;
        let view = service::get(&**tx, &caller, (*id, tx.now)).await?;
        let version = view.version();
        Ok(Done::ok(view).version(version))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list)
        .service(count)
        .service(create_award)
        .service(certify)
        .service(give_back)
        .service(reject)
        .service(revoke);
}
