//! Use cases of signing in: authenticate, log in, refresh, list and end sessions.

use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use entity::account::{self, AccountStatus};
use entity::ids::{AccountId, SessionId};
use entity::session::{self, Audience};
use entity::{refresh_token, wechat_identity};
use sea_orm::Set;
use uuid::Uuid;

use super::caller::Caller;
use super::domain::{Presented, Refresh, decide_refresh, lifetimes};
use super::dto::TokenPair;
use super::repository;
use super::token::{Subject, TokenRefusal};
use super::{error, facts};
use crate::app::App;
use crate::platform::actor::Standing;
use crate::platform::audit_row;
use crate::platform::crypto::digest::sha256_hex;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;

/// Which device and client a session is opened from.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) id: Option<String>,
    pub(super) user_agent: Option<String>,
}

impl Device {
    fn hash(&self) -> Option<String> {
        self.id.as_deref().map(|id| sha256_hex(id.as_bytes()))
    }
}

/// Finds out who holds a token.
///
/// # Errors
/// `token_expired` when a refresh will help, `unauthenticated` otherwise.
pub(super) async fn authenticate(app: &App, token: &str) -> Result<Caller, Failure> {
    let now = app.clock.now();
    let claims = app.tokens.read(token, now).map_err(|refusal| match refusal {
        TokenRefusal::Expired => code::TOKEN_EXPIRED,
        TokenRefusal::Invalid => code::UNAUTHENTICATED,
    })?;
    let facts = facts::of(app, claims.sub, claims.sid).await?.ok_or(code::UNAUTHENTICATED)?;
    let session = facts.sessions.iter().find(|s| s.id == claims.sid && s.expires_at > now);
    let session = session.ok_or(code::UNAUTHENTICATED)?;
    if !facts.active {
        return Err(error::ACCOUNT_DISABLED.into());
    }
    if facts.version != claims.ver {
        return Err(code::TOKEN_EXPIRED.into());
    }
    Ok(Caller {
        account: claims.sub,
        session: session.id,
        audience: session.audience,
        grants: facts.grants,
        volunteer: facts.volunteer,
        standing: Standing::default(),
        at: now,
    })
}

/// The openid an account signs in with.
///
/// # Errors
/// The database's; internal when the account has none.
pub(crate) async fn openid(app: &App, account: AccountId) -> Result<String, Failure> {
    let found = repository::find_openid(&app.pools.read, account).await?;
    found.ok_or_else(|| Failure::internal("an account without identity"))
}

/// Finds or creates the account behind a WeChat identity.
pub(crate) async fn account_of_identity(
    tx: &Tx<'_>,
    appid: &str,
    openid: &str,
    unionid: Option<String>,
) -> Result<account::Model, Failure> {
    if let Some(identity) = repository::find_identity(&**tx, appid, openid).await? {
        let account = repository::find_account(&**tx, identity.account_id).await?;
        return account.ok_or_else(|| Failure::internal("an identity without account"));
    }
    let account = account::Model {
        id: tx.new_id(),
        status: AccountStatus::Active,
        display_name: None,
        token_version: 1,
        created_at: tx.now,
        status_reason: None,
        status_changed_at: None,
        status_changed_by: None,
        registration_refused_at: None,
        registration_refused_reason: None,
    };
    let identity = wechat_identity::ActiveModel {
        id: Set(tx.new_id()),
        account_id: Set(account.id),
        appid: Set(appid.into()),
        openid: Set(openid.into()),
        unionid: Set(unionid),
        created_at: Set(tx.now),
    };
    repository::insert_account(tx, account.clone().into(), identity).await?;
    Ok(account)
}

/// Opens a session for an account.
pub(super) async fn open_session(
    app: &App,
    tx: &Tx<'_>,
    account: &account::Model,
    device: &Device,
) -> Result<TokenPair, Failure> {
    if account.status == AccountStatus::Disabled {
        return Err(error::ACCOUNT_DISABLED.into());
    }
    let grants = repository::list_grants(&**tx, account.id).await?;
    let audience = if grants.is_empty() { Audience::Volunteer } else { Audience::Staff };
    let lives = lifetimes(audience);
    let session = session::Model {
        id: tx.new_id(),
        account_id: account.id,
        audience,
        device_hash: device.hash(),
        user_agent: device.user_agent.clone(),
        created_at: tx.now,
        last_seen_at: tx.now,
        idle_expires_at: tx.now + lives.idle,
        absolute_expires_at: tx.now + lives.absolute,
        revoked_at: None,
        revoked_reason: None,
    };
    repository::insert_session(tx, session.clone().into()).await?;
    let pair = issue(app, tx, &session, account.token_version, 1).await?;
    let id = session.id.to_string();
    audit_row::record(tx, "auth_wechat_login", Some(&id), "ok").await?;
    Ok(pair)
}

