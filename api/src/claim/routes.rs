//! Operations of claims, the volunteer's side.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get, post};
use entity::ids::{AttendanceId, ClaimId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{ClaimView, ClaimablePage, CreateClaims, MyClaimPage, WhoseQuery};
use super::{application, assisted, claimable, desk_routes, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::batch::BatchResult;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 可申请的积分
///
/// The caller's attendances, and those of whom she acts for while the authorisation is live,
/// each with whose it is, the points it would earn if claimed now and how they come about,
/// or why it cannot be claimed. Where a cap is near, claiming several at once may earn less
/// than the sum shown.
#[utoipa::path(
    operation_id = "claimable_list", tag = "claims",
    params(WhoseQuery),
    extensions(("x-permission" = json!("volunteer")), ("x-codes" = json!(["not_found"]))),
    responses((status = OK, description = "签到记录及可申请的积分", body = ClaimablePage)),
)]
#[get("/me/claimables")]
async fn list_claimables(
    app: Data<App>,
    caller: Caller,
    query: Query<WhoseQuery>,
) -> Result<Json<ClaimablePage>, Failure> {
    let WhoseQuery { volunteer_id, page_size, page_token } = query.into_inner();
    let name = format!("claimables|{}|{volunteer_id:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    let whose = (volunteer_id, app.clock.now());
    claimable::list_own(&app.pools.read, &caller, whose, &pager).await.map(Json)
}

/// 申请积分
///
/// Claims the points of confirmed attendances, one or many, each with its own result: the
/// caller's own, or of whom she acts for while the authorisation is live.
/// Points are computed from the rules the activity was published under. An item is
/// refused with `not_found`, `already_claimed` (with its `claim_id`), `claim_struck` (an upheld
/// objection took its points back, and none of its holder's was upheld since),
/// `attendance_not_confirmed`, `claim_window_closed`, `earns_no_points`, `no_points_left` or
/// `earning_suspended`.
#[utoipa::path(
    operation_id = "claim_create", tag = "claims",
    request_body = CreateClaims,
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
        ("x-item-codes" = json!([
            "not_found", "already_claimed", "claim_struck", "attendance_not_confirmed",
            "claim_window_closed", "earns_no_points", "no_points_left", "earning_suspended",
        ])),
    ),
    responses((status = OK, description = "逐条结果", body = BatchResult)),
)]
#[post("/claims")]
async fn create(caller: Caller, cmd: Command<CreateClaims>) -> Answer {
    cmd.run_each(
        |body| body.attendance_ids.to_vec(),
        async move |tx, id: AttendanceId| application::create(tx, &caller, id).await,
    )
    .await
}

/// 我的积分申请
///
/// The claims of the caller, and of whom she acts for while the authorisation is live, in
/// every state, the youngest first.
#[utoipa::path(
    operation_id = "my_claims", tag = "claims",
    params(WhoseQuery),
    extensions(("x-permission" = json!("volunteer")), ("x-codes" = json!(["not_found"]))),
    responses((status = OK, description = "我的积分申请", body = MyClaimPage)),
)]
#[get("/me/claims")]
async fn list_own(
    app: Data<App>,
    caller: Caller,
    query: Query<WhoseQuery>,
) -> Result<Json<MyClaimPage>, Failure> {
    let WhoseQuery { volunteer_id, page_size, page_token } = query.into_inner();
    let name = format!("my_claims|{}|{volunteer_id:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    let whose = (volunteer_id, app.clock.now());
    service::list_own(&app.pools.read, &caller, whose, &pager).await.map(Json)
}

/// 查看积分申请
///
/// One claim: the caller's own, of whom she acts for, or of a site she may read claims of.
#[utoipa::path(
    operation_id = "claim_get", tag = "claims",
    params(("claim_id" = ClaimId, Path, description = "积分申请编号")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["permission_denied"])),
        ("x-etag" = json!(true)),
    ),
    responses((status = OK, description = "积分申请", body = ClaimView)),
)]
#[get("/claims/{claim_id}")]
async fn show(app: Data<App>, caller: Caller, id: Path<ClaimId>, request: HttpRequest) -> Answer {
    let view = service::get(&app.pools.read, &caller, (*id, app.clock.now())).await?;
    with_etag(&request, view.version(), &view)
}

/// 撤回积分申请
///
/// Takes back a claim before it is decided on: one's own, or of whom one acts for.
#[utoipa::path(
    operation_id = "claim_withdraw", tag = "claims",
    params(("claim_id" = ClaimId, Path, description = "积分申请编号")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["wrong_state", "frozen"])),
    ),
    responses((status = OK, description = "已撤回", body = ClaimView)),
)]
#[post("/claims/{claim_id}/withdraw")]
async fn withdraw(caller: Caller, id: Path<ClaimId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        application::withdraw(tx, &caller, *id).await?;
        let view = service::get(&**tx, &caller, (*id, tx.now)).await?;
        let version = view.version();
        Ok(Done::ok(view).version(version))
    })
    .await
}

/// 重新提交积分申请
///
/// Submits a returned claim again, one's own or of whom one acts for; its points are
/// computed anew.
#[utoipa::path(
    operation_id = "claim_submit", tag = "claims",
    params(("claim_id" = ClaimId, Path, description = "积分申请编号")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["wrong_state", "earning_suspended", "no_points_left"])),
        ("x-idempotency-key-required" = json!(true)),
    ),
    responses((status = OK, description = "已提交", body = ClaimView)),
)]
#[post("/claims/{claim_id}/submit")]
async fn submit(caller: Caller, id: Path<ClaimId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        application::resubmit(tx, &caller, *id).await?;
        let view = service::get(&**tx, &caller, (*id, tx.now)).await?;
        let version = view.version();
        Ok(Done::ok(view).version(version))
    })
    .await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    // The guard finds an operation by the first path that fits: `/claims/certify` must
    // come before `/claims/{claim_id}`.
    cfg.configure(desk_routes::configure).configure(assisted::configure);
    cfg.service(list_claimables)
        .service(create)
        .service(list_own)
        .service(show)
        .service(withdraw)
        .service(submit);
}
