//! Operations of signing in.

use std::time::Duration;

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use entity::ids::SessionId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::caller::Caller;
use super::dto::{DeviceId, RefreshSession, SessionList, SessionView, TokenPair, WechatLogin};
use super::guard::spend;
use super::service::{self, Device, Refreshed};
use super::{error, facts};
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, NoBody};
use crate::platform::crypto::digest::sha256_hex;
use crate::platform::failure::{Failure, code};
use crate::platform::kv::Quota;
use crate::platform::tx::in_tx;
use crate::wechat::{LoginCode, WechatError, WechatUser};

/// A code sent again within this time gets the same answer: it can be used only
/// once at WeChat, but its answer may have been lost on the way back.
const SAME_CODE: Duration = Duration::from_mins(1);
/// Logins from one network; hundreds of villagers share a station's address.
const LOGINS: Quota = Quota { requests: 1000, seconds: 60 };
/// Codes WeChat refused, from one network.
const FAILED_LOGINS: Quota = Quota { requests: 10, seconds: 60 };
/// Refreshes with one token: a lost answer is asked for again a few times.
const REFRESHES: Quota = Quota { requests: 10, seconds: 60 };
/// Refreshes of one network that failed. After a holiday many sessions of a station are
/// over at once, and each must learn it; a token itself is out of reach of guessing.
const FAILED_REFRESHES: Quota = Quota { requests: 300, seconds: 60 };

/// 微信登录
///
/// Exchanges the code of `wx.login` for an access token and a refresh token. The
/// same code sent again within a minute gets the same answer.
#[utoipa::path(
    operation_id = "auth_wechat_login", tag = "auth",
    extensions(
        ("x-permission" = json!("public")),
        ("x-codes" = json!(["wechat_code_invalid", "wechat_user_blocked", "wechat_unavailable", "account_disabled"])),
    ),
    request_body = WechatLogin,
    responses((status = OK, description = "登录成功", body = TokenPair)),
)]
#[post("/auth/wechat-login")]
async fn wechat_login(app: Data<App>, request: HttpRequest, cmd: Command<WechatLogin>) -> Answer {
    let bucket = cmd.actor().principal();
    spend(&app, &format!("login:{bucket}"), LOGINS).await?;
    let remembered = format!("login:code:{}", sha256_hex(cmd.body.code.as_str().as_bytes()));
    if let Some(pair) = recall(&app, &remembered).await {
        return Ok(HttpResponse::Ok().json(pair));
    }
    let user = ask_wechat(&app, cmd.body.code.as_str(), &bucket).await?;
    let device = device(&request, cmd.body.device_id.as_ref().map(DeviceId::as_str));
    let pair = log_in(app.clone(), cmd.actor().clone(), user, device).await?;
    remember(&app, &remembered, &pair).await?;
    Ok(HttpResponse::Ok().json(pair))
}

async fn ask_wechat(app: &App, code: &str, bucket: &str) -> Result<WechatUser, Failure> {
    let code = LoginCode::parse(code).map_err(|_| error::WECHAT_CODE_INVALID)?;
    match app.wechat.code2session(&code).await {
        Ok(user) => Ok(user),
        Err(refused) => {
            let failure = refuse(&refused);
            // Only a wrong code is the caller's fault; WeChat's absence is not.
            if failure.refusal().is_some_and(|r| r.code == error::WECHAT_CODE_INVALID) {
                spend(app, &format!("login-failed:{bucket}"), FAILED_LOGINS).await?;
            }
            Err(failure)
        }
    }
}

fn refuse(error: &WechatError) -> Failure {
    match error.code() {
        Some(40029 | 40163) => error::WECHAT_CODE_INVALID.into(),
        Some(40226) => error::WECHAT_USER_BLOCKED.into(),
        Some(45011) => code::RATE_LIMITED.into(),
        _ => {
            tracing::warn!(error = %error, "wechat login failed");
            crate::platform::failure::Refusal::new(error::WECHAT_UNAVAILABLE).retry_after(1).into()
        }
    }
}

async fn log_in(
    app: Data<App>,
    actor: Actor,
    user: WechatUser,
    device: Device,
) -> Result<TokenPair, Failure> {
    let task = actix_web::rt::spawn(async move {
        in_tx(&app.core, &actor, async |tx| {
            let appid = &app.config.wechat.appid;
            let unionid = user.unionid.as_ref().map(|id| id.as_str().to_owned());
            let openid = user.openid.as_str();
            let account = service::account_of_identity(tx, appid, openid, unionid).await?;
            service::open_session(&app, tx, &account, &device).await
        })
        .await
        .map(|pair| (app, pair))
    });
    let (app, pair) = task.await.map_err(Failure::internal)??;
    facts::forget(&app, pair.account_id).await;
    Ok(pair)
}

async fn recall(app: &App, key: &str) -> Option<TokenPair> {
    let sealed = app.kv.get(key).await.ok()??;
    let plain = app.vault.answers.open(key, &sealed).ok()?;
    let pair: TokenPair = serde_json::from_slice(&plain).ok()?;
    // A session ended meanwhile stays ended: its tokens are not given out again.
    let lives = facts::has_session(app, pair.account_id, pair.session_id).await.ok()?;
    lives.then_some(pair)
}

