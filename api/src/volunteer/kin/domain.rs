//! Rules about proxies. Pure.

use chrono::NaiveDate;
use entity::proxy;
use serde::Serialize;
use utoipa::ToSchema;

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
    use chrono::DateTime;
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
    fn is_neither_backdated_nor_ends_before_it_starts() {
        let today = day("2026-11-24");
        assert_eq!(check_days(today, None, today), Ok(()));
        assert_eq!(check_days(today, Some(today), today), Ok(()));
        let yesterday = day("2026-11-23");
        assert_eq!(check_days(yesterday, None, today), Err(DaysFault::StartsInThePast));
        assert_eq!(check_days(today, Some(yesterday), today), Err(DaysFault::EndsBeforeItStarts));
    }
}
