//! What a claim is worth, and whether it may be made. Pure.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use entity::attendance::AttendanceState;
use entity::ids::{
    ActivityId, AttendanceId, ClaimId, RuleSetId, RuleVersionId, SiteId, VolunteerId,
};
use entity::rule_item;
use sea_orm::FromQueryResult;

use super::domain::ClaimRefusal;
use crate::platform::clock::local_day;
use crate::rule::compute::{ComputeError, Earned, Occasion, compute_points};

/// An attendance with what its points depend on.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Attended {
    pub(super) id: AttendanceId,
    pub(super) volunteer_id: VolunteerId,
    pub(super) site_id: SiteId,
    pub(super) state: AttendanceState,
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) hours_tenths: Option<i32>,
    pub(super) activity_id: ActivityId,
    pub(super) title: String,
    pub(super) activity_starts_at: DateTime<Utc>,
    pub(super) activity_ends_at: DateTime<Utc>,
    pub(super) rule_version_id: Option<RuleVersionId>,
    pub(super) rule_item_code: Option<String>,
    pub(super) rule_set_id: Option<RuleSetId>,
}

impl Attended {
    /// When it counts: the start of the counted time.
    pub(super) fn at(&self) -> DateTime<Utc> {
        self.starts_at.unwrap_or(self.activity_starts_at)
    }

    /// The last instant it can be claimed at.
    pub(super) fn claim_by(&self, window_days: i64) -> DateTime<Utc> {
        self.activity_ends_at + TimeDelta::days(window_days)
    }

    /// Whether it can be claimed at all: confirmed, in time, with a rule item.
    pub(super) fn check(&self, window_days: i64, now: DateTime<Utc>) -> Result<(), ClaimRefusal> {
        if self.state != AttendanceState::Confirmed {
            return Err(ClaimRefusal::NotConfirmed);
        }
        if self.rule_version_id.is_none() || self.rule_item_code.is_none() {
            return Err(ClaimRefusal::EarnsNoPoints);
        }
        if now > self.claim_by(window_days) {
            return Err(ClaimRefusal::WindowClosed);
        }
        Ok(())
    }

    /// As the computation wants it.
    pub(super) fn occasion(&self) -> Occasion<'_> {
        let hours_tenths = self.hours_tenths.and_then(|t| u32::try_from(t).ok()).unwrap_or(0);
        Occasion::Attendance { activity: &self.title, hours_tenths }
    }
}

/// A live claim, as far as the caps must know it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Counted {
    pub(super) claim_id: ClaimId,
    pub(super) attendance_id: Option<AttendanceId>,
    pub(super) rule_set_id: RuleSetId,
    pub(super) item_code: String,
    pub(super) points: i32,
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) activity_starts_at: Option<DateTime<Utc>>,
    pub(super) activity_id: Option<ActivityId>,
    pub(super) created_at: DateTime<Utc>,
}

impl Counted {
    /// The day it counts for: that of the service, or of the entry for an honour.
    fn day(&self) -> NaiveDate {
        local_day(self.starts_at.or(self.activity_starts_at).unwrap_or(self.created_at))
    }
}

/// What is asked for: an item of a town's rules, whatever its version, on a day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) rule_set: RuleSetId,
    pub(super) item_code: &'a str,
    pub(super) at: DateTime<Utc>,
    pub(super) activity: Option<ActivityId>,
    /// A claim made again does not stand in its own way.
    pub(super) except: Option<ClaimId>,
}

impl<'a> Asked<'a> {
    /// For an attendance under an item.
    pub(super) fn attendance(
        attended: &Attended,
        item_code: &'a str,
        except: Option<ClaimId>,
    ) -> Result<Self, ClaimRefusal> {
        let rule_set = attended.rule_set_id.ok_or(ClaimRefusal::EarnsNoPoints)?;
        let activity = Some(attended.activity_id);
        Ok(Self { rule_set, item_code, at: attended.at(), activity, except })
    }

    /// For an honour entered at that instant.
    pub(super) const fn award(
        rule_set: RuleSetId,
        item_code: &'a str,
        at: DateTime<Utc>,
        except: Option<ClaimId>,
    ) -> Self {
        Self { rule_set, item_code, at, activity: None, except }
    }

    /// No claim that shares a cap with this one was made before that instant: nobody
    /// claims before she has served, and a month has 31 days.
    pub(super) fn counted_since(&self) -> DateTime<Utc> {
        self.at - TimeDelta::days(32)
    }
}

/// What the item has given before. A code is the same in whatever case it is written, as in
/// the rules themselves: another version that writes it otherwise begins no cap anew.
pub(super) fn earned(live: &[Counted], asked: Asked<'_>) -> Earned {
    let day = local_day(asked.at);
    let month = |day: NaiveDate| (day.year(), day.month());
    let same_item = live.iter().filter(|claim| {
        claim.rule_set_id == asked.rule_set
            && claim.item_code.eq_ignore_ascii_case(asked.item_code)
            && Some(claim.claim_id) != asked.except
    });
    let mut earned = Earned::default();
    for claim in same_item {
        let points = i64::from(claim.points);
        if asked.activity.is_some() && claim.activity_id == asked.activity {
            earned.in_activity = earned.in_activity.saturating_add(points);
        }
        if claim.day() == day {
            earned.in_day = earned.in_day.saturating_add(points);
        }
        if month(claim.day()) == month(day) {
            earned.in_month = earned.in_month.saturating_add(points);
        }
    }
    earned
}

