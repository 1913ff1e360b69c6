//! Who may be kept from signing in. Pure.

use entity::account::AccountStatus;
use entity::ids::AccountId;
use serde::Serialize;
use utoipa::ToSchema;

/// 对账号可进行的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AccountAction {
    /// 停用
    Disable,
    /// 启用
    Enable,
}

impl AccountAction {
    /// Every action.
    const ALL: [Self; 2] = [Self::Disable, Self::Enable];

    /// The status after it, or nothing when it is not for this status.
    pub(super) const fn apply(self, status: AccountStatus) -> Option<AccountStatus> {
        match (self, status) {
            (Self::Disable, AccountStatus::Active) => Some(AccountStatus::Disabled),
            (Self::Enable, AccountStatus::Disabled) => Some(AccountStatus::Active),
            (Self::Disable, AccountStatus::Disabled) | (Self::Enable, AccountStatus::Active) => {
                None
            }
        }
    }
}

/// What may be done with an account; nobody disables her own.
pub(super) fn actions(status: AccountStatus, own: bool) -> Vec<AccountAction> {
    let open = |action: &AccountAction| action.apply(status).is_some();
    AccountAction::ALL.into_iter().filter(open).filter(|_| !own).collect()
}

/// Why an account stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::auth) enum AccountRefusal {
    /// It is so already.
    WrongState,
    /// Her own.
    Own,
    /// Nobody would be left to keep accounts where she does.
    LastSecurityAdmin,
}

/// A security administrator and a site at which she is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Keeper {
    pub(super) account: AccountId,
    /// Whether she can sign in.
    pub(super) active: bool,
    /// The site's path.
    pub(super) path: String,
}

/// Decides whether an account may be disabled. Wherever its holder keeps accounts, somebody
/// else who can sign in must go on keeping them, there or above.
pub(super) fn decide_disabling(
    (account, status): (AccountId, AccountStatus),
    by: AccountId,
    keepers: &[Keeper],
) -> Result<AccountStatus, AccountRefusal> {
    if account == by {
        return Err(AccountRefusal::Own);
    }
    let next = AccountAction::Disable.apply(status).ok_or(AccountRefusal::WrongState)?;
    let kept_by_another = |path: &str| {
        let mut others = keepers.iter().filter(|other| other.account != account && other.active);
        others.any(|other| path.starts_with(&other.path))
    };
    let mut hers = keepers.iter().filter(|keeper| keeper.account == account);
    let left = hers.all(|hers| kept_by_another(&hers.path));
    if left { Ok(next) } else { Err(AccountRefusal::LastSecurityAdmin) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> AccountId {
        Uuid::from_u128(number).into()
    }

    fn keeper(number: u128, active: bool, path: &str) -> Keeper {
        Keeper { account: id(number), active, path: path.into() }
    }

    fn disable(account: u128, keepers: &[Keeper]) -> Result<AccountStatus, AccountRefusal> {
        decide_disabling((id(account), AccountStatus::Active), id(1), keepers)
    }

    #[test]
    fn nobody_disables_herself_or_the_last_who_keeps_accounts() {
        use AccountRefusal as R;
        let (own, other) = (keeper(1, true, "/c/"), keeper(2, true, "/c/"));
        assert_eq!(disable(1, &[own.clone(), other.clone()]), Err(R::Own));
        assert_eq!(disable(2, &[own.clone(), other.clone()]), Ok(AccountStatus::Disabled));
        assert_eq!(disable(3, std::slice::from_ref(&own)), Ok(AccountStatus::Disabled));
        // She was disabled herself in the meantime.
        assert_eq!(disable(2, &[keeper(1, false, "/c/"), other]), Err(R::LastSecurityAdmin));
        // A keeper of one town does not keep the county's accounts.
        let town = keeper(1, true, "/c/t1/");
        assert_eq!(disable(2, &[town.clone(), keeper(2, true, "/c/")]), Err(R::LastSecurityAdmin));
        let two = [own, keeper(2, true, "/c/t1/"), keeper(2, true, "/c/t2/")];
        assert_eq!(disable(2, &two), Ok(AccountStatus::Disabled));
    }

    #[test]
    fn every_pair_of_action_and_status() {
        use AccountAction::{Disable, Enable};
        use AccountStatus::{Active, Disabled};
        assert_eq!(Disable.apply(Active), Some(Disabled));
        assert_eq!(Enable.apply(Disabled), Some(Active));
        assert_eq!((Disable.apply(Disabled), Enable.apply(Active)), (None, None));
        assert_eq!(actions(Active, false), [Disable]);
        assert_eq!(actions(Disabled, false), [Enable]);
        assert!(actions(Active, true).is_empty());
        let again = decide_disabling((id(2), Disabled), id(1), &[]);
        assert_eq!(again, Err(AccountRefusal::WrongState));
    }
}
