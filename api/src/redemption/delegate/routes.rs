//! Operations of delegates.

use actix_web::web::{Data, Json, Path, ReqData};
use actix_web::{HttpRequest, get, post};
use entity::ids::{PickupDelegateId, RedemptionId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    DelegateQuery, EndDelegateForCard, PickupDelegateList, PickupDelegateView, RegisterDelegate,
    RegisterDelegateForCard,
};
use super::{counter, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::Failure;
use crate::platform::query::Query;

/// 我的代领人
///
/// Lists who may pick up goods for the caller, oldest first; ended ones are not among them.
#[utoipa::path(
    operation_id = "pickup_delegate_list", tag = "redemption",
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "代领人", body = PickupDelegateList)),
)]
#[get("/me/pickup-delegates")]
async fn list(app: Data<App>, caller: Caller) -> Result<Json<PickupDelegateList>, Failure> {
    service::list_own(&app, &caller).await.map(Json)
}

/// 登记代领人
///
/// Registers somebody who may pick up goods for the caller from now on: five at most at a time,
/// none of them twice, and not herself.
#[utoipa::path(
    operation_id = "pickup_delegate_register", tag = "redemption",
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["volunteer_not_active", "delegate_exists", "too_many_delegates"])),
    ),
    request_body = RegisterDelegate,
    responses((status = CREATED, description = "已登记", body = PickupDelegateView)),
)]
#[post("/me/pickup-delegates")]
async fn register(caller: Caller, cmd: Command<RegisterDelegate>) -> Answer {
    cmd.run(async move |tx, body| {
        let view = service::register_own(tx, &caller, body).await?;
        let (location, version) = (format!("/v1/me/pickup-delegates/{}", view.id), view.version);
        Ok(Done::created(view, location).version(version))
    })
    .await
}

/// 查看我的代领人
///
/// Shows one of the caller's delegates, also when she has ended.
#[utoipa::path(
    operation_id = "pickup_delegate_get", tag = "redemption",
    params(("delegate_id" = PickupDelegateId, Path, description = "代领人编号")),
    extensions(("x-permission" = json!("volunteer")), ("x-etag" = json!(true))),
    responses((status = OK, description = "代领人", body = PickupDelegateView)),
)]
#[get("/me/pickup-delegates/{delegate_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    id: Path<PickupDelegateId>,
    request: HttpRequest,
) -> Answer {
    let view = service::show_own(&app, &caller, *id).await?;
    with_etag(&request, view.version, &view)
}

/// 终止代领人
///
/// Ends one of the caller's delegates at once; her place is free again.
#[utoipa::path(
    operation_id = "pickup_delegate_end", tag = "redemption",
    params(("delegate_id" = PickupDelegateId, Path, description = "代领人编号")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已终止", body = PickupDelegateView)),
)]
#[post("/me/pickup-delegates/{delegate_id}/end")]
async fn end(caller: Caller, id: Path<PickupDelegateId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| service::end_own(tx, &caller, *id).await.map(done)).await
}

/// 凭卡登记代领人
///
/// Registers a delegate for somebody of this site who has no phone and shows her card. Nobody
/// does so for her kin, nor names herself; the clerk who registers a delegate leaves it to
/// others to hand goods to her.
#[utoipa::path(
    operation_id = "pickup_delegate_register_assisted", tag = "redemption",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("fulfil_redemptions")),
        ("x-codes" = json!([
            "card_unknown", "card_not_active", "has_account", "must_recuse",
            "volunteer_not_active", "delegate_exists", "too_many_delegates",
        ])),
    ),
    request_body = RegisterDelegateForCard,
    responses((status = OK, description = "已登记", body = PickupDelegateView)),
)]
#[post("/sites/{site_id}/pickup-delegates")]
async fn register_assisted(
    caller: Caller,
    site: Path<SiteId>,
    cmd: Command<RegisterDelegateForCard>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let view = counter::register_for_card(tx, &caller, *site, body).await?;
        let id = view.id;
        Ok(done(view).about(id))
    })
    .await
}

/// 凭卡查询代领人
///
/// Lists the active delegates of somebody of this site who shows her card, with names in full.
/// Each look is kept in the audit trail.
#[utoipa::path(
    operation_id = "pickup_delegate_lookup", tag = "redemption",
    params(("site_id" = SiteId, Path, description = "所站编号"), DelegateQuery),
    extensions(
        ("x-permission" = json!("fulfil_redemptions")),
        ("x-codes" = json!(["card_unknown", "card_not_active"])),
    ),
    responses((status = OK, description = "代领人", body = PickupDelegateList)),
)]
#[get("/sites/{site_id}/pickup-delegates")]
async fn look_up(
    app: Data<App>,
    caller: Caller,
    actor: ReqData<Actor>,
    site: Path<SiteId>,
    query: Query<DelegateQuery>,
) -> Result<Json<PickupDelegateList>, Failure> {
    let shown = (*site, query.card_number.as_str());
    counter::look_up(&app, &caller, &actor, shown).await.map(Json)
}

/// 凭卡终止代领人
///
/// Ends a delegate of somebody of this site who has no phone and shows her card.
#[utoipa::path(
    operation_id = "pickup_delegate_end_assisted", tag = "redemption",
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("delegate_id" = PickupDelegateId, Path, description = "代领人编号"),
    ),
    extensions(
        ("x-permission" = json!("fulfil_redemptions")),
        ("x-codes" = json!([
            "card_unknown", "card_not_active", "has_account", "must_recuse", "wrong_state",
        ])),
    ),
    request_body = EndDelegateForCard,
    responses((status = OK, description = "已终止", body = PickupDelegateView)),
)]
#[post("/sites/{site_id}/pickup-delegates/{delegate_id}/end")]
async fn end_assisted(
    caller: Caller,
    path: Path<(SiteId, PickupDelegateId)>,
    cmd: Command<EndDelegateForCard>,
) -> Answer {
    cmd.run(async move |tx, body| counter::end_for_card(tx, &caller, *path, body).await.map(done))
        .await
}

/// 可代领的人
///
/// Lists to whom a redemption may be handed instead of its recipient, with names in full to be
/// compared with the identity paper, and whether this clerk may do so. Shown to whoever may hand
/// it over now; each look is kept in the audit trail.
#[utoipa::path(
    operation_id = "pickup_delegate_choices", tag = "redemption",
    params(("redemption_id" = RedemptionId, Path, description = "兑换编号")),
    extensions(
        ("x-permission" = json!("fulfil_redemptions")),
        ("x-codes" = json!(["frozen", "wrong_state", "must_recuse", "redemption_expired"])),
    ),
    responses((status = OK, description = "代领人", body = PickupDelegateList)),
)]
#[get("/redemptions/{redemption_id}/pickup-delegates")]
async fn choices(
    app: Data<App>,
    caller: Caller,
    actor: ReqData<Actor>,
    id: Path<RedemptionId>,
) -> Result<Json<PickupDelegateList>, Failure> {
    counter::choices(&app, &caller, &actor, *id).await.map(Json)
}

fn done(view: PickupDelegateView) -> Done<PickupDelegateView> {
    let version = view.version;
    Done::ok(view).version(version)
}

pub(in crate::redemption) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list)
        .service(register)
        .service(show)
        .service(end)
        .service(register_assisted)
        .service(look_up)
        .service(end_assisted)
        .service(choices);
}
