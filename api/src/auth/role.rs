//! Roles and what each may do. Pure: one table, read by the guard, the spec's test
//! matrix and the `allowed_actions` of the views.

use std::str::FromStr;

use entity::role_assignment::Role;

/// What an operation asks of its caller. The names stand in the document as
/// `x-permission`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Anybody, without signing in.
    Public,
    /// Any signed-in account.
    SignedIn,
    /// A registered volunteer, on her own data.
    Volunteer,
    /// Reading the site tree and its settings as staff.
    ViewSites,
    /// Changing the site tree, appointments, redemption points.
    ManageSites,
    /// Changing settings.
    ManageSettings,
    /// Inviting staff, granting and revoking roles.
    ManageStaff,
    /// Searching and reading volunteers (masked).
    ViewVolunteers,
    /// Assisted registration, verification, suspension, guardians.
    ManageVolunteers,
    /// Issuing and replacing cards.
    ManageCards,
    /// Reading activities that are not public yet, rosters, attendances.
    ViewActivities,
    /// Drafting and submitting activities.
    ManageActivities,
    /// Publishing, cancelling and recording activities.
    PublishActivities,
    /// Check-in codes, roll-call, confirmation.
    RunAttendance,
    /// Reading rule drafts.
    ViewRules,
    /// Drafting rules.
    ManageRules,
    /// Publishing rules.
    PublishRules,
    /// Reading the claims queue.
    ViewClaims,
    /// Certifying, returning and rejecting claims.
    CertifyClaims,
    /// Reading volunteers' points and entries.
    ViewLedger,
    /// Taking over paper books: uploading, and committing what another uploaded.
    ImportOpenings,
    /// Reading goods, stock and redemptions as staff.
    ViewGoods,
    /// Goods and receipt of stock.
    ManageGoods,
    /// Redemption sessions.
    ManageSessions,
    /// Readying, handing out and cancelling redemptions.
    FulfilRedemptions,
    /// The redemption register.
    ExportRegister,
    /// Reading the audit trail.
    ReadAudit,
    /// Reading cases of disqualification.
    ViewDisqualifications,
    /// Proposing, notifying and reviewing cases of disqualification.
    ManageDisqualifications,
    /// Deciding on disqualifications and confirming the decision.
    DecideDisqualifications,
    /// Deciding appeals, for the county.
    DecideAppeals,
    /// Watching over what the staff do, as a supervisor.
    Supervise,
    /// Reading objections.
    ViewObjections,
    /// Accepting, investigating, executing and closing objections.
    HandleObjections,
    /// Deciding objections.
    DecideObjections,
    /// Drafting, opening, closing and archiving notice rounds.
    PublishNotices,
    /// Registering keys that cosign the public trees.
    ManageTreeKeys,
    /// Nominating supervisors for one's own site.
    NominateSupervisors,
    /// Vetting nominated supervisors, and appraising those appointed.
    VetSupervisors,
    /// Appointing and dismissing supervisors, answering their reports and findings.
    AppointSupervisors,
    /// Reading what supervisors found, froze and reported.
    ViewSupervision,
    /// Lifting a freeze: a supervisor her own, the town any.
    LiftFreezes,
    /// Disabling and enabling accounts, ending their sessions.
    ManageAccounts,
}

use Permission as P;

impl Permission {
    /// Every permission.
    pub const ALL: &[Self] = &[
        P::Public,
        P::SignedIn,
        P::Volunteer,
        P::ViewSites,
        P::ManageSites,
        P::ManageSettings,
        P::ManageStaff,
        P::ViewVolunteers,
        P::ManageVolunteers,
        P::ManageCards,
        P::ViewActivities,
        P::ManageActivities,
        P::PublishActivities,
        P::RunAttendance,
        P::ViewRules,
        P::ManageRules,
        P::PublishRules,
        P::ViewClaims,
        P::CertifyClaims,
        P::ViewLedger,
        P::ImportOpenings,
        P::ViewGoods,
        P::ManageGoods,
        P::ManageSessions,
        P::FulfilRedemptions,
        P::ExportRegister,
        P::ReadAudit,
        P::ViewDisqualifications,
        P::ManageDisqualifications,
        P::DecideDisqualifications,
        P::DecideAppeals,
        P::Supervise,
        P::ViewObjections,
        P::HandleObjections,
        P::DecideObjections,
        P::PublishNotices,
        P::ManageTreeKeys,
        P::NominateSupervisors,
        P::VetSupervisors,
        P::AppointSupervisors,
        P::ViewSupervision,
        P::LiftFreezes,
        P::ManageAccounts,
    ];