/// Points, and how they came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Earning {
    pub(super) points: i32,
    pub(super) explanation: String,
}

/// Computes what a claim is worth; never nothing.
pub(super) fn compute(
    item: &rule_item::Model,
    occasion: &Occasion<'_>,
    earned: &Earned,
) -> Result<Earning, ClaimRefusal> {
    let computed = compute_points(&item.into(), occasion, earned);
    let computed = computed.map_err(|error| match error {
        ComputeError::UnitMismatch | ComputeError::OutOfRange => ClaimRefusal::EarnsNoPoints,
    })?;
    let points = i32::try_from(computed.points).map_err(|_| ClaimRefusal::EarnsNoPoints)?;
    if points == 0 {
        return Err(ClaimRefusal::NoPointsLeft(computed.explanation));
    }
    Ok(Earning { points, explanation: computed.explanation })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id<T: From<Uuid>>(n: u128) -> T {
        Uuid::from_u128(n).into()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn counted(claim: u128, starts_at: &str, points: i32) -> Counted {
        Counted {
            claim_id: id(claim),
            attendance_id: None,
            rule_set_id: id(1),
            item_code: "HJ01".into(),
            points,
            starts_at: Some(at(starts_at)),
            activity_starts_at: None,
            activity_id: Some(id(claim)),
            created_at: at("2026-12-24T00:00:00Z"),
        }
    }

    const ASKED: fn() -> Asked<'static> = || Asked {
        rule_set: id(1),
        item_code: "HJ01",
        at: at("2026-11-24T01:00:00Z"),
        activity: Some(id(1)),
        except: None,
    };

    #[test]
    fn days_and_months_are_those_of_china() {
        let live = [
            counted(1, "2026-11-24T15:59:59Z", 1),    // 23:59 the same day
            counted(2, "2026-11-24T16:00:00Z", 10),   // the next day
            counted(3, "2026-10-31T16:00:00Z", 100),  // the first of November
            counted(4, "2026-10-31T15:59:59Z", 1000), // October
        ];

        let earned = earned(&live, ASKED());

        assert_eq!(earned, Earned { in_activity: 1, in_day: 1, in_month: 111 });
    }

    #[test]
    fn only_the_same_item_of_the_same_town_counts_and_not_the_claim_itself() {
        let other_item =
            Counted { item_code: "XJ01".into(), ..counted(1, "2026-11-24T02:00:00Z", 1) };
        let other_town = Counted { rule_set_id: id(2), ..counted(2, "2026-11-24T02:00:00Z", 1) };
        let itself = counted(3, "2026-11-24T02:00:00Z", 1);
        let honour = Counted {
            starts_at: None,
            activity_id: None,
            created_at: at("2026-11-24T03:00:00Z"),
            ..counted(4, "2026-11-24T02:00:00Z", 7)
        };

        let asked = Asked { except: Some(id(3)), activity: None, ..ASKED() };
        let earned = earned(&[other_item, other_town, itself, honour], asked);

        assert_eq!(earned, Earned { in_activity: 0, in_day: 7, in_month: 7 });
    }

    #[test]
    fn a_code_written_in_another_case_is_the_same_item() {
        let live = [counted(1, "2026-11-24T02:00:00Z", 4)];

        let earned = earned(&live, Asked { item_code: "hj01", ..ASKED() });

        assert_eq!(earned, Earned { in_activity: 4, in_day: 4, in_month: 4 });
    }

    #[test]
    fn the_window_is_counted_from_the_end_of_the_activity() {
        let mut attended = Attended {
            id: id(1),
            volunteer_id: id(6),
            site_id: id(2),
            state: AttendanceState::Confirmed,
            starts_at: None,
            hours_tenths: Some(20),
            activity_id: id(3),
            title: "清扫村道".into(),
            activity_starts_at: at("2026-11-01T01:00:00Z"),
            activity_ends_at: at("2026-11-01T03:00:00Z"),
            rule_version_id: Some(id(4)),
            rule_item_code: Some("HJ01".into()),
            rule_set_id: Some(id(5)),
        };
        let last = at("2026-11-11T03:00:00Z");
        assert_eq!(attended.check(10, last), Ok(()));
        let late = last + TimeDelta::seconds(1);
        assert_eq!(attended.check(10, late), Err(ClaimRefusal::WindowClosed));
        attended.rule_item_code = None;
        assert_eq!(attended.check(10, last), Err(ClaimRefusal::EarnsNoPoints));
        attended.state = AttendanceState::CheckedOut;
        assert_eq!(attended.check(10, last), Err(ClaimRefusal::NotConfirmed));
    }
}
