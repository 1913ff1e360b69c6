//! Who may hold which role where, and how invitations live. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{AccountId, SupervisorPostId};
use entity::role_assignment::Role;
use entity::site::SiteKind;
use entity::staff_invitation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{Permission, grants, may_be_held_together};
use crate::platform::text::human_number::NumberFormat;

/// How long a code from the office is good: a person must come to the phone.
pub(super) const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);
/// How long a code printed by an operator is good: both sit side by side.
pub(super) const OPERATOR_INVITATION_LIFE: TimeDelta = TimeDelta::minutes(15);
/// Invitation codes: sixty random bits behind 邀请.
pub(super) const CODE: NumberFormat = NumberFormat::new("YQ", 12);

/// 邀请的状态
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::site) enum InvitationState {
    /// 等待接受
    Pending,
    /// 已接受
    Accepted,
    /// 已过期
    Expired,
    /// 已撤回
    Revoked,
}

/// Why staff are not invited, accepted or dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::site) enum StaffRefusal {
    /// An invitation to nothing.
    NoRole,
    /// The role at this place of the list stands there before.
    Repeated(usize),
    /// The role at this place of the list is not held at such a site.
    DoesNotFit(usize),
    /// One person may not hold both.
    Incompatible(Role, Role),
    /// The code is not good, for whatever reason.
    Invalid,
    /// Whoever invites does not serve herself.
    OwnInvitation,
    /// Only a pending invitation can be revoked.
    WrongState(InvitationState),
    /// Nobody locks herself out.
    LastSecurityRole,
    /// The role goes with its holder's post as a supervisor.
    HasPost(SupervisorPostId),
}

/// What became of an invitation by `now`.
pub(super) fn state(row: &staff_invitation::Model, now: DateTime<Utc>) -> InvitationState {
    if row.accepted_at.is_some() {
        InvitationState::Accepted
    } else if row.revoked_at.is_some() {
        InvitationState::Revoked
    } else if row.expires_at <= now {
        InvitationState::Expired
    } else {
        InvitationState::Pending
    }
}

/// Whether a role is held at sites of this kind.
const fn fits(role: Role, kind: SiteKind) -> bool {
    match (role, kind) {
        (Role::CountyAdmin | Role::SecurityAdmin | Role::Auditor, SiteKind::Center)
        | (
            Role::CountyAdmin
            | Role::TownAdmin
            | Role::SecurityAdmin
            | Role::Auditor
            | Role::StationManager
            | Role::Certifier
            | Role::Clerk
            | Role::GeneralOffice,
            SiteKind::Institute,
        )
        | (Role::StationManager | Role::Certifier | Role::Clerk, SiteKind::Station) => true,
        // A supervisor is nominated, vetted and appointed, never invited.
        (Role::Supervisor, SiteKind::Center | SiteKind::Institute | SiteKind::Station)
        | (
            Role::TownAdmin
            | Role::StationManager
            | Role::Certifier
            | Role::Clerk
            | Role::GeneralOffice,
            SiteKind::Center,
        )
        | (
            Role::CountyAdmin
            | Role::TownAdmin
            | Role::SecurityAdmin
            | Role::Auditor
            | Role::GeneralOffice,
            SiteKind::Station,
        ) => false,
    }
}

/// Whether somebody may be invited to these roles at a site of this kind.
pub(super) fn decide_invitation(roles: &[Role], kind: SiteKind) -> Result<(), StaffRefusal> {
    if roles.is_empty() {
        return Err(StaffRefusal::NoRole);
    }
    for (at, role) in roles.iter().enumerate() {
        if !fits(*role, kind) {
            return Err(StaffRefusal::DoesNotFit(at));
        }
        if roles.iter().take(at).any(|before| before == role) {
            return Err(StaffRefusal::Repeated(at));
        }
    }
    keep_apart(roles)
}

/// Whether `account`, holding the roles `live` anywhere, may accept.
pub(super) fn decide_acceptance(
    invitation: &staff_invitation::Model,
    account: AccountId,
    live: &[Role],
    now: DateTime<Utc>,
) -> Result<(), StaffRefusal> {
    if state(invitation, now) != InvitationState::Pending {
        return Err(StaffRefusal::Invalid);
    }
    // Whoever manages staff could otherwise give herself what she must not hold.
    if invitation.created_by == Some(account) {
        return Err(StaffRefusal::OwnInvitation);
    }
    let all: Vec<_> = live.iter().chain(&invitation.roles.0).copied().collect();
    keep_apart(&all)
}

fn keep_apart(roles: &[Role]) -> Result<(), StaffRefusal> {
    for (at, role) in roles.iter().enumerate() {
        let clash = roles.iter().take(at).find(|before| !may_be_held_together(**before, *role));
        if let Some(before) = clash {
            return Err(StaffRefusal::Incompatible(*before, *role));
        }
    }
    Ok(())
}

