//! What authentication knows of an account, remembered for a few seconds.

use std::time::Duration;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use entity::account::AccountStatus;
use entity::ids::{AccountId, SessionId, VolunteerId};
use entity::session::Audience;
use serde::{Deserialize, Serialize};

use super::caller::Grant;
use super::repository::{self, Standing};
use crate::app::App;
use crate::platform::failure::Failure;

/// How long what is known of an account may be used without asking the database:
/// the longest a disabled account or a revoked role goes on working without Redis.
const FACTS_LIFE: Duration = Duration::from_secs(5);

/// Longer than any request lives, so that none that began before a mark ends after it.
const MARK_LIFE: Duration = Duration::from_secs(30);

/// What authentication must know of an account.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AccountFacts {
    pub(super) active: bool,
    pub(super) version: i32,
    pub(super) grants: Vec<Grant>,
    pub(super) volunteer: Option<VolunteerId>,
    pub(super) sessions: Vec<SessionFacts>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SessionFacts {
    pub(super) id: SessionId,
    pub(super) audience: Audience,
    pub(super) expires_at: DateTime<Utc>,
}

fn facts_key(account: AccountId) -> String {
    format!("who:{account}")
}

impl AccountFacts {
    fn has(&self, session: SessionId) -> bool {
        self.sessions.iter().any(|live| live.id == session)
    }
}

/// What is known of an account with a session of it; nothing when there is no such account.
/// The database is asked when nothing is remembered, or when this session is not among it: who
/// has just signed in must not be turned away because Redis was away when it was to be told.
///
/// # Errors
/// The database's.
pub(super) async fn of(
    app: &App,
    account: AccountId,
    session: SessionId,
) -> Result<Option<AccountFacts>, Failure> {
    let key = facts_key(account);
    let seen = app.kv.get(&key).await;
    if let Ok(Some(sealed)) = &seen
        && let Some(facts) = unseal(app, &key, sealed)
        && facts.has(session)
    {
        return Ok(Some(facts));
    }
    let Some(facts) = load_facts(app, account).await? else {
        return Ok(None);
    };
    // Only a cache: without it the next request asks the database again. What was read before
    // somebody said [`forget`] must not be remembered after it, so it is kept only where nothing
    // has been written since.
    if let Ok(seen) = seen {
        let plain = serde_json::to_vec(&facts).map_err(Failure::internal)?;
        let sealed = app.vault.answers.seal(&key, &plain, app.ids.bytes());
        let _ = app.kv.put_after(&key, seen.as_deref(), &sealed, FACTS_LIFE).await;
    }
    Ok(Some(facts))
}

/// Whoever can write to the store must not be able to make herself an administrator, so
/// only what this service sealed for this very account is believed.
fn unseal(app: &App, key: &str, sealed: &str) -> Option<AccountFacts> {
    let plain = app.vault.answers.open(key, sealed).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// Whether the account is in good standing and the session is one of its live ones.
///
/// # Errors
/// The database's.
pub(super) async fn has_session(
    app: &App,
    account: AccountId,
    session: SessionId,
) -> Result<bool, Failure> {
    let facts = of(app, account, session).await?;
    Ok(facts.is_some_and(|facts| facts.active && facts.has(session)))
}

async fn load_facts(app: &App, id: AccountId) -> Result<Option<AccountFacts>, Failure> {
    let rows = repository::list_standing(&app.pools.read, id, app.clock.now()).await?;
    Ok(facts_of(rows))
}

/// Folds the lines; every session stands beside every role, so each is met more than once.
fn facts_of(rows: Vec<Standing>) -> Option<AccountFacts> {
    let first = rows.first()?;
    let mut facts = AccountFacts {
        active: first.status == AccountStatus::Active,
        version: first.token_version,
        grants: Vec::new(),
        volunteer: first.volunteer_id,
        sessions: Vec::new(),
    };
    for row in rows {
        if let (Some(role), Some(site_id), Some(path)) = (row.role, row.site_id, row.path) {
            let grant = Grant { role, site_id, path, town_id: row.town_id };
            if !facts.grants.contains(&grant) {
                facts.grants.push(grant);
            }
        }
        // Access tokens expire on their own, so the idle limit is enforced when they are
        // refreshed.
        if let (Some(id), Some(audience), Some(expires_at)) =
            (row.session_id, row.audience, row.expires_at)
            && facts.sessions.iter().all(|session| session.id != id)
        {
            facts.sessions.push(SessionFacts { id, audience, expires_at });
        }
    }
    Some(facts)
}

/// Makes every process forget what it knew of an account. Call it after the commit
/// that changed its roles, its volunteer or its sessions.
pub(crate) async fn forget(app: &App, account: AccountId) {
    // A mark of its own in their place: whoever has read the rows before finds that something
    // was written since. Redis gone: the facts die by themselves within seconds.
    let mark = HEXLOWER.encode(&app.ids.bytes::<8>());
    let _ = app.kv.put(&facts_key(account), &mark, MARK_LIFE).await;
}

/// [`forget`] for the harness, which changes rows behind the service's back.
#[cfg(feature = "test-support")]
pub async fn forget_account(app: &App, account: AccountId) {
    forget(app, account).await;
}

#[cfg(test)]
mod tests {
    use entity::role_assignment::Role;
    use uuid::Uuid;

    use super::*;

    fn id<T: From<Uuid>>(number: u128) -> T {
        Uuid::from_u128(number).into()
    }

    fn line(session: Option<u128>, role: Option<Role>) -> Standing {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        Standing {
            status: AccountStatus::Active,
            token_version: 3,
            volunteer_id: Some(id(9)),
            session_id: session.map(id),
            audience: session.map(|_| Audience::Staff),
            expires_at: session.map(|_| at),
            role,
            site_id: role.map(|_| id(1)),
            path: role.map(|_| "/1/".into()),
            town_id: None,
        }
    }

    #[test]
    fn every_session_and_every_role_is_known_once() {
        let (clerk, manager) = (Some(Role::Clerk), Some(Role::StationManager));
        let rows = vec![
            line(Some(1), clerk),
            line(Some(2), clerk),
            line(Some(1), manager),
            line(Some(2), manager),
        ];
        let facts = facts_of(rows).unwrap();
        let roles: Vec<_> = facts.grants.iter().map(|grant| grant.role).collect();
        let sessions: Vec<Uuid> = facts.sessions.iter().map(|s| s.id.into()).collect();
        assert_eq!(roles, [Role::Clerk, Role::StationManager]);
        assert_eq!(sessions, [id(1), id::<Uuid>(2)]);
        assert_eq!((facts.version, facts.volunteer), (3, Some(id(9))));
    }

    #[test]
    fn an_account_without_session_or_role_is_known_too() {
        let facts = facts_of(vec![line(None, None)]).unwrap();
        assert!(facts.active && facts.grants.is_empty() && facts.sessions.is_empty());
        assert!(facts_of(vec![]).is_none());
    }
}