/// Makes the pair of one generation and stores the refresh token's hash.
async fn issue(
    app: &App,
    tx: &Tx<'_>,
    session: &session::Model,
    version: i32,
    generation: i32,
) -> Result<TokenPair, Failure> {
    let life: TimeDelta = lifetimes(session.audience).access;
    let subject = Subject {
        account: session.account_id,
        session: session.id,
        version,
        token_id: tx.new_id::<Uuid>(),
        life,
    };
    let access_token = app.tokens.sign(&subject, tx.now).map_err(Failure::internal)?;
    let refresh = format!("rt_{}", BASE64URL_NOPAD.encode(&tx.random::<32>()));
    let row = refresh_token::ActiveModel {
        id: Set(tx.new_id()),
        session_id: Set(session.id),
        generation: Set(generation),
        token_hash: Set(sha256_hex(refresh.as_bytes())),
        created_at: Set(tx.now),
        used_at: Set(None),
        successor_sealed: Set(None),
    };
    repository::insert_refresh_token(tx, row).await?;
    Ok(TokenPair {
        access_token,
        expires_in: life.num_seconds(),
        refresh_token: refresh,
        account_id: session.account_id,
        session_id: session.id,
        audience: session.audience,
    })
}

/// What became of a refresh; ending a stolen session must be committed, so it is
/// not an error here.
#[derive(Debug)]
pub(super) enum Refreshed {
    /// The new pair, or the same one again.
    Pair(Box<TokenPair>),
    /// Unknown token, or its session is over.
    Invalid,
    /// A copy was in use: the session of this account was ended.
    Revoked(AccountId),
}

/// Exchanges a refresh token.
pub(super) async fn refresh(
    app: &App,
    tx: &Tx<'_>,
    raw: &str,
    device: &Device,
) -> Result<Refreshed, Failure> {
    let hash = sha256_hex(raw.as_bytes());
    let Some((token, session)) = repository::lock_refresh_token(tx, &hash).await? else {
        return Ok(Refreshed::Invalid);
    };
    let next = repository::find_generation(tx, session.id, token.generation + 1).await?;
    let presented = Presented {
        used_at: token.used_at,
        successor_used: next.is_some_and(|next| next.used_at.is_some()),
        same_device: session.device_hash.is_none() || session.device_hash == device.hash(),
        session_over: session.revoked_at.is_some()
            || session.idle_expires_at <= tx.now
            || session.absolute_expires_at <= tx.now,
    };
    match decide_refresh(presented, tx.now) {
        Refresh::Over => Ok(Refreshed::Invalid),
        Refresh::Repeat => repeat(app, &token),
        Refresh::Rotate => rotate(app, tx, &token, &session).await,
        Refresh::Revoke => {
            let account = session.account_id;
            repository::save_session_revoked(tx, account, session.id, "reuse", tx.now).await?;
            let id = session.id.to_string();
            audit_row::record(tx, "auth_refresh", Some(&id), "refresh_token_reused").await?;
            Ok(Refreshed::Revoked(account))
        }
    }
}

fn repeat(app: &App, token: &refresh_token::Model) -> Result<Refreshed, Failure> {
    let sealed = token.successor_sealed.as_deref().unwrap_or_default();
    let plain = app.vault.answers.open(&token.id.to_string(), sealed).map_err(Failure::internal)?;
    serde_json::from_slice(&plain).map(Refreshed::Pair).map_err(Failure::internal)
}

async fn rotate(
    app: &App,
    tx: &Tx<'_>,
    token: &refresh_token::Model,
    session: &session::Model,
) -> Result<Refreshed, Failure> {
    let account = repository::find_account(&**tx, session.account_id).await?;
    let account = account.ok_or_else(|| Failure::internal("a session without account"))?;
    if account.status == AccountStatus::Disabled {
        return Ok(Refreshed::Invalid);
    }
    let pair = issue(app, tx, session, account.token_version, token.generation + 1).await?;
    let plain = serde_json::to_vec(&pair).map_err(Failure::internal)?;
    let sealed = app.vault.answers.seal(&token.id.to_string(), &plain, tx.random());
    repository::save_token_used(tx, token, sealed, tx.now).await?;
    let idle = tx.now + lifetimes(session.audience).idle;
    repository::save_session_seen(tx, session.id, tx.now, idle).await?;
    Ok(Refreshed::Pair(Box::new(pair)))
}

/// The caller's live sessions, newest first.
pub(super) async fn list_sessions(
    app: &App,
    caller: &Caller,
) -> Result<Vec<session::Model>, Failure> {
    let db = &app.pools.read;
    Ok(repository::list_live_sessions(db, caller.account, app.clock.now()).await?)
}

/// Ends one of the caller's own sessions.
///
/// # Errors
/// `not_found` when it is not hers or already over.
pub(super) async fn revoke_session(
    tx: &Tx<'_>,
    account: AccountId,
    id: SessionId,
) -> Result<(), Failure> {
    let ended = repository::save_session_revoked(tx, account, id, "by_holder", tx.now).await?;
    if ended { Ok(()) } else { Err(code::NOT_FOUND.into()) }
}
