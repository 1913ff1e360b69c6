//! Operations of bulletins for staff.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get, post};
use entity::ids::{BulletinId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    BulletinLinePage, BulletinPage, BulletinQuery, BulletinReminders, BulletinView,
    CorrectBulletin, DraftBulletin,
};
use super::public_dto::BulletinCorrectionView;
use super::{drafting, publishing, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 起草季度公开
///
/// Begins the bulletin of a quarter that is over and starts the task that makes its figures
/// and its register. One bulletin per site and quarter; an institute's is for its whole town.
#[utoipa::path(
    operation_id = "bulletin_draft", tag = "publicity",
    request_body = DraftBulletin,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!(["bulletin_exists"])),
    ),
    responses((status = CREATED, description = "已开始汇总", body = BulletinView)),
)]
#[post("/sites/{site_id}/bulletins")]
async fn draft(caller: Caller, site: Path<SiteId>, cmd: Command<DraftBulletin>) -> Answer {
    cmd.run(async move |tx, body| {
        let (row, task) = drafting::draft(tx, &caller, *site, &body.quarter).await?;
        let location = format!("/v1/bulletins/{}", row.id);
        let view = service::view(&**tx, &caller, row).await?.made_by(task.id);
        let version = view.version;
        Ok(Done::created(view, location).version(version))
    })
    .await
}

/// 季度公开列表
///
/// The bulletins of a site and those below it, the latest quarter first, drafts included.
#[utoipa::path(
    operation_id = "bulletin_list", tag = "publicity",
    params(("site_id" = SiteId, Path, description = "所站编号"), BulletinQuery),
    extensions(("x-permission" = json!("view_claims"))),
    responses((status = OK, description = "季度公开", body = BulletinPage)),
)]
#[get("/sites/{site_id}/bulletins")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<BulletinQuery>,
) -> Result<Json<BulletinPage>, Failure> {
    let state = query.state;
    let name = format!("bulletins|{}|{site}|{state:?}", caller.account);
    let pager = Pager::new(&app.core, name, &query.page())?;
    service::list(&app, &caller, (*site, state), &pager).await.map(Json)
}

/// 季度公开待办
///
/// Compiled drafts of a site and those below it that somebody has to publish, each with the
/// day by which.
#[utoipa::path(
    operation_id = "bulletin_reminders", tag = "publicity",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("view_claims"))),
    responses((status = OK, description = "待办", body = BulletinReminders)),
)]
#[get("/sites/{site_id}/bulletin-reminders")]
async fn reminders(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
) -> Result<Json<BulletinReminders>, Failure> {
    service::reminders(&app, &caller, *site).await.map(Json)
}

/// 一期季度公开
///
/// One bulletin with its figures and what the caller may do.
#[utoipa::path(
    operation_id = "bulletin_get", tag = "publicity",
    params(("bulletin_id" = BulletinId, Path, description = "编号")),
    extensions(("x-permission" = json!("view_claims")), ("x-etag" = json!(true))),
    responses((status = OK, description = "季度公开", body = BulletinView)),
)]
#[get("/bulletins/{bulletin_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    id: Path<BulletinId>,
    request: HttpRequest,
) -> Answer {
    let view = service::get(&app, &caller, *id).await?;
    with_etag(&request, view.version, &view)
}

/// 季度公开的台账
///
/// The register of a bulletin as the public sees it, drafts included.
#[utoipa::path(
    operation_id = "bulletin_lines", tag = "publicity",
    params(("bulletin_id" = BulletinId, Path, description = "编号"), PageQuery),
    extensions(("x-permission" = json!("view_claims"))),
    responses((status = OK, description = "台账", body = BulletinLinePage)),
)]
#[get("/bulletins/{bulletin_id}/lines")]
async fn lines(
    app: Data<App>,
    caller: Caller,
    id: Path<BulletinId>,
    query: Query<PageQuery>,
) -> Result<Json<BulletinLinePage>, Failure> {
    let name = format!("bulletin_lines|{}|{id}", caller.account);
    let pager = Pager::new(&app.core, name, &query)?;
    service::lines(&app, &caller, *id, &pager).await.map(Json)
}

