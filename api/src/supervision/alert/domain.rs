//! When a count is worth a look. Pure.

use entity::ids::AccountId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::platform::crypto::digest::sha256_hex;
use crate::site::SupervisionSettings;

/// 预警种类
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AlertKind {
    /// 一人代他人申请积分的占比
    ClaimsForOthers,
    /// 一人代他人下单兑换的占比
    RedemptionsForOthers,
    /// 一人手工录入签到的占比
    AttendancesByHand,
    /// 多人在同一设备上签到的占比
    CheckInsOnOneDevice,
    /// 多人在同一设备上下单兑换的占比
    RedemptionsOnOneDevice,
    /// 同一代领人为多人领取的占比
    PickupsByOneDelegate,
}

/// What a kind looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Whose hand entered it.
    Hand,
    /// On which device it was done.
    Device,
    /// By whom goods were picked up for others.
    Delegate,
}

impl AlertKind {
    /// Every kind.
    pub(super) const ALL: [Self; 6] = [
        Self::ClaimsForOthers,
        Self::RedemptionsForOthers,
        Self::AttendancesByHand,
        Self::CheckInsOnOneDevice,
        Self::RedemptionsOnOneDevice,
        Self::PickupsByOneDelegate,
    ];

    /// What it looks at.
    pub(super) const fn by(self) -> By {
        match self {
            Self::CheckInsOnOneDevice | Self::RedemptionsOnOneDevice => By::Device,
            Self::ClaimsForOthers | Self::RedemptionsForOthers | Self::AttendancesByHand => {
                By::Hand
            }
            Self::PickupsByOneDelegate => By::Delegate,
        }
    }

    const fn percent(self, settings: &SupervisionSettings) -> i64 {
        match self.by() {
            By::Device => settings.alert_device_percent,
            By::Hand | By::Delegate => settings.alert_proxy_percent,
        }
    }
}

/// Whose hand, which device, or which delegate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// An account.
    Hand(AccountId),
    /// The hash of what a device calls itself.
    Device(String),
    /// The name a delegate was registered under.
    Delegate(String),
}

impl Source {
    /// What a device is called in an alert: enough to tell two apart.
    pub(super) fn device_label(&self) -> Option<String> {
        match self {
            Self::Hand(_) | Self::Delegate(_) => None,
            Self::Device(hash) => sha256_hex(hash.as_bytes()).get(..8).map(str::to_uppercase),
        }
    }
}

/// What came by one hand, device or delegate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) source: Source,
    pub(super) count: i64,
    /// How many different people it was for.
    pub(super) people: i64,
}

/// A share that is worth a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alert {
    pub(super) kind: AlertKind,
    pub(super) share: Share,
    pub(super) total: i64,
    /// In per cent, rounded down.
    pub(super) percent: i64,
    pub(super) threshold_percent: i64,
}

/// The shares of one kind that reach the threshold. One person on her own phone is nobody's
/// proxy, nor is who always fetches her mother's things: a device and a delegate are flagged for
/// two people at least.
pub(super) fn alerts(
    kind: AlertKind,
    shares: Vec<Share>,
    total: i64,
    settings: &SupervisionSettings,
) -> Vec<Alert> {
    let threshold_percent = kind.percent(settings);
    let least_people = match kind.by() {
        By::Hand => 1,
        By::Device | By::Delegate => 2,
    };
    let flagged = |share: &Share| {
        share.count >= settings.alert_least_count
            && share.people >= least_people
            && share.count * 100 >= total * threshold_percent
    };
    let alert = |share: Share| Alert {
        kind,
        percent: if total > 0 { share.count * 100 / total } else { 0 },
        share,
        total,
        threshold_percent,
    };
    shares.into_iter().filter(flagged).map(alert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const SETTINGS: SupervisionSettings = SupervisionSettings {
        supervisors_per_site: 2,
        term_months: 36,
        freeze_days_longest: 15,
        alert_proxy_percent: 30,
        alert_device_percent: 50,
        alert_least_count: 10,
    };

    fn hand(count: i64, people: i64) -> Share {
        Share { source: Source::Hand(Uuid::from_u128(1).into()), count, people }
    }

    fn flagged(kind: AlertKind, share: Share, total: i64) -> bool {
        !alerts(kind, vec![share], total, &SETTINGS).is_empty()
    }

    #[test]
    fn a_share_is_flagged_at_its_threshold_and_not_before() {
        let kind = AlertKind::ClaimsForOthers;
        assert!(flagged(kind, hand(30, 20), 100));
        assert!(!flagged(kind, hand(29, 20), 100));
        assert!(!flagged(kind, hand(9, 9), 9), "too few to mean anything");
        assert!(flagged(kind, hand(10, 1), 10));
        let found = alerts(kind, vec![hand(1, 1), hand(31, 2)], 100, &SETTINGS);
        assert_eq!((found.len(), found[0].percent, found[0].threshold_percent), (1, 31, 30));
    }

    #[test]
    fn a_device_is_flagged_by_its_own_threshold_and_for_several_people() {
        let kind = AlertKind::CheckInsOnOneDevice;
        assert!(!flagged(kind, hand(49, 5), 100));
        assert!(flagged(kind, hand(50, 5), 100));
        assert!(!flagged(kind, hand(50, 1), 50), "her own phone");
    }

    #[test]
    fn a_delegate_is_flagged_for_several_people_only() {
        let kind = AlertKind::PickupsByOneDelegate;
        assert!(flagged(kind, hand(30, 2), 100));
        assert!(!flagged(kind, hand(29, 9), 100));
        assert!(!flagged(kind, hand(100, 1), 100), "a daughter who fetches her mother's things");
    }

    #[test]
    fn a_device_is_told_from_another_without_its_hash() {
        let one = Source::Device("ab".repeat(32)).device_label().unwrap();
        let other = Source::Device("cd".repeat(32)).device_label().unwrap();
        assert_eq!((one.len(), one == other), (8, false));
        assert_eq!(hand(1, 1).source.device_label(), None);
    }
}
