//! Roles that come from an appointment rather than from an invitation, and who has a part in a
//! site: its staff and its committee, up to the county and down to the last station.

use std::collections::HashSet;

use entity::ids::{AccountId, RoleAssignmentId, SiteId};
use entity::role_assignment::{self, Role};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::StaffRefusal;
use super::repository;
use super::service::tell;
use crate::auth::{self, may_be_held_together};
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;
use crate::site::domain::lineage;

/// A role to be given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Granted<'a> {
    pub(crate) account: AccountId,
    pub(crate) role: Role,
    pub(crate) site: SiteId,
    pub(crate) by: Option<AccountId>,
    /// What she is called among the staff.
    pub(crate) name: &'a str,
}

/// Gives a role; held already, the one that is held.
///
/// # Errors
/// `roles_incompatible` with what she holds already.
pub(crate) async fn grant_role(
    tx: &Tx<'_>,
    granted: Granted<'_>,
) -> Result<RoleAssignmentId, Failure> {
    let Granted { account, role, site, by, name } = granted;
    auth::lock_account(tx, account).await?;
    let live = repository::list_live(&**tx, account).await?;
    if let Some(held) = live.iter().find(|row| row.role == role && row.site_id == site) {
        return Ok(held.id);
    }
    if let Some(clash) = live.iter().find(|row| !may_be_held_together(row.role, role)) {
        return Err(StaffRefusal::Incompatible(clash.role, role).into());
    }
    let row = role_assignment::Model {
        id: tx.new_id(),
        account_id: account,
        role,
        site_id: site,
        granted_by: by,
        granted_at: tx.now,
        revoked_at: None,
        revoked_by: None,
    };
    repository::insert_assignment(tx, row.clone().into()).await?;
    let data = json!({"account_id": account, "role": role});
    tell(tx, "role.granted", "role_assignment", row.id.into(), (site, data)).await?;
    auth::become_staff(tx, account, name).await?;
    Ok(row.id)
}

/// Takes a role away, with every access token issued to its holder; taken before, it changes
/// nothing.
///
/// # Errors
/// The database's.
pub(crate) async fn take_role(
    tx: &Tx<'_>,
    id: RoleAssignmentId,
    by: Option<AccountId>,
) -> Result<(), Failure> {
    let Some(row) = repository::find_assignment(&**tx, id).await? else { return Ok(()) };
    auth::lock_account(tx, row.account_id).await?;
    if !repository::save_dismissed(tx, id, by, tx.now).await? {
        return Ok(());
    }
    auth::raise_token_version(tx, row.account_id).await?;
    let data = json!({"account_id": row.account_id, "role": row.role});
    tell(tx, "role.revoked", "role_assignment", id.into(), (row.site_id, data)).await
}

/// Forgets what she was called where she was invited; says in how many invitations.
///
/// # Errors
/// The database's.
pub(crate) async fn forget_name(
    tx: &Tx<'_>,
    account: AccountId,
    name: &str,
) -> Result<u64, Failure> {
    Ok(repository::forget_name(tx, account, name).await?)
}

/// Everybody who has a part in the site at that path: who holds a role there, above or below,
/// other than as a supervisor, and who has a post there.
///
/// # Errors
/// The database's.
pub(crate) async fn staff_of_chain(
    db: &impl ConnectionTrait,
    path: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<HashSet<AccountId>, Failure> {
    let above = lineage(path);
    let mut people = repository::list_staff_of_chain(db, path, &above).await?;
    people.extend(repository::list_posts_of_chain(db, path, &above, local_day(now)).await?);
    Ok(people.into_iter().collect())
}