/// 重新汇总
///
/// Makes the figures and the register of a draft again, after something was put right.
#[utoipa::path(
    operation_id = "bulletin_recompile", tag = "publicity",
    params(("bulletin_id" = BulletinId, Path, description = "编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!(["wrong_state", "bulletin_compiling"])),
    ),
    responses((status = OK, description = "已开始汇总", body = BulletinView)),
)]
#[post("/bulletins/{bulletin_id}/recompile")]
async fn recompile(caller: Caller, id: Path<BulletinId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let (row, task) = drafting::recompile(tx, &caller, *id).await?;
        let view = service::view(&**tx, &caller, row).await?;
        Ok(Done::ok(view.made_by(task.id)))
    })
    .await
}

/// 撤销季度公开草稿
///
/// Takes a draft back as if it had never been drafted. Nothing that was shown can be taken back,
/// and that of the quarter just over is drafted again by schedule.
#[utoipa::path(
    operation_id = "bulletin_discard", tag = "publicity",
    params(("bulletin_id" = BulletinId, Path, description = "编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!(["wrong_state", "bulletin_compiling"])),
    ),
    responses((status = OK, description = "已撤销；撤销前的样子", body = BulletinView)),
)]
#[post("/bulletins/{bulletin_id}/discard")]
async fn discard(caller: Caller, id: Path<BulletinId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| Ok(Done::ok(drafting::discard(tx, &caller, *id).await?))).await
}

/// 公开
///
/// Publishes a compiled draft: fixes figures and register with a digest, and takes in the
/// signed head of the town's public tree. Simulate it first.
#[utoipa::path(
    operation_id = "bulletin_publish", tag = "publicity",
    params(("bulletin_id" = BulletinId, Path, description = "编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!([
            "wrong_state", "bulletin_compiling", "statements_pending", "head_inconsistent",
        ])),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
    ),
    responses((status = OK, description = "已公开", body = BulletinView)),
)]
#[post("/bulletins/{bulletin_id}/publish")]
async fn publish(
    app: Data<App>,
    caller: Caller,
    id: Path<BulletinId>,
    cmd: Command<NoBody>,
) -> Answer {
    cmd.run(async move |tx, _| {
        let row = publishing::publish(&app, tx, &caller, *id).await?;
        Ok(Done::ok(service::view(&**tx, &caller, row).await?))
    })
    .await
}

/// 归档季度公开
///
/// Puts away a published bulletin. It stays public.
#[utoipa::path(
    operation_id = "bulletin_archive", tag = "publicity",
    params(("bulletin_id" = BulletinId, Path, description = "编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!(["wrong_state", "bulletin_compiling"])),
    ),
    responses((status = OK, description = "已归档", body = BulletinView)),
)]
#[post("/bulletins/{bulletin_id}/archive")]
async fn archive(caller: Caller, id: Path<BulletinId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let row = publishing::archive(tx, &caller, *id).await?;
        Ok(Done::ok(service::view(&**tx, &caller, row).await?))
    })
    .await
}

/// 更正季度公开
///
/// Says beside a published bulletin, for everybody, what is not as it stands there. What
/// stands there is never changed.
#[utoipa::path(
    operation_id = "bulletin_correct", tag = "publicity",
    request_body = CorrectBulletin,
    params(("bulletin_id" = BulletinId, Path, description = "编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!(["wrong_state", "bulletin_compiling"])),
    ),
    responses((status = OK, description = "已更正", body = BulletinCorrectionView)),
)]
#[post("/bulletins/{bulletin_id}/corrections")]
async fn correct(caller: Caller, id: Path<BulletinId>, cmd: Command<CorrectBulletin>) -> Answer {
    cmd.run(async move |tx, body| {
        let row = publishing::correct(tx, &caller, *id, body).await?;
        Ok(Done::ok(BulletinCorrectionView::from(row)))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(draft)
        .service(list)
        .service(reminders)
        .service(show)
        .service(lines)
        .service(recompile)
        .service(discard)
        .service(publish)
        .service(archive)
        .service(correct);
}
