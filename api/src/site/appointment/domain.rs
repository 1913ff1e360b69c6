//! Dated posts: when one may end. Pure.

use chrono::NaiveDate;
use entity::appointment;
use serde::Serialize;
use utoipa::ToSchema;

/// Why a post does not begin or end so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::site) enum AppointmentRefusal {
    /// The last day lies before the first.
    EndsBeforeStart,
    /// It is over already.
    Over,
}

/// 可对任职做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AppointmentAction {
    /// 结束任职
    End,
}

/// Whether a post may last from one day to the other.
pub(super) fn decide_span(
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
) -> Result<(), AppointmentRefusal> {
    match ends_on {
        Some(last) if last < starts_on => Err(AppointmentRefusal::EndsBeforeStart),
        Some(_) | None => Ok(()),
    }
}

/// Whether the post may be given another last day: until its last day is over.
pub(super) fn decide_end(
    row: &appointment::Model,
    ends_on: NaiveDate,
    today: NaiveDate,
) -> Result<(), AppointmentRefusal> {
    if is_over(row, today) {
        return Err(AppointmentRefusal::Over);
    }
    decide_span(row.starts_on, Some(ends_on))
}

/// What may be done with it.
pub(super) fn actions(row: &appointment::Model, today: NaiveDate) -> Vec<AppointmentAction> {
    if is_over(row, today) { vec![] } else { vec![AppointmentAction::End] }
}

fn is_over(row: &appointment::Model, today: NaiveDate) -> bool {
    row.ends_on.is_some_and(|last| last <= today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    fn from_the_tenth(ends_on: Option<NaiveDate>) -> appointment::Model {
        appointment::Model {
            id: Uuid::from_u128(1).into(),
            site_id: Uuid::from_u128(2).into(),
            title: "站主任".into(),
            person_name: "李国强".into(),
            account_id: None,
            starts_on: day(10),
            ends_on,
            created_at: chrono::DateTime::default(),
            version: 1,
        }
    }

    #[test]
    fn a_post_ends_once_and_not_before_it_began() {
        for (row, last, expected) in [
            (from_the_tenth(None), day(20), Ok(())),
            (from_the_tenth(None), day(9), Err(AppointmentRefusal::EndsBeforeStart)),
            (from_the_tenth(Some(day(25))), day(21), Ok(())),
            (from_the_tenth(Some(day(20))), day(21), Err(AppointmentRefusal::Over)),
        ] {
            assert_eq!(decide_end(&row, last, day(20)), expected);
        }
        assert_eq!(actions(&from_the_tenth(None), day(20)), [AppointmentAction::End]);
        assert_eq!(actions(&from_the_tenth(Some(day(20))), day(20)), []);
    }
}