    /// Its name in the document.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            P::Public => "public",
            P::SignedIn => "signed_in",
            P::Volunteer => "volunteer",
            P::ViewSites => "view_sites",
            P::ManageSites => "manage_sites",
            P::ManageSettings => "manage_settings",
            P::ManageStaff => "manage_staff",
            P::ViewVolunteers => "view_volunteers",
            P::ManageVolunteers => "manage_volunteers",
            P::ManageCards => "manage_cards",
            P::ViewActivities => "view_activities",
            P::ManageActivities => "manage_activities",
            P::PublishActivities => "publish_activities",
            P::RunAttendance => "run_attendance",
            P::ViewRules => "view_rules",
            P::ManageRules => "manage_rules",
            P::PublishRules => "publish_rules",
            P::ViewClaims => "view_claims",
            P::CertifyClaims => "certify_claims",
            P::ViewLedger => "view_ledger",
            P::ImportOpenings => "import_openings",
            P::ViewGoods => "view_goods",
            P::ManageGoods => "manage_goods",
            P::ManageSessions => "manage_sessions",
            P::FulfilRedemptions => "fulfil_redemptions",
            P::ExportRegister => "export_register",
            P::ReadAudit => "read_audit",
            P::ViewDisqualifications => "view_disqualifications",
            P::ManageDisqualifications => "manage_disqualifications",
            P::DecideDisqualifications => "decide_disqualifications",
            P::DecideAppeals => "decide_appeals",
            P::Supervise => "supervise",
            P::ViewObjections => "view_objections",
            P::HandleObjections => "handle_objections",
            P::DecideObjections => "decide_objections",
            P::PublishNotices => "publish_notices",
            P::ManageTreeKeys => "manage_tree_keys",
            P::NominateSupervisors => "nominate_supervisors",
            P::VetSupervisors => "vet_supervisors",
            P::AppointSupervisors => "appoint_supervisors",
            P::ViewSupervision => "view_supervision",
            P::LiftFreezes => "lift_freezes",
            P::ManageAccounts => "manage_accounts",
        }
    }

    /// Whether staff need a role for it.
    #[must_use]
    pub const fn is_for_staff(self) -> bool {
        !matches!(self, P::Public | P::SignedIn | P::Volunteer)
    }
}

impl FromStr for Permission {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|permission| permission.as_str() == name);
        found.copied().ok_or_else(|| format!("no such permission: {name}"))
    }
}

const VIEW: &[P] = &[
    P::ViewSites,
    P::ViewVolunteers,
    P::ViewActivities,
    P::ViewRules,
    P::ViewClaims,
    P::ViewLedger,
    P::ViewGoods,
];

/// What the county decides for all its towns.
const COUNTY: &[P] = &[
    P::ManageSites,
    P::ManageSettings,
    P::ManageStaff,
    P::ManageRules,
    P::PublishRules,
    P::ExportRegister,
    P::ViewDisqualifications,
    P::ManageDisqualifications,
    P::DecideDisqualifications,
    P::DecideAppeals,
    P::ViewObjections,
    P::HandleObjections,
    P::DecideObjections,
    P::ManageTreeKeys,
    P::ViewSupervision,
];

