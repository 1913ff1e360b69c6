//! Use cases of staff: inviting, accepting, dismissing.

use chrono::TimeDelta;
use entity::ids::{AccountId, RoleAssignmentId, SiteId, StaffInvitationId};
use entity::role_assignment::{self, Role, RoleList};
use entity::{site, staff_invitation};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{
    CODE, INVITATION_LIFE, OPERATOR_INVITATION_LIFE, StaffRefusal, decide_acceptance,
    decide_dismissal, decide_invitation, decide_withdrawal, is_one_chain,
};
use super::dto::InviteStaff;
use super::repository::{self, StaffRow};
use crate::auth::{self, Caller, Permission};
use crate::journal;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::core::Core;
use crate::platform::crypto::digest::sha256_hex;
use crate::platform::failure::{Failure, code};
use crate::platform::paging::Pager;
use crate::platform::tx::{Tx, in_tx};
use crate::site::service as sites;

/// An invitation just made, with the code that is never shown again.
#[derive(Debug)]
pub(super) struct Invited {
    pub(super) row: staff_invitation::Model,
    pub(super) code: String,
}

/// One page of the live roles in a site's subtree.
pub(super) async fn list(
    core: &Core,
    site: &site::Model,
    pager: &Pager<'_>,
) -> Result<(Vec<StaffRow>, Option<String>), Failure> {
    let after = pager.after()?;
    let db = &core.pools.read;
    let rows = repository::list_staff_view(db, &site.path, after, pager.limit()).await?;
    pager.cut(rows, |row| row.id.to_string())
}

/// One page of the invitations in a site's subtree.
pub(super) async fn list_invitations(
    core: &Core,
    site: &site::Model,
    pager: &Pager<'_>,
) -> Result<(Vec<staff_invitation::Model>, Option<String>), Failure> {
    let after = pager.after()?;
    let db = &core.pools.read;
    let rows = repository::list_invitations(db, &site.path, after, pager.limit()).await?;
    pager.cut(rows, |row| row.id.to_string())
}

/// A site the caller may do this at.
pub(super) async fn site_for(
    db: &impl ConnectionTrait,
    caller: &Caller,
    permission: Permission,
    id: SiteId,
) -> Result<site::Model, Failure> {
    let site = sites::get(db, id).await?;
    caller.require_at(permission, &site.path)?;
    Ok(site)
}

/// Invites somebody to roles at a site.
///
/// # Errors
/// What the list of roles refuses, or the caller's lack of permission there.
pub(super) async fn invite(
    tx: &Tx<'_>,
    caller: &Caller,
    id: SiteId,
    body: InviteStaff,
) -> Result<Invited, Failure> {
    let site = site_for(&**tx, caller, Permission::ManageStaff, id).await?;
    write_invitation(tx, &site, body.invitee_name.into(), body.roles, INVITATION_LIFE).await
}

async fn write_invitation(
    tx: &Tx<'_>,
    site: &site::Model,
    invitee_name: String,
    roles: Vec<Role>,
    life: TimeDelta,
) -> Result<Invited, Failure> {
    decide_invitation(&roles, site.kind)?;
    let number = CODE.build(tx.random());
    let row = staff_invitation::Model {
        id: tx.new_id(),
        site_id: site.id,
        roles: RoleList(roles),
        invitee_name,
        code_hash: sha256_hex(number.as_bytes()),
        created_by: tx.actor.account,
        created_at: tx.now,
        expires_at: tx.now + life,
        accepted_by: None,
        accepted_at: None,
        revoked_at: None,
    };
    repository::insert_invitation(tx, row.clone().into()).await?;
    let data = json!({"roles": row.roles});
    tell(tx, "staff.invited", "staff_invitation", row.id.into(), (site.id, data)).await?;
    Ok(Invited { row, code: CODE.grouped(&number) })
}

pub(super) async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    subject: &str,
    id: uuid::Uuid,
    (site, data): (SiteId, serde_json::Value),
) -> Result<(), Failure> {
    journal::publish(tx, kind, subject, id, Some(site), data).await
}

/// An invitation made by whoever runs the service, for the first administrators.
#[derive(Clone, Debug)]
pub(crate) struct OperatorInvitation {
    /// Division code of the site.
    pub(crate) division_code: String,
    /// The role.
    pub(crate) role: Role,
    /// Whom it is for.
    pub(crate) name: String,
}

/// Invites without being anybody: only a process that holds the database's address
/// can do so. Answers the code.
///
/// # Errors
/// `not_found` for an unknown division, or the role's refusal.
pub(crate) async fn invite_by_operator(
    core: &Core,
    wish: &OperatorInvitation,
    request_id: String,
) -> Result<String, Failure> {
    let actor = Actor::system("invite", request_id);
    in_tx(core, &actor, async |tx| {
        let site = sites::find_by_division(&**tx, &wish.division_code).await?;
        let site = site.ok_or(code::NOT_FOUND)?;
        let (name, roles) = (wish.name.clone(), vec![wish.role]);
        let invited = write_invitation(tx, &site, name, roles, OPERATOR_INVITATION_LIFE).await?;
        audit_row::record(tx, "staff_invite", Some(&invited.row.id.to_string()), "ok").await?;
        Ok(invited.code)
    })
    .await
}

