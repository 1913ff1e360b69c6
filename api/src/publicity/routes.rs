//! Operations of notice rounds for staff.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get, post};
use entity::ids::{NoticeRoundId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    DraftNotice, NoticeEntryPage, NoticeQuery, NoticeReminders, NoticeRoundPage, NoticeRoundView,
};
use super::{closing, drafting, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 起草公示
///
/// Drafts the notice of a month that is over: every claim of the site and those below it that
/// was certified by then and stands in no notice yet. One round per site and month, at the level
/// of the setting `notice_level`: a station drafts none where its town does.
#[utoipa::path(
    operation_id = "notice_draft", tag = "publicity",
    request_body = DraftNotice,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!(["notice_elsewhere", "notice_exists", "notice_empty"])),
    ),
    responses((status = CREATED, description = "已起草", body = NoticeRoundView)),
)]
#[post("/sites/{site_id}/notice-rounds")]
async fn draft(caller: Caller, site: Path<SiteId>, cmd: Command<DraftNotice>) -> Answer {
    cmd.run(async move |tx, body| {
        let round = drafting::draft(tx, &caller, *site, &body.period).await?;
        let location = format!("/v1/notice-rounds/{}", round.id);
        let view = service::view(&**tx, &caller, round, tx.now).await?;
        let version = view.version;
        Ok(Done::created(view, location).version(version))
    })
    .await
}

/// 公示列表
///
/// The notice rounds of a site and those below it, newest first, drafts included.
#[utoipa::path(
    operation_id = "notice_list", tag = "publicity",
    params(("site_id" = SiteId, Path, description = "所站编号"), NoticeQuery),
    extensions(("x-permission" = json!("view_claims"))),
    responses((status = OK, description = "公示", body = NoticeRoundPage)),
)]
#[get("/sites/{site_id}/notice-rounds")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<NoticeQuery>,
) -> Result<Json<NoticeRoundPage>, Failure> {
    let state = query.state;
    let name = format!("notices|{}|{site}|{state:?}", caller.account);
    let pager = Pager::new(&app.core, name, &query.page())?;
    service::list(&app, &caller, (*site, state), &pager).await.map(Json)
}

/// 公示待办
///
/// Rounds of a site and those below it that somebody has to open or close, each with the day
/// by which.
#[utoipa::path(
    operation_id = "notice_reminders", tag = "publicity",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("view_claims"))),
    responses((status = OK, description = "待办", body = NoticeReminders)),
)]
#[get("/sites/{site_id}/notice-reminders")]
async fn reminders(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
) -> Result<Json<NoticeReminders>, Failure> {
    service::reminders(&app, &caller, *site).await.map(Json)
}

/// 一期公示
///
/// One round with its counts and what the caller may do.
#[utoipa::path(
    operation_id = "notice_get", tag = "publicity",
    params(("notice_round_id" = NoticeRoundId, Path, description = "公示编号")),
    extensions(("x-permission" = json!("view_claims")), ("x-etag" = json!(true))),
    responses((status = OK, description = "公示", body = NoticeRoundView)),
)]
#[get("/notice-rounds/{notice_round_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    id: Path<NoticeRoundId>,
    request: HttpRequest,
) -> Answer {
    let view = service::get(&app, &caller, *id).await?;
    with_etag(&request, view.version, &view)
}

/// 公示条目
///
/// The entries of a round in their order, with masked names beside what the public sees.
#[utoipa::path(
    operation_id = "notice_entries", tag = "publicity",
    params(("notice_round_id" = NoticeRoundId, Path, description = "公示编号"), PageQuery),
    extensions(("x-permission" = json!("view_claims"))),
    responses((status = OK, description = "公示条目", body = NoticeEntryPage)),
)]
#[get("/notice-rounds/{notice_round_id}/entries")]
async fn entries(
    app: Data<App>,
    caller: Caller,
    id: Path<NoticeRoundId>,
    query: Query<PageQuery>,
) -> Result<Json<NoticeEntryPage>, Failure> {
    let name = format!("notice_entries|{}|{id}", caller.account);
    let pager = Pager::new(&app.core, name, &query)?;
    service::entries(&app, &caller, *id, &pager).await.map(Json)
}

/// 撤销公示草稿
///
/// Takes a draft back as if it had never been drawn up: its claims wait for the next draft, which
/// the service draws up on its next turn. Nothing that was shown can be taken back.
#[utoipa::path(
    operation_id = "notice_discard", tag = "publicity",
    params(("notice_round_id" = NoticeRoundId, Path, description = "公示编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已撤销；撤销前的样子", body = NoticeRoundView)),
)]
#[post("/notice-rounds/{notice_round_id}/discard")]
async fn discard(caller: Caller, id: Path<NoticeRoundId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let round = drafting::discard(tx, &caller, *id).await?;
        Ok(Done::ok(service::view(&**tx, &caller, round, tx.now).await?))
    })
    .await
}

/// 发布公示
///
/// Opens a draft: collects once more, fixes what is shown with its digest, and takes the claims
/// into the notice. It stays open for the days set, seven at least. Simulate it first.
#[utoipa::path(
    operation_id = "notice_open", tag = "publicity",
    params(("notice_round_id" = NoticeRoundId, Path, description = "公示编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!(["wrong_state", "notice_elsewhere", "notice_empty"])),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
    ),
    responses((status = OK, description = "已发布", body = NoticeRoundView)),
)]
#[post("/notice-rounds/{notice_round_id}/open")]
async fn open(caller: Caller, id: Path<NoticeRoundId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let round = drafting::open(tx, &caller, *id).await?;
        Ok(Done::ok(service::view(&**tx, &caller, round, tx.now).await?))
    })
    .await
}

/// 结束公示
///
/// Closes a round whose days are over and starts the task that makes its claims effective and
/// books their points; frozen entries wait.
#[utoipa::path(
    operation_id = "notice_close", tag = "publicity",
    params(("notice_round_id" = NoticeRoundId, Path, description = "公示编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!(["wrong_state", "notice_running"])),
        ("x-idempotency-key-required" = json!(true)),
    ),
    responses((status = OK, description = "已结束", body = NoticeRoundView)),
)]
#[post("/notice-rounds/{notice_round_id}/close")]
async fn close(caller: Caller, id: Path<NoticeRoundId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let round = closing::close(tx, &caller, *id).await?;
        Ok(Done::ok(service::view(&**tx, &caller, round, tx.now).await?))
    })
    .await
}

/// 归档公示
///
/// Puts away a closed round that is booked and has no frozen entry. It stays public.
#[utoipa::path(
    operation_id = "notice_archive", tag = "publicity",
    params(("notice_round_id" = NoticeRoundId, Path, description = "公示编号")),
    extensions(
        ("x-permission" = json!("publish_notices")),
        ("x-codes" = json!(["wrong_state", "notice_settling", "notice_has_frozen"])),
    ),
    responses((status = OK, description = "已归档", body = NoticeRoundView)),
)]
#[post("/notice-rounds/{notice_round_id}/archive")]
async fn archive(caller: Caller, id: Path<NoticeRoundId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let round = closing::archive(tx, &caller, *id).await?;
        Ok(Done::ok(service::view(&**tx, &caller, round, tx.now).await?))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(draft)
        .service(list)
        .service(reminders)
        .service(show)
        .service(entries)
        .service(discard)
        .service(open)
        .service(close)
        .service(archive);
}
