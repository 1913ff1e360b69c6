//! Rules about relatives and proxies. Pure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::ids::{AccountId, VolunteerId};
use entity::proxy;
use serde::Serialize;
use utoipa::ToSchema;

/// How long somebody stays close after a declaration was withdrawn or an authorisation ended:
/// longer than a claim waits for its certificate, a month's notice hangs and its objections are
/// decided. Else one click would let her decide, and another declare it anew.
const BINDS_AFTERWARDS: TimeDelta = TimeDelta::days(90);

/// Until when what was withdrawn then keeps her from deciding.
#[must_use]
pub(super) fn binds_until(withdrawn_at: DateTime<Utc>) -> DateTime<Utc> {
    withdrawn_at + BINDS_AFTERWARDS
}

/// What was withdrawn after this instant still binds at `now`: [`binds_until`] read backwards, as
/// the tables are asked.
#[must_use]
pub(super) fn bound_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - BINDS_AFTERWARDS
}

/// 代办授权的状态
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ProxyState {
    /// 尚未开始
    Upcoming,
    /// 有效
    Live,
    /// 已到期或已终止
    Ended,
}

/// 本人在代办授权中的一方
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ProxySide {
    /// 本人由对方代办
    Principal,
    /// 本人为对方代办
    Helper,
}

/// On which side of an authorisation somebody stands; none of others'.
#[must_use]
pub(super) fn side_of(
    row: &proxy::Model,
    account: AccountId,
    volunteer: Option<VolunteerId>,
) -> Option<ProxySide> {
    if volunteer == Some(row.volunteer_id) {
        Some(ProxySide::Principal)
    } else {
        (account == row.proxy_account_id).then_some(ProxySide::Helper)
    }
}

/// Where an authorisation stands on `today`.
#[must_use]
pub(super) fn state_on(row: &proxy::Model, today: NaiveDate) -> ProxyState {
    if row.withdrawn_at.is_some() || row.ends_on.is_some_and(|last| last < today) {
        ProxyState::Ended
    } else if row.starts_on > today {
        ProxyState::Upcoming
    } else {
        ProxyState::Live
    }
}

/// What is wrong with the days of an authorisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DaysFault {
    /// It would hold for the past.
    StartsInThePast,
    /// It ends before it begins.
    EndsBeforeItStarts,
}

/// Checks the days of a new authorisation: nobody acts for somebody backdated.
pub(super) fn check_days(
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(), DaysFault> {
    if starts_on < today {
        return Err(DaysFault::StartsInThePast);
    }
    if ends_on.is_some_and(|last| last < starts_on) {
        return Err(DaysFault::EndsBeforeItStarts);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn proxy(starts: &str, ends: Option<&str>, withdrawn: bool) -> proxy::Model {
        let id = Uuid::from_u128(1);
        let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        proxy::Model {
            id: id.into(),
            volunteer_id: id.into(),
            proxy_account_id: id.into(),
            reason: "腿脚不便".into(),
            witness: None,
            starts_on: day(starts),
            ends_on: ends.map(day),
            recorded_by: id.into(),
            created_at: at,
            withdrawn_at: withdrawn.then_some(at),
        }
    }

    #[test]
    fn what_is_withdrawn_binds_for_ninety_days_more() {
        let withdrawn = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let end = binds_until(withdrawn);
        assert_eq!(end - withdrawn, TimeDelta::days(90));
        let second = TimeDelta::seconds(1);
        assert!(withdrawn > bound_since(withdrawn));
        assert!(withdrawn > bound_since(end - second), "the last second");
        assert!(withdrawn <= bound_since(end), "no longer");
    }

    #[test]
    fn holds_from_its_first_day_through_its_last() {
        let row = proxy("2026-11-24", Some("2026-11-30"), false);
        assert_eq!(state_on(&row, day("2026-11-23")), ProxyState::Upcoming);
        assert_eq!(state_on(&row, day("2026-11-24")), ProxyState::Live);
        assert_eq!(state_on(&row, day("2026-11-30")), ProxyState::Live);
        assert_eq!(state_on(&row, day("2026-12-01")), ProxyState::Ended);
        let open = proxy("2026-11-24", None, false);
        assert_eq!(state_on(&open, day("2036-11-24")), ProxyState::Live);
        let ended = proxy("2026-11-24", None, true);
        assert_eq!(state_on(&ended, day("2026-11-24")), ProxyState::Ended);
    }

    #[test]
    fn has_two_sides_and_is_nobody_elses() {
        let (her, helper, other) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let row = proxy("2026-11-24", None, false);
        let row = proxy::Model { proxy_account_id: helper.into(), ..row };
        let side = |account: Uuid, volunteer: Option<Uuid>| {
            side_of(&row, account.into(), volunteer.map(VolunteerId::from))
        };
        assert_eq!(side(other, Some(her)), Some(ProxySide::Principal));
        assert_eq!(side(helper, Some(other)), Some(ProxySide::Helper));
        assert_eq!(side(other, Some(other)), None);
        assert_eq!(side(other, None), None);
    }

    #[test]
    fn is_neither_backdated_nor_ends_before_it_starts() {
        let today = day("2026-11-24");
        assert_eq!(check_days(today, None, today), Ok(()));
        assert_eq!(check_days(today, Some(today), today), Ok(()));
        let yesterday = day("2026-11-23");
        assert_eq!(check_days(yesterday, None, today), Err(DaysFault::StartsInThePast));
        assert_eq!(check_days(today, Some(yesterday), today), Err(DaysFault::EndsBeforeItStarts));
    }
}
