//! Operations of redemption sessions.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get, post, put};
use entity::ids::{RedemptionSessionId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::domain::SessionAction;
use super::session;
use super::session_dto::{
    RedemptionSessionPage, RedemptionSessionPlan, RedemptionSessionView, SessionQuery,
};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::Failure;
use crate::platform::query::Query;

/// 安排集中兑换
///
/// Plans a session. Unless the site redeems daily it has one session a month.
#[utoipa::path(
    operation_id = "redemption_session_create", tag = "redemption",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("manage_sessions")),
        ("x-codes" = json!(["session_exists_this_month"])),
    ),
    request_body = RedemptionSessionPlan,
    responses((status = CREATED, description = "已安排", body = RedemptionSessionView)),
)]
#[post("/sites/{site_id}/redemption-sessions")]
async fn create(caller: Caller, site: Path<SiteId>, cmd: Command<RedemptionSessionPlan>) -> Answer {
    cmd.run(async move |tx, body| {
        let view = session::create(tx, &caller, *site, body).await?;
        let location = format!("/v1/redemption-sessions/{}", view.id());
        let version = view.version();
        Ok(Done::created(view, location).version(version))
    })
    .await
}

/// 修改集中兑换
///
/// Replaces what is planned, as long as it has not been opened.
#[utoipa::path(
    operation_id = "redemption_session_update", tag = "redemption",
    params(("session_id" = RedemptionSessionId, Path, description = "集中兑换编号")),
    extensions(
        ("x-permission" = json!("manage_sessions")),
        ("x-codes" = json!(["wrong_state", "session_exists_this_month"])),
    ),
    request_body = RedemptionSessionPlan,
    responses((status = OK, description = "已修改", body = RedemptionSessionView)),
)]
#[put("/redemption-sessions/{session_id}")]
async fn update(
    caller: Caller,
    id: Path<RedemptionSessionId>,
    cmd: Command<RedemptionSessionPlan>,
) -> Answer {
    let expected = cmd.expected_version()?;
    cmd.run(async move |tx, body| session::update(tx, &caller, *id, expected, body).await.map(done))
        .await
}

/// 开放集中兑换
///
/// Lets volunteers redeem within the session's window.
#[utoipa::path(
    operation_id = "redemption_session_open", tag = "redemption",
    params(("session_id" = RedemptionSessionId, Path, description = "集中兑换编号")),
    extensions(
        ("x-permission" = json!("manage_sessions")),
        ("x-codes" = json!(["wrong_state", "session_not_open"])),
    ),
    responses((status = OK, description = "已开放", body = RedemptionSessionView)),
)]
#[post("/redemption-sessions/{session_id}/open")]
async fn open(caller: Caller, id: Path<RedemptionSessionId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| session::step(tx, &caller, *id, SessionAction::Open).await.map(done))
        .await
}

/// 结束集中兑换
///
/// Ends a session, or calls a planned one off. What was redeemed can still be picked up.
#[utoipa::path(
    operation_id = "redemption_session_close", tag = "redemption",
    params(("session_id" = RedemptionSessionId, Path, description = "集中兑换编号")),
    extensions(
        ("x-permission" = json!("manage_sessions")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已结束", body = RedemptionSessionView)),
)]
#[post("/redemption-sessions/{session_id}/close")]
async fn close(caller: Caller, id: Path<RedemptionSessionId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        session::step(tx, &caller, *id, SessionAction::Close).await.map(done)
    })
    .await
}

fn done(view: RedemptionSessionView) -> Done<RedemptionSessionView> {
    let version = view.version();
    Done::ok(view).version(version)
}

/// 集中兑换列表
///
/// Lists a site's sessions, newest first, with what each offers and what is left of it.
#[utoipa::path(
    operation_id = "redemption_session_list", tag = "redemption",
    params(("site_id" = SiteId, Path, description = "所站编号"), SessionQuery),
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "集中兑换列表", body = RedemptionSessionPage)),
)]
#[get("/sites/{site_id}/redemption-sessions")]
async fn list(
    app: Data<App>,
    site: Path<SiteId>,
    query: Query<SessionQuery>,
) -> Result<Json<RedemptionSessionPage>, Failure> {
    session::list(&app, *site, query.into_inner()).await.map(Json)
}

/// 查看集中兑换
///
/// Shows one session with what it offers and what is left of it now.
#[utoipa::path(
    operation_id = "redemption_session_get", tag = "redemption",
    params(("session_id" = RedemptionSessionId, Path, description = "集中兑换编号")),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "集中兑换", body = RedemptionSessionView)),
)]
#[get("/redemption-sessions/{session_id}")]
async fn show(app: Data<App>, id: Path<RedemptionSessionId>, request: HttpRequest) -> Answer {
    let view = session::show(&app, *id).await?;
    with_etag(&request, view.version(), &view)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(create).service(update).service(open).service(close).service(list).service(show);
}
