//! Operations of freezes.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{FreezeId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{CreateFreeze, FreezePage, FreezeQuery, FreezeView, LiftFreeze};
use super::{ending, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 冻结
///
/// A supervisor keeps a claim, a redemption or a notice entry of her site from going on: nobody
/// certifies, hands over, cancels or books it until the freeze ends. What it holds stays held.
#[utoipa::path(
    operation_id = "freeze_create", tag = "supervision", request_body = CreateFreeze,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("supervise")),
        ("x-codes" = json!([
            "already_frozen", "freeze_reason_used", "must_recuse", "wrong_state",
            "notice_entry_frozen", "notice_entry_settled",
        ])),
    ),
    responses((status = CREATED, description = "已冻结", body = FreezeView)),
)]
#[post("/sites/{site_id}/freezes")]
async fn create(caller: Caller, site: Path<SiteId>, cmd: Command<CreateFreeze>) -> Answer {
    cmd.run(async move |tx, body| {
        let row = service::freeze(tx, &caller, *site, body).await?;
        let location = format!("/v1/freezes/{}", row.id);
        Ok(Done::created(service::view(&**tx, &caller, row, tx.now).await?, location))
    })
    .await
}

/// 冻结列表
///
/// The freezes of a site and those below it, newest first, names masked.
#[utoipa::path(
    operation_id = "freeze_list", tag = "supervision",
    params(("site_id" = SiteId, Path, description = "所站编号"), FreezeQuery),
    extensions(("x-permission" = json!("view_supervision"))),
    responses((status = OK, description = "冻结", body = FreezePage)),
)]
#[get("/sites/{site_id}/freezes")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<FreezeQuery>,
) -> Result<Json<FreezePage>, Failure> {
    let FreezeQuery { in_force, page_size, page_token } = query.into_inner();
    let name = format!("freezes|{}|{site}|{in_force:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::list(&app, &caller, (*site, in_force), &pager).await.map(Json)
}

/// 一次冻结
///
/// One freeze, with how it ended.
#[utoipa::path(
    operation_id = "freeze_get", tag = "supervision",
    params(("freeze_id" = FreezeId, Path, description = "冻结编号")),
    extensions(("x-permission" = json!("view_supervision"))),
    responses((status = OK, description = "冻结", body = FreezeView)),
)]
#[get("/freezes/{freeze_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    id: Path<FreezeId>,
) -> Result<Json<FreezeView>, Failure> {
    service::get(&app, &caller, *id).await.map(Json)
}

/// 解除冻结
///
/// Lifts a freeze before its time: a supervisor her own, the town any.
#[utoipa::path(
    operation_id = "freeze_lift", tag = "supervision", request_body = LiftFreeze,
    params(("freeze_id" = FreezeId, Path, description = "冻结编号")),
    extensions(
        ("x-permission" = json!("lift_freezes")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "已解除", body = FreezeView)),
)]
#[post("/freezes/{freeze_id}/lift")]
async fn lift(caller: Caller, id: Path<FreezeId>, cmd: Command<LiftFreeze>) -> Answer {
    cmd.run(async move |tx, body| {
        let row = ending::lift(tx, &caller, *id, body.reason.into()).await?;
        Ok(Done::ok(service::view(&**tx, &caller, row, tx.now).await?))
    })
    .await
}

pub(in crate::supervision) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(create).service(list).service(show).service(lift);
}
