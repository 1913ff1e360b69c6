//! Operations of relatives and proxies.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{ProxyId, RelativeId, VolunteerId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    AddProxy, DeclareRelative, MyProxyList, MyProxyView, ProxyList, ProxyView, RelativeList,
    RelativeView,
};
use super::{own, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::query::Query;
use crate::volunteer::reading::ReadingQuery;

/// 申报亲属
///
/// Whoever has an office declares a relative among the volunteers, whose matters she then never
/// decides. The answer names the person with her name masked.
#[utoipa::path(
    operation_id = "relative_declare", tag = "volunteers",
    request_body = DeclareRelative,
    extensions(
        ("x-permission" = json!("view_sites")),
        ("x-codes" = json!(["not_found"])),
    ),
    responses((status = OK, description = "已申报", body = RelativeView)),
)]
#[post("/me/relatives")]
async fn declare(caller: Caller, cmd: Command<DeclareRelative>) -> Answer {
    cmd.run(async move |tx, body| {
        let about = body.volunteer_id;
        Ok(Done::ok(service::declare(tx, &caller, body).await?).about(about))
    })
    .await
}

/// 撤回亲属申报
///
/// Ends a declaration of the caller's own; its dates stay on record. She still does not decide on
/// her relative's matters for ninety days more: `binds_until` says until when.
#[utoipa::path(
    operation_id = "relative_withdraw", tag = "volunteers",
    params(("relative_id" = RelativeId, Path, description = "申报编号")),
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "已撤回", body = RelativeView)),
)]
#[post("/me/relatives/{relative_id}/withdraw")]
async fn withdraw_relative(caller: Caller, id: Path<RelativeId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        service::withdraw_relative(tx, &caller, *id).await.map(|view| Done::ok(view).about(*id))
    })
    .await
}

/// 我申报的亲属
///
/// Lists the relatives the caller has declared.
#[utoipa::path(
    operation_id = "relative_list", tag = "volunteers",
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "亲属", body = RelativeList)),
)]
#[get("/me/relatives")]
async fn list_relatives(app: Data<App>, caller: Caller) -> Result<Json<RelativeList>, Failure> {
    let items = service::list_relatives(&app, &caller).await?;
    Ok(Json(RelativeList { items }))
}

/// 登记代办授权
///
/// Records that a volunteer with an account acts for another of the same town, from a
/// day on and with a reason.
#[utoipa::path(
    operation_id = "proxy_add", tag = "volunteers",
    request_body = AddProxy,
    params(("volunteer_id" = VolunteerId, Path, description = "被代办的志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["proxy_without_account", "already_proxy", "must_recuse"])),
    ),
    responses((status = OK, description = "已登记", body = ProxyView)),
)]
#[post("/volunteers/{volunteer_id}/proxies")]
async fn add_proxy(caller: Caller, id: Path<VolunteerId>, cmd: Command<AddProxy>) -> Answer {
    cmd.run(async move |tx, body| service::add_proxy(tx, &caller, *id, body).await.map(Done::ok))
        .await
}

/// 代办授权列表
///
/// Lists a volunteer's authorisations, ended ones included, newest first. Reading a minor's
/// needs a reason and leaves an audit row.
#[utoipa::path(
    operation_id = "proxy_list", tag = "volunteers",
    params(
        ("volunteer_id" = VolunteerId, Path, description = "被代办的志愿者编号"),
        ReadingQuery,
    ),
    extensions(("x-permission" = json!("view_volunteers"))),
    responses((status = OK, description = "授权", body = ProxyList)),
)]
#[get("/volunteers/{volunteer_id}/proxies")]
async fn list_proxies(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<VolunteerId>,
    query: Query<ReadingQuery>,
) -> Result<Json<ProxyList>, Failure> {
    let about = (*id, query.into_inner().reason);
    let items = service::list_proxies(&app, &actor, &caller, about).await?;
    Ok(Json(ProxyList { items }))
}

/// 我的代办授权
///
/// Lists who acts for the caller and for whom she acts, now, from a day on, or until her last day
/// passed: the other by her masked name. Ended ones are left out.
#[utoipa::path(
    operation_id = "my_proxies", tag = "volunteers",
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "代办授权", body = MyProxyList)),
)]
#[get("/me/proxies")]
async fn list_own(app: Data<App>, caller: Caller) -> Result<Json<MyProxyList>, Failure> {
    let items = own::list(&app, &caller).await?;
    Ok(Json(MyProxyList { items }))
}

/// 终止我的代办授权
///
/// Ends an authorisation at once and without giving a reason, by who is helped or by who helps.
#[utoipa::path(
    operation_id = "my_proxy_end", tag = "volunteers",
    params(("proxy_id" = ProxyId, Path, description = "授权编号")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已终止", body = MyProxyView)),
)]
#[post("/me/proxies/{proxy_id}/end")]
async fn end_own(caller: Caller, id: Path<ProxyId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        own::end(tx, &caller, *id).await.map(|view| Done::ok(view).about(*id))
    })
    .await
}

/// 终止代办授权
///
/// Ends an authorisation at once.
#[utoipa::path(
    operation_id = "proxy_end", tag = "volunteers",
    params(
        ("volunteer_id" = VolunteerId, Path, description = "被代办的志愿者编号"),
        ("proxy_id" = ProxyId, Path, description = "授权编号"),
    ),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已终止", body = ProxyView)),
)]
#[post("/volunteers/{volunteer_id}/proxies/{proxy_id}/end")]
async fn end_proxy(
    caller: Caller,
    path: Path<(VolunteerId, ProxyId)>,
    cmd: Command<NoBody>,
) -> Answer {
    let (volunteer, proxy) = path.into_inner();
    cmd.run(async move |tx, _| {
        service::end_proxy(tx, &caller, volunteer, proxy).await.map(Done::ok)
    })
    .await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(declare)
        .service(withdraw_relative)
        .service(list_relatives)
        .service(add_proxy)
        .service(list_proxies)
        .service(list_own)
        .service(end_own)
        .service(end_proxy);
}