/// Whether one of two sites lies above the other, or both are the same.
pub(super) fn is_one_chain(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// Whether an invitation may be revoked.
pub(super) fn decide_withdrawal(
    invitation: &staff_invitation::Model,
    now: DateTime<Utc>,
) -> Result<(), StaffRefusal> {
    match state(invitation, now) {
        InvitationState::Pending => Ok(()),
        other @ (InvitationState::Accepted
        | InvitationState::Expired
        | InvitationState::Revoked) => Err(StaffRefusal::WrongState(other)),
    }
}

/// Whether a role may be taken from somebody who goes on holding `others`. A supervisor's comes
/// from her `post` and ends with it: whoever appoints her ends that, and says why.
pub(super) fn decide_dismissal(
    own: bool,
    role: Role,
    others: &[Role],
    post: Option<SupervisorPostId>,
) -> Result<(), StaffRefusal> {
    if let Some(post) = post {
        return Err(StaffRefusal::HasPost(post));
    }
    let keeps_staff = |role: &Role| grants(*role, Permission::ManageStaff);
    if own && keeps_staff(&role) && !others.iter().any(keeps_staff) {
        return Err(StaffRefusal::LastSecurityRole);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::role_assignment::RoleList;
    use sea_orm::Iterable;
    use uuid::Uuid;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn account(n: u128) -> AccountId {
        Uuid::from_u128(n).into()
    }

    fn invitation(roles: &[Role]) -> staff_invitation::Model {
        staff_invitation::Model {
            id: Uuid::from_u128(1).into(),
            site_id: Uuid::from_u128(2).into(),
            roles: RoleList(roles.to_vec()),
            invitee_name: "李国强".into(),
            code_hash: String::new(),
            created_by: Some(account(9)),
            created_at: at(0),
            expires_at: at(100),
            accepted_by: None,
            accepted_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn every_role_is_held_where_its_work_is() {
        use SiteKind::{Center, Institute, Station};
        for role in Role::iter() {
            let kinds: Vec<_> =
                [Center, Institute, Station].into_iter().filter(|kind| fits(role, *kind)).collect();
            let expected: &[SiteKind] = match role {
                Role::CountyAdmin | Role::SecurityAdmin | Role::Auditor => &[Center, Institute],
                Role::TownAdmin | Role::GeneralOffice => &[Institute],
                Role::StationManager | Role::Certifier | Role::Clerk => &[Institute, Station],
                Role::Supervisor => &[],
            };
            assert_eq!(kinds, expected, "{role}");
        }
    }

    #[test]
    fn an_invitation_names_each_role_once_and_none_that_must_be_kept_apart() {
        use Role::{Auditor, Clerk, SecurityAdmin, StationManager, TownAdmin};
        let town = |roles: &[Role]| decide_invitation(roles, SiteKind::Institute);
        assert_eq!(town(&[StationManager, Clerk]), Ok(()));
        assert_eq!(town(&[]), Err(StaffRefusal::NoRole));
        assert_eq!(town(&[Clerk, Clerk]), Err(StaffRefusal::Repeated(1)));
        assert_eq!(
            town(&[Clerk, TownAdmin, Auditor]),
            Err(StaffRefusal::Incompatible(Clerk, Auditor)),
            "who audits only reads the trail"
        );
        assert_eq!(
            town(&[TownAdmin, SecurityAdmin]),
            Err(StaffRefusal::Incompatible(TownAdmin, SecurityAdmin))
        );
        assert_eq!(
            decide_invitation(&[Clerk, SecurityAdmin], SiteKind::Station),
            Err(StaffRefusal::DoesNotFit(1))
        );
    }

    #[test]
    fn a_pending_invitation_is_accepted_by_another_whose_roles_go_with_it() {
        let row = invitation(&[Role::Auditor]);
        let accept = |row: &staff_invitation::Model, who, live: &[Role], now| {
            decide_acceptance(row, account(who), live, at(now))
        };
        assert_eq!(accept(&row, 1, &[], 99), Ok(()));
        assert_eq!(
            accept(&row, 1, &[Role::Clerk], 99),
            Err(StaffRefusal::Incompatible(Role::Clerk, Role::Auditor))
        );
        assert_eq!(accept(&row, 1, &[], 100), Err(StaffRefusal::Invalid), "expired");
        assert_eq!(accept(&row, 9, &[], 0), Err(StaffRefusal::OwnInvitation));
        assert_eq!(
            accept(&row, 1, &[Role::SecurityAdmin], 0),
            Err(StaffRefusal::Incompatible(Role::SecurityAdmin, Role::Auditor))
        );
        let used = staff_invitation::Model { accepted_at: Some(at(1)), ..row.clone() };
        assert_eq!(accept(&used, 1, &[], 2), Err(StaffRefusal::Invalid));
        let revoked = staff_invitation::Model { revoked_at: Some(at(1)), ..row };
        assert_eq!(accept(&revoked, 1, &[], 2), Err(StaffRefusal::Invalid));
    }

    #[test]
    fn only_a_pending_invitation_is_withdrawn() {
        let row = invitation(&[Role::Clerk]);
        let used = staff_invitation::Model { accepted_at: Some(at(1)), ..row.clone() };
        let gone = staff_invitation::Model { revoked_at: Some(at(1)), ..row.clone() };
        for (row, now, expected) in [
            (&row, 0, Ok(())),
            (&row, 100, Err(StaffRefusal::WrongState(InvitationState::Expired))),
            (&used, 100, Err(StaffRefusal::WrongState(InvitationState::Accepted))),
            (&gone, 100, Err(StaffRefusal::WrongState(InvitationState::Revoked))),
        ] {
            assert_eq!(decide_withdrawal(row, at(now)), expected);
        }
    }

    #[test]
    fn nobody_locks_herself_out_of_managing_staff() {
        use Role::{Clerk, CountyAdmin, SecurityAdmin};
        let last = Err(StaffRefusal::LastSecurityRole);
        assert_eq!(decide_dismissal(true, SecurityAdmin, &[Clerk], None), last);
        assert_eq!(decide_dismissal(true, CountyAdmin, &[], None), last);
        assert_eq!(decide_dismissal(true, SecurityAdmin, &[SecurityAdmin], None), Ok(()));
        assert_eq!(decide_dismissal(true, Clerk, &[], None), Ok(()));
        assert_eq!(decide_dismissal(false, SecurityAdmin, &[], None), Ok(()));
        let post = Uuid::from_u128(5).into();
        let appointed = decide_dismissal(false, Role::Supervisor, &[], Some(post));
        assert_eq!(appointed, Err(StaffRefusal::HasPost(post)));
    }
}
