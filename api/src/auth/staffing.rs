//! What becoming staff, ceasing to be, and leaving do to an account and its sessions.

use chrono::{DateTime, Utc};
use entity::account;
use entity::ids::AccountId;
use entity::session::Audience;
use sea_orm::ConnectionTrait;

use super::domain::lifetimes;
use super::repository;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;

/// The account, its row locked until the end of the transaction: whoever changes
/// somebody's roles locks it first.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn lock_account(tx: &Tx<'_>, id: AccountId) -> Result<account::Model, Failure> {
    repository::lock_account(tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// Names the account, and gives its volunteer sessions the short lives of staff:
/// a villager's month-long session must not open the office.
///
/// # Errors
/// The database's.
pub(crate) async fn become_staff(tx: &Tx<'_>, id: AccountId, name: &str) -> Result<(), Failure> {
    repository::save_display_name(tx, id, name).await?;
    let lives = lifetimes(Audience::Staff);
    for session in repository::list_live_sessions(&**tx, id, tx.now).await? {
        if session.audience == Audience::Staff {
            continue;
        }
        let idle = session.idle_expires_at.min(tx.now + lives.idle);
        let absolute = session.absolute_expires_at.min(tx.now + lives.absolute);
        repository::save_session_staffed(tx, session.id, idle, absolute).await?;
    }
    Ok(())
}

/// Makes every access token issued to the account so far invalid.
///
/// # Errors
/// The database's.
pub(crate) async fn raise_token_version(tx: &Tx<'_>, id: AccountId) -> Result<(), Failure> {
    Ok(repository::save_token_version_raised(tx, id).await?)
}

/// Keeps why a registration from this account was refused, for its holder to read.
///
/// # Errors
/// The database's.
pub(crate) async fn keep_refusal(tx: &Tx<'_>, id: AccountId, reason: &str) -> Result<(), Failure> {
    let refused = Some((reason.to_owned(), tx.now));
    Ok(repository::save_registration_refused(tx, id, refused).await?)
}

/// She registered again: what was refused before is over.
///
/// # Errors
/// The database's.
pub(crate) async fn forget_refusal(tx: &Tx<'_>, id: AccountId) -> Result<(), Failure> {
    Ok(repository::save_registration_refused(tx, id, None).await?)
}

/// When and why a registration from this account was refused last, if it was.
///
/// # Errors
/// The database's.
pub(crate) async fn find_refusal(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<(DateTime<Utc>, String)>, Failure> {
    let found = repository::find_account(db, id).await?;
    Ok(found.and_then(|row| row.registration_refused_at.zip(row.registration_refused_reason)))
}

/// Ends an account for good: nobody signs in with it any more, no identity, name or device is
/// left of it. Says how many sessions that ended.
///
/// # Errors
/// The database's.
pub(crate) async fn close_account(
    tx: &Tx<'_>,
    id: AccountId,
    reason: &str,
) -> Result<u64, Failure> {
    let live = repository::list_live_sessions(&**tx, id, tx.now).await?.len();
    repository::save_account_closed(tx, id, (reason, tx.now)).await?;
    repository::forget_devices(tx, id, (reason, tx.now)).await?;
    repository::delete_identities(tx, id).await?;
    raise_token_version(tx, id).await?;
    Ok(u64::try_from(live).unwrap_or(u64::MAX))
}