/// Takes an unused invitation back.
///
/// # Errors
/// `wrong_state` when it is not pending any more.
pub(super) async fn withdraw(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    id: StaffInvitationId,
) -> Result<staff_invitation::Model, Failure> {
    site_for(&**tx, caller, Permission::ManageStaff, site).await?;
    let row = repository::lock_invitation(tx, id).await?;
    let row = row.filter(|row| row.site_id == site).ok_or(code::NOT_FOUND)?;
    decide_withdrawal(&row, tx.now)?;
    if !repository::save_withdrawn(tx, id, tx.now).await? {
        return Err(code::WRONG_STATE.into());
    }
    tell(tx, "staff.uninvited", "staff_invitation", id.into(), (site, json!({}))).await?;
    Ok(staff_invitation::Model { revoked_at: Some(tx.now), ..row })
}

/// Binds the roles of an invitation to the caller's account.
///
/// # Errors
/// `invitation_invalid` for a code that is not good for any reason, `own_invitation`,
/// `roles_incompatible` with what she holds already.
pub(super) async fn accept(
    tx: &Tx<'_>,
    account: AccountId,
    typed: &str,
) -> Result<(staff_invitation::Model, Vec<role_assignment::Model>), Failure> {
    let number = CODE.parse(typed).map_err(|_| StaffRefusal::Invalid)?;
    // The account first: two invitations accepted at once by one person must see
    // each other's roles.
    auth::lock_account(tx, account).await?;
    let hash = sha256_hex(number.as_bytes());
    let found = repository::lock_invitation_by_code(tx, &hash).await?;
    let invitation = found.ok_or(StaffRefusal::Invalid)?;
    let live = repository::list_live(&**tx, account).await?;
    let held: Vec<_> = live.iter().map(|row| row.role).collect();
    decide_acceptance(&invitation, account, &held, tx.now)?;
    keep_supervisors_apart(tx, &invitation, &live).await?;

    if !repository::save_accepted(tx, invitation.id, account, tx.now).await? {
        return Err(StaffRefusal::Invalid.into());
    }
    let site = invitation.site_id;
    for role in &invitation.roles.0 {
        if live.iter().any(|row| row.role == *role && row.site_id == site) {
            continue;
        }
        let row = role_assignment::Model {
            id: tx.new_id(),
            account_id: account,
            role: *role,
            site_id: site,
            granted_by: invitation.created_by,
            granted_at: tx.now,
            revoked_at: None,
            revoked_by: None,
        };
        repository::insert_assignment(tx, row.clone().into()).await?;
        let data = json!({"account_id": account, "role": role});
        tell(tx, "role.granted", "role_assignment", row.id.into(), (site, data)).await?;
    }
    auth::become_staff(tx, account, &invitation.invitee_name).await?;
    let live = repository::list_live(&**tx, account).await?;
    Ok((invitation, live))
}

/// Who supervises a site does not become staff of it, above it or below it.
async fn keep_supervisors_apart(
    tx: &Tx<'_>,
    invitation: &staff_invitation::Model,
    live: &[role_assignment::Model],
) -> Result<(), Failure> {
    let here = sites::get(&**tx, invitation.site_id).await?.path;
    let invited = invitation.roles.0.iter().find(|role| **role != Role::Supervisor);
    for held in live.iter().filter(|held| held.role == Role::Supervisor) {
        let there = sites::get(&**tx, held.site_id).await?.path;
        if let Some(role) = invited.filter(|_| is_one_chain(&here, &there)) {
            return Err(StaffRefusal::Incompatible(held.role, *role).into());
        }
    }
    Ok(())
}

/// Whose role it is.
pub(super) async fn holder(core: &Core, id: RoleAssignmentId) -> Result<AccountId, Failure> {
    let found = repository::find_assignment(&core.pools.read, id).await?;
    Ok(found.ok_or(code::NOT_FOUND)?.account_id)
}

/// Takes a role from somebody, and every access token issued to her so far.
///
/// # Errors
/// `last_security_role` when she would lock herself out; `supervisor_appointed` while the role
/// comes from a post.
pub(super) async fn dismiss(
    tx: &Tx<'_>,
    caller: &Caller,
    site: SiteId,
    id: RoleAssignmentId,
) -> Result<role_assignment::Model, Failure> {
    site_for(&**tx, caller, Permission::ManageStaff, site).await?;
    let row = repository::find_assignment(&**tx, id).await?;
    let row = row.filter(|row| row.site_id == site).ok_or(code::NOT_FOUND)?;
    // Locked, so that of two roles taken at once the second sees the first gone.
    auth::lock_account(tx, row.account_id).await?;
    let others = repository::list_live(&**tx, row.account_id).await?;
    let others: Vec<_> = others.iter().filter(|other| other.id != id).map(|o| o.role).collect();
    let post = repository::find_post_view(&**tx, id).await?;
    decide_dismissal(row.account_id == caller.account, row.role, &others, post)?;

    if !repository::save_dismissed(tx, id, Some(caller.account), tx.now).await? {
        return Err(code::NOT_FOUND.into());
    }
    auth::raise_token_version(tx, row.account_id).await?;
    let data = json!({"account_id": row.account_id, "role": row.role});
    tell(tx, "role.revoked", "role_assignment", id.into(), (site, data)).await?;
    let (revoked_at, revoked_by) = (Some(tx.now), Some(caller.account));
    Ok(role_assignment::Model { revoked_at, revoked_by, ..row })
}
