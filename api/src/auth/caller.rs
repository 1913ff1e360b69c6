//! Who is calling: the account, its roles by site subtree, and the volunteer it is.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, SessionId, SiteId, VolunteerId};
use entity::role_assignment::Role;
use entity::session::Audience;
use serde::{Deserialize, Serialize};

use super::role::{Permission, grants};
use crate::platform::actor::{Held, Standing};
use crate::platform::failure::{Failure, Refusal, code};

/// One role held at one site, good for the site's subtree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What.
    pub role: Role,
    /// Where.
    pub site_id: SiteId,
    /// The site's path; a site below has a path that starts with it.
    pub path: String,
    /// The town the site belongs to; none for the county.
    pub town_id: Option<SiteId>,
}

/// The signed-in caller of an operation.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Her account.
    pub account: AccountId,
    /// This device's session.
    pub session: SessionId,
    /// Volunteer side or staff side lifetimes.
    pub audience: Audience,
    /// Every role she holds.
    pub grants: Vec<Grant>,
    /// The volunteer this account is, if registered.
    pub volunteer: Option<VolunteerId>,
    /// By what role she acts, shared with the request's actor.
    pub standing: Standing,
    /// When she was let in: what holds for a time is asked as of then.
    pub at: DateTime<Utc>,
}

impl Caller {
    /// Whether she holds `permission` anywhere.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all the others are held by roles")]
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        match permission {
            Permission::Public | Permission::SignedIn => true,
            Permission::Volunteer => self.volunteer.is_some(),
            _ => self.grants.iter().any(|grant| grants(grant.role, permission)),
        }
    }

    /// Asks for `permission` anywhere.
    ///
    /// # Errors
    /// `permission_denied`; to who has not registered as a volunteer it says so.
    pub(super) fn require(&self, permission: Permission) -> Result<(), Failure> {
        if self.may(permission) {
            return Ok(());
        }
        if permission == Permission::Volunteer {
            return self.volunteer().map(drop);
        }
        Err(code::PERMISSION_DENIED.into())
    }

    /// Whether she holds `permission` at the site of that path.
    #[must_use]
    pub fn may_at(&self, permission: Permission, path: &str) -> bool {
        self.role_at(permission, path).is_some()
    }

    /// The role by which she may do this at the site of that path.
    fn role_at(&self, permission: Permission, path: &str) -> Option<Role> {
        let here = |grant: &&Grant| path.starts_with(&grant.path);
        let held = self.grants.iter().filter(here).map(|grant| grant.role);
        held.into_iter().find(|role| grants(*role, permission))
    }

    /// Asks for `permission` at a site. A site outside every town she works in is
    /// not hers to know of. The audit trail and the ledger name this site, and the role
    /// she holds there.
    ///
    /// # Errors
    /// `not_found` for another town's site, `permission_denied` for one of her own
    /// town where she lacks the role.
    pub fn require_at(&self, permission: Permission, path: &str) -> Result<(), Failure> {
        let role = self.role_at(permission, path);
        self.standing.note(Held { role: role.map(Role::as_str), site: site_of(path) });
        if role.is_some() {
            return Ok(());
        }
        let knows = self.grants.iter().any(|grant| shares_town(&grant.path, path));
        Err(if knows { code::PERMISSION_DENIED } else { code::NOT_FOUND }.into())
    }

    /// The subtrees in which she holds `permission`.
    #[must_use]
    pub fn scopes(&self, permission: Permission) -> Vec<String> {
        let holding = self.grants.iter().filter(|grant| grants(grant.role, permission));
        holding.map(|grant| grant.path.clone()).collect()
    }

    /// The volunteer she is.
    ///
    /// # Errors
    /// `permission_denied` when the account has not registered.
    pub fn volunteer(&self) -> Result<VolunteerId, Failure> {
        let refuse = || Refusal::new(code::PERMISSION_DENIED).detail("请先登记为志愿者").into();
        self.volunteer.ok_or_else(refuse)
    }

    /// A role by which she may do this somewhere: what the door knows, before the row
    /// and its site are found.
    #[must_use]
    pub fn role_for(&self, permission: Permission) -> String {
        let found = self.grants.iter().find(|grant| grants(grant.role, permission));
        found.map_or_else(|| "volunteer".into(), |grant| grant.role.as_str().into())
    }
}

/// The site a path leads to is its last part.
fn site_of(path: &str) -> Option<SiteId> {
    let last = path.split('/').rfind(|part| !part.is_empty())?;
    last.parse::<uuid::Uuid>().ok().map(SiteId::from)
}

/// Paths look like `/county/town/station/`; two sites share a town when the first
/// two ids agree, and everybody shares the county's own site.
fn shares_town(one: &str, other: &str) -> bool {
    let town =
        |path: &str| path.split('/').filter(|part| !part.is_empty()).nth(1).map(str::to_owned);
    match (town(one), town(other)) {
        (Some(one), Some(other)) => one == other,
        (None, _) | (_, None) => true,
    }
}

impl FromRequest for Caller {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        std::future::ready(found.ok_or_else(|| code::UNAUTHENTICATED.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id<T: From<Uuid>>(n: u128) -> T {
        Uuid::from_u128(n).into()
    }

    fn clerk_at(path: &str) -> Caller {
        let grant =
            Grant { role: Role::Clerk, site_id: id(1), path: path.into(), town_id: Some(id(2)) };
        Caller {
            account: id(1),
            session: id(1),
            audience: Audience::Staff,
            grants: vec![grant],
            volunteer: None,
            standing: Standing::default(),
            at: DateTime::UNIX_EPOCH,
        }
    }

    fn refused(caller: &Caller, path: &str) -> Option<&'static str> {
        let result = caller.require_at(Permission::ManageVolunteers, path);
        result.err().and_then(|e| e.refusal().map(|r| r.code.name))
    }

    #[test]
    fn a_role_holds_for_its_subtree_and_hides_other_towns() {
        let clerk = clerk_at("/c/t1/s1/");
        assert_eq!(refused(&clerk, "/c/t1/s1/"), None);
        assert_eq!(refused(&clerk, "/c/t1/s2/"), Some("permission_denied"));
        assert_eq!(refused(&clerk, "/c/t1/"), Some("permission_denied"));
        assert_eq!(refused(&clerk, "/c/t2/s3/"), Some("not_found"));
        assert_eq!(refused(&clerk_at("/c/"), "/c/t2/s3/"), None);
    }

    #[test]
    fn who_has_not_registered_is_told_to() {
        let clerk = clerk_at("/c/t1/s1/");
        let detail = |permission| {
            let refused = clerk.require(permission).err();
            refused.and_then(|failure| failure.refusal().and_then(|one| one.detail.clone()))
        };
        assert_eq!(detail(Permission::Volunteer).as_deref(), Some("请先登记为志愿者"));
        assert_eq!(detail(Permission::ManageVolunteers), None);
    }
}
