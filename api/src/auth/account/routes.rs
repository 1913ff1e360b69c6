//! Operations of the security administrator on accounts.

use actix_web::web::{Data, Json, Path};
use actix_web::{delete, get, post};
use entity::ids::{AccountId, SessionId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{AccountView, ChangeAccount};
use super::service;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::dto::{SessionList, SessionView};
use crate::auth::facts;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;

/// 账号
///
/// One account: whether it may sign in, its roles, how many sessions it has. Each look is
/// kept in the audit trail.
#[utoipa::path(
    operation_id = "account_get", tag = "auth",
    params(("account_id" = AccountId, Path, description = "账号编号")),
    extensions(("x-permission" = json!("manage_accounts"))),
    responses((status = OK, description = "账号", body = AccountView)),
)]
#[get("/accounts/{account_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    actor: Actor,
    id: Path<AccountId>,
) -> Result<Json<AccountView>, Failure> {
    service::show(&app, &caller, &actor, *id).await.map(Json)
}

/// 停用账号
///
/// Keeps somebody from signing in and ends every session she has, at once. Nobody disables
/// her own account, or the last security administrator.
#[utoipa::path(
    operation_id = "account_disable", tag = "auth", request_body = ChangeAccount,
    params(("account_id" = AccountId, Path, description = "账号编号")),
    extensions(
        ("x-permission" = json!("manage_accounts")),
        ("x-codes" = json!(["own_account", "last_security_admin", "wrong_state"])),
    ),
    responses((status = OK, description = "已停用", body = AccountView)),
)]
#[post("/accounts/{account_id}/disable")]
async fn disable(
    app: Data<App>,
    caller: Caller,
    id: Path<AccountId>,
    cmd: Command<ChangeAccount>,
) -> Answer {
    let id = *id;
    let answer = cmd.run(async move |tx, body| {
        service::disable(tx, &caller, id, body.reason.into()).await.map(Done::ok)
    });
    let answer = answer.await?;
    facts::forget(&app, id).await;
    Ok(answer)
}

/// 启用账号
///
/// Lets somebody sign in again; her old sessions stay ended.
#[utoipa::path(
    operation_id = "account_enable", tag = "auth", request_body = ChangeAccount,
    params(("account_id" = AccountId, Path, description = "账号编号")),
    extensions(("x-permission" = json!("manage_accounts")), ("x-codes" = json!(["wrong_state"]))),
    responses((status = OK, description = "已启用", body = AccountView)),
)]
#[post("/accounts/{account_id}/enable")]
async fn enable(
    app: Data<App>,
    caller: Caller,
    id: Path<AccountId>,
    cmd: Command<ChangeAccount>,
) -> Answer {
    let id = *id;
    let answer = cmd.run(async move |tx, body| {
        service::enable(tx, &caller, id, body.reason.into()).await.map(Done::ok)
    });
    let answer = answer.await?;
    facts::forget(&app, id).await;
    Ok(answer)
}

/// 账号的登录会话
///
/// The live sessions of an account, newest first. Each look is kept in the audit trail.
#[utoipa::path(
    operation_id = "account_session_list", tag = "auth",
    params(("account_id" = AccountId, Path, description = "账号编号")),
    extensions(("x-permission" = json!("manage_accounts"))),
    responses((status = OK, description = "登录会话", body = SessionList)),
)]
#[get("/accounts/{account_id}/sessions")]
async fn list_sessions(
    app: Data<App>,
    caller: Caller,
    actor: Actor,
    id: Path<AccountId>,
) -> Result<Json<SessionList>, Failure> {
    let rows = service::list_sessions(&app, &caller, &actor, *id).await?;
    let items = rows.into_iter().map(|row| SessionView::new(row, caller.session)).collect();
    Ok(Json(SessionList { items }))
}

/// 注销账号的全部会话
///
/// Ends every live session of an account: a lost phone is signed out. She may sign in again.
#[utoipa::path(
    operation_id = "account_session_end_all", tag = "auth",
    params(("account_id" = AccountId, Path, description = "账号编号")),
    extensions(("x-permission" = json!("manage_accounts"))),
    responses((status = OK, description = "已注销", body = AccountView)),
)]
#[delete("/accounts/{account_id}/sessions")]
async fn end_all(
    app: Data<App>,
    caller: Caller,
    id: Path<AccountId>,
    cmd: Command<NoBody>,
) -> Answer {
    end(app, caller, (*id, None), cmd).await
}

/// 注销账号的一个会话
///
/// Ends one live session of an account.
#[utoipa::path(
    operation_id = "account_session_end", tag = "auth",
    params(
        ("account_id" = AccountId, Path, description = "账号编号"),
        ("session_id" = SessionId, Path, description = "会话编号"),
    ),
    extensions(("x-permission" = json!("manage_accounts"))),
    responses((status = OK, description = "已注销", body = AccountView)),
)]
#[delete("/accounts/{account_id}/sessions/{session_id}")]
async fn end_one(
    app: Data<App>,
    caller: Caller,
    path: Path<(AccountId, SessionId)>,
    cmd: Command<NoBody>,
) -> Answer {
    let (account, session) = path.into_inner();
    end(app, caller, (account, Some(session)), cmd).await
}

async fn end(
    app: Data<App>,
    caller: Caller,
    (account, session): (AccountId, Option<SessionId>),
    cmd: Command<NoBody>,
) -> Answer {
    let answer = cmd.run(async move |tx, _| {
        let view = service::end_sessions(tx, &caller, account, session).await?;
        Ok(Done::ok(view).about(account))
    });
    let answer = answer.await?;
    facts::forget(&app, account).await;
    Ok(answer)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(show)
        .service(disable)
        .service(enable)
        .service(list_sessions)
        .service(end_all)
        .service(end_one);
}