async fn remember(app: &App, key: &str, pair: &TokenPair) -> Result<(), Failure> {
    let plain = serde_json::to_vec(pair).map_err(Failure::internal)?;
    let sealed = app.vault.answers.seal(key, &plain, app.ids.bytes());
    // Without the store a repeated code is refused by WeChat and the client logs in anew.
    let _ = app.kv.put(key, &sealed, SAME_CODE).await;
    Ok(())
}

fn device(request: &HttpRequest, id: Option<&str>) -> Device {
    let agent = request.headers().get("user-agent").and_then(|value| value.to_str().ok());
    Device {
        id: id.map(str::to_owned),
        user_agent: agent.map(|text| text.chars().take(200).collect()),
    }
}

/// 刷新登录
///
/// Exchanges a refresh token for a new pair. The token just exchanged may be sent
/// again for 30 seconds and gets the same pair; an older one ends the session.
#[utoipa::path(
    operation_id = "auth_refresh", tag = "auth",
    extensions(
        ("x-permission" = json!("public")),
        ("x-codes" = json!(["refresh_token_invalid", "session_revoked"])),
    ),
    request_body = RefreshSession,
    responses((status = OK, description = "已换新", body = TokenPair)),
)]
#[post("/auth/refresh")]
async fn refresh(app: Data<App>, request: HttpRequest, cmd: Command<RefreshSession>) -> Answer {
    let token = sha256_hex(cmd.body.refresh_token.as_str().as_bytes());
    spend(&app, &format!("refresh:{token}"), REFRESHES).await?;
    let device = device(&request, cmd.body.device_id.as_ref().map(DeviceId::as_str));
    let outcome = in_tx(&app.core, cmd.actor(), async |tx| {
        service::refresh(&app, tx, cmd.body.refresh_token.as_str(), &device).await
    });
    match outcome.await? {
        Refreshed::Pair(pair) => Ok(HttpResponse::Ok().json(pair)),
        Refreshed::Invalid => {
            let bucket = format!("refresh-failed:{}", cmd.actor().principal());
            spend(&app, &bucket, FAILED_REFRESHES).await?;
            Err(error::REFRESH_TOKEN_INVALID.into())
        }
        Refreshed::Revoked(account) => {
            tracing::warn!(account = %account, "a refresh token was reused; its session is ended");
            facts::forget(&app, account).await;
            Err(error::SESSION_REVOKED.into())
        }
    }
}

/// 退出登录
///
/// Ends the caller's session on this device.
#[utoipa::path(
    operation_id = "auth_logout", tag = "auth",
    extensions(("x-permission" = json!("signed_in"))),
    responses((status = NO_CONTENT, description = "已退出")),
)]
#[post("/auth/logout")]
async fn logout(app: Data<App>, caller: Caller, cmd: Command<NoBody>) -> Answer {
    end(&app, &caller, caller.session, cmd.actor()).await
}

async fn end(app: &App, caller: &Caller, id: SessionId, actor: &Actor) -> Answer {
    let work = async |tx: &crate::platform::tx::Tx<'_>| {
        service::revoke_session(tx, caller.account, id).await?;
        let object = id.to_string();
        crate::platform::audit_row::record(tx, "auth_end_session", Some(&object), "ok").await
    };
    in_tx(&app.core, actor, work).await?;
    facts::forget(app, caller.account).await;
    Ok(HttpResponse::NoContent().finish())
}

/// 已登录的设备
///
/// Lists the caller's live sessions, newest first.
#[utoipa::path(
    operation_id = "session_list", tag = "auth",
    extensions(("x-permission" = json!("signed_in"))),
    responses((status = OK, description = "设备列表", body = SessionList)),
)]
#[get("/me/sessions")]
async fn list_sessions(app: Data<App>, caller: Caller) -> Result<Json<SessionList>, Failure> {
    let rows = service::list_sessions(&app, &caller).await?;
    let items = rows.into_iter().map(|row| SessionView::new(row, caller.session)).collect();
    Ok(Json(SessionList { items }))
}

/// 注销一个设备
///
/// Ends one of the caller's sessions; another person's session is not found.
#[utoipa::path(
    operation_id = "session_revoke", tag = "auth",
    params(("session_id" = SessionId, Path, description = "会话编号")),
    extensions(("x-permission" = json!("signed_in"))),
    responses((status = NO_CONTENT, description = "已注销")),
)]
#[delete("/me/sessions/{session_id}")]
async fn revoke_session(
    app: Data<App>,
    caller: Caller,
    id: Path<SessionId>,
    cmd: Command<NoBody>,
) -> Answer {
    end(&app, &caller, *id, cmd.actor()).await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(wechat_login)
        .service(refresh)
        .service(logout)
        .service(list_sessions)
        .service(revoke_session);
    cfg.configure(super::account::configure);
}