/// What a role may do in the subtree of the site it is held at, beyond its view.
const fn own_powers(role: Role) -> &'static [P] {
    match role {
        Role::CountyAdmin => COUNTY,
        Role::TownAdmin => &[
            P::ManageSites,
            P::ManageSettings,
            P::ManageVolunteers,
            P::ManageCards,
            P::ManageActivities,
            P::PublishActivities,
            P::RunAttendance,
            P::ManageRules,
            P::PublishRules,
            P::ImportOpenings,
            P::ManageGoods,
            P::ManageSessions,
            P::ExportRegister,
            P::ViewDisqualifications,
            P::ManageDisqualifications,
            P::DecideDisqualifications,
            P::ViewObjections,
            P::HandleObjections,
            P::DecideObjections,
            P::PublishNotices,
            P::AppointSupervisors,
            P::ViewSupervision,
            P::LiftFreezes,
        ],
        Role::StationManager => &[
            P::ManageVolunteers,
            P::ManageCards,
            P::ManageActivities,
            P::PublishActivities,
            P::RunAttendance,
            P::CertifyClaims,
            P::ImportOpenings,
            P::ManageGoods,
            P::ManageSessions,
            P::FulfilRedemptions,
            P::ExportRegister,
            P::ViewDisqualifications,
            P::ManageDisqualifications,
            P::ViewObjections,
            P::HandleObjections,
            P::PublishNotices,
            P::NominateSupervisors,
        ],
        Role::Certifier => &[P::RunAttendance, P::CertifyClaims],
        Role::Clerk => &[
            P::ManageVolunteers,
            P::ManageCards,
            P::ManageActivities,
            P::RunAttendance,
            P::ManageGoods,
            P::FulfilRedemptions,
            P::ExportRegister,
        ],
        Role::Supervisor => &[
            P::ExportRegister,
            P::ViewDisqualifications,
            P::Supervise,
            P::ViewObjections,
            P::ViewSupervision,
            P::LiftFreezes,
        ],
        Role::GeneralOffice => &[P::VetSupervisors, P::ViewSupervision],
        Role::SecurityAdmin => &[P::ManageStaff, P::ManageTreeKeys, P::ManageAccounts],
        Role::Auditor => &[P::ReadAudit],
    }
}

/// Roles that only keep accounts or records, or vet supervisors, do not look into villagers'
/// data.
const fn sees_business(role: Role) -> bool {
    match role {
        Role::CountyAdmin
        | Role::TownAdmin
        | Role::StationManager
        | Role::Certifier
        | Role::Clerk
        | Role::Supervisor => true,
        Role::SecurityAdmin | Role::Auditor | Role::GeneralOffice => false,
    }
}

/// Whether `role` grants `permission` in its subtree.
#[must_use]
pub fn grants(role: Role, permission: Permission) -> bool {
    let views = if sees_business(role) { VIEW } else { &[P::ViewSites] };
    views.contains(&permission) || own_powers(role).contains(&permission)
}

/// Whether one person may hold both: system, security and audit administration are kept
/// apart (classified protection of information systems, GB/T 22239). Who keeps accounts
/// must not certify, and who audits only reads the trail; so neither goes with any role
/// of the business. Roles of the business go together: what one person may not do twice
/// in one matter is refused there.
///
/// The county's administrator invites staff beside publishing rules. That is not one
/// person with two kept-apart roles: she neither certifies nor touches points, somebody
/// must appoint the first security administrator, and each invitation stands on the trail.
#[must_use]
pub const fn may_be_held_together(one: Role, other: Role) -> bool {
    const fn kind(role: Role) -> u8 {
        match role {
            Role::CountyAdmin
            | Role::TownAdmin
            | Role::StationManager
            | Role::Certifier
            | Role::Clerk
            | Role::Supervisor
            | Role::GeneralOffice => 0,
            Role::SecurityAdmin => 1,
            Role::Auditor => 2,
        }
    }
    kind(one) == kind(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn every_staff_permission_is_held_by_some_role_and_names_are_unique() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(*permission));
            let held = Role::iter().any(|role| grants(role, *permission));
            assert_eq!(held, permission.is_for_staff(), "{permission:?}");
        }
    }

    #[test]
    fn who_keeps_accounts_does_not_certify_and_who_audits_only_reads_the_trail() {
        assert!(!grants(Role::SecurityAdmin, P::CertifyClaims));
        let audit: Vec<_> = P::ALL.iter().filter(|p| grants(Role::Auditor, **p)).collect();
        assert_eq!(audit, [&P::ViewSites, &P::ReadAudit]);
        assert!(!may_be_held_together(Role::TownAdmin, Role::Auditor));
        assert!(may_be_held_together(Role::StationManager, Role::Certifier));
        for apart in [Role::SecurityAdmin, Role::Auditor] {
            for other in Role::iter() {
                let together = may_be_held_together(apart, other);
                assert_eq!(together, apart == other, "{apart} and {other}");
                assert_eq!(together, may_be_held_together(other, apart));
            }
        }
    }
}
