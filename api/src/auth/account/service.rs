//! Use cases of accounts: looking, disabling, enabling, ending sessions.

use entity::account;
use entity::ids::{AccountId, SessionId};
use entity::session;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{AccountAction, AccountRefusal, decide_disabling};
use super::dto::{AccountView, Around};
use super::repository;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::repository as rows;
use crate::auth::role::Permission;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::{Tx, in_tx};

/// Asks whether the caller keeps this account.
///
/// # Errors
/// `not_found` for one of another town, `permission_denied` for one she does not reach.
async fn reach(
    db: &impl ConnectionTrait,
    caller: &Caller,
    account: AccountId,
) -> Result<(), Failure> {
    let grants = rows::list_grants(db, account).await?;
    let mut places: Vec<String> = grants.into_iter().map(|grant| grant.path).collect();
    places.extend(repository::find_home_view(db, account).await?);
    if places.is_empty() {
        places.extend(repository::find_root_view(db).await?);
    }
    places.iter().try_for_each(|path| caller.require_at(Permission::ManageAccounts, path))
}

async fn view(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: account::Model,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<AccountView, Failure> {
    let live = rows::list_live_sessions(db, row.id, now).await?;
    let around = Around {
        grants: rows::list_grants(db, row.id).await?,
        is_volunteer: repository::find_home_view(db, row.id).await?.is_some(),
        live_sessions: u64::try_from(live.len()).unwrap_or(u64::MAX),
    };
    Ok(AccountView::new(row, around, caller))
}

async fn record_reading(
    app: &App,
    actor: &Actor,
    action: &str,
    id: AccountId,
) -> Result<(), Failure> {
    let object = id.to_string();
    in_tx(&app.core, actor, async |tx| audit_row::record(tx, action, Some(&object), "ok").await)
        .await
}

/// One account. Each look is kept in the audit trail.
pub(super) async fn show(
    app: &App,
    caller: &Caller,
    actor: &Actor,
    id: AccountId,
) -> Result<AccountView, Failure> {
    let db = &app.pools.read;
    let row = rows::find_account(db, id).await?.ok_or(code::NOT_FOUND)?;
    reach(db, caller, id).await?;
    record_reading(app, actor, "account_get", id).await?;
    view(db, caller, row, app.clock.now()).await
}

/// The live sessions of an account. Each look is kept in the audit trail.
pub(super) async fn list_sessions(
    app: &App,
    caller: &Caller,
    actor: &Actor,
    id: AccountId,
) -> Result<Vec<session::Model>, Failure> {
    let db = &app.pools.read;
    rows::find_account(db, id).await?.ok_or(code::NOT_FOUND)?;
    reach(db, caller, id).await?;
    record_reading(app, actor, "account_session_list", id).await?;
    Ok(rows::list_live_sessions(db, id, app.clock.now()).await?)
}

/// Keeps somebody from signing in, and ends every session she has.
///
/// # Errors
/// `own_account`, `last_security_admin`, `wrong_state`.
pub(super) async fn disable(
    tx: &Tx<'_>,
    caller: &Caller,
    id: AccountId,
    reason: String,
) -> Result<AccountView, Failure> {
    // The keepers first: everybody who disables locks them in the same order.
    let keepers = repository::lock_keepers(tx).await?;
    let row = rows::lock_account(tx, id).await?.ok_or(code::NOT_FOUND)?;
    reach(&**tx, caller, id).await?;
    let status = decide_disabling((id, row.status), caller.account, &keepers)?;

    let row = account::Model { status, ..changed(tx, row, reason) };
    repository::save_status(tx, &row).await?;
    rows::save_token_version_raised(tx, id).await?;
    let why = ("account_disabled", tx.now);
    repository::save_sessions_revoked(tx, id, None, why).await?;
    tell(tx, "account_disabled", &row).await?;
    view(&**tx, caller, row, tx.now).await
}

fn changed(tx: &Tx<'_>, row: account::Model, reason: String) -> account::Model {
    account::Model {
        status_reason: Some(reason),
        status_changed_at: Some(tx.now),
        status_changed_by: tx.actor.account,
        ..row
    }
}

/// The reason stands on the audit trail, too: the row only has the last one.
async fn tell(tx: &Tx<'_>, action: &str, row: &account::Model) -> Result<(), Failure> {
    let detail = json!({"reason": row.status_reason});
    audit_row::record_with(tx, action, Some(&row.id.to_string()), detail).await
}

/// Lets somebody sign in again.
///
/// # Errors
/// `wrong_state`.
pub(super) async fn enable(
    tx: &Tx<'_>,
    caller: &Caller,
    id: AccountId,
    reason: String,
) -> Result<AccountView, Failure> {
    let row = rows::lock_account(tx, id).await?.ok_or(code::NOT_FOUND)?;
    reach(&**tx, caller, id).await?;
    let status = AccountAction::Enable.apply(row.status).ok_or(AccountRefusal::WrongState)?;

    let row = account::Model { status, ..changed(tx, row, reason) };
    repository::save_status(tx, &row).await?;
    tell(tx, "account_enabled", &row).await?;
    view(&**tx, caller, row, tx.now).await
}

/// Ends all sessions of an account, or one.
///
/// # Errors
/// `not_found` when the one is not hers or already over.
pub(super) async fn end_sessions(
    tx: &Tx<'_>,
    caller: &Caller,
    id: AccountId,
    only: Option<SessionId>,
) -> Result<AccountView, Failure> {
    let row = rows::lock_account(tx, id).await?.ok_or(code::NOT_FOUND)?;
    reach(&**tx, caller, id).await?;
    let why = ("by_security_admin", tx.now);
    let ended = repository::save_sessions_revoked(tx, id, only, why).await?;
    if only.is_some() && ended == 0 {
        return Err(code::NOT_FOUND.into());
    }
    view(&**tx, caller, row, tx.now).await
}
