//! Service hours of one attendance, computed from its times.

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;

/// Minutes in a tenth of an hour, the unit in which hours are kept.
const MINUTES_PER_TENTH: u32 = 6;

/// Why hours cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HoursError {
    /// The end is not after the start.
    #[error("an interval must end after it starts")]
    EndNotAfterStart,
    /// A step that is zero or not made of tenths of an hour.
    #[error("the step must be a multiple of 6 minutes, at most 24 hours")]
    BadStep,
}

/// From a start to an end after it; the end itself no longer belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Interval {
    /// An interval.
    ///
    /// # Errors
    /// `EndNotAfterStart`.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Self, HoursError> {
        if end > start { Ok(Self { start, end }) } else { Err(HoursError::EndNotAfterStart) }
    }

    /// Its beginning.
    #[must_use]
    pub const fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// Its end.
    #[must_use]
    pub const fn end(&self) -> DateTime<Utc> {
        self.end
    }

    /// The time both have in common.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end)).ok()
    }

    fn length(&self) -> TimeDelta {
        self.end - self.start
    }
}

/// Whether both share time. One person's attendances never may; one may begin when another ends.
#[must_use]
pub fn overlaps(a: &Interval, b: &Interval) -> bool {
    a.intersection(b).is_some()
}

/// The step hours are rounded down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step(u32);

impl Step {
    /// Half an hour, unless a site decides otherwise.
    pub const DEFAULT: Self = Self(30);

    /// A step in minutes; a multiple of 6, because hours are kept in tenths.
    ///
    /// # Errors
    /// `BadStep`.
    pub const fn new(minutes: u32) -> Result<Self, HoursError> {
        if minutes == 0 || !minutes.is_multiple_of(MINUTES_PER_TENTH) || minutes > 24 * 60 {
            return Err(HoursError::BadStep);
        }
        Ok(Self(minutes))
    }
}

/// What limits the hours of one attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoursLimits {
    /// Hours are rounded down to it.
    pub step: Step,
    /// Most tenths of an hour one activity gives.
    pub activity_cap_tenths: Option<u32>,
    /// Tenths of an hour the day's cap has left for this person.
    pub day_left_tenths: Option<u32>,
}

/// Something that made the hours less than the time between check-in and check-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursCut {
    /// So many whole minutes lay outside the activity.
    OutsideActivity {
        /// Minutes not counted.
        minutes: u32,
    },
    /// So many whole minutes did not fill a step.
    RoundedDown {
        /// Minutes not counted.
        minutes: u32,
    },
    /// The activity's cap.
    ActivityCap {
        /// Tenths of an hour not counted.
        tenths: u32,
    },
    /// The day's cap, or what other activities had left of it.
    DayCap {
        /// Tenths of an hour not counted.
        tenths: u32,
    },
}

/// Hours with the reasons why they are not more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComputedHours {
    /// Tenths of an hour.
    pub tenths: u32,
    /// What cut them, in the order it was applied.
    pub cuts: Vec<HoursCut>,
}

/// Tenths of an hour in words.
#[must_use]
pub fn in_hours(tenths: u32) -> String {
    format!("{}.{} 小时", tenths / 10, tenths % 10)
}

impl ComputedHours {
    /// In words for the person whose hours they are. Where the activity is no service they are
    /// what points go by, and no hours on record: she must not look for them there.
    #[must_use]
    pub fn in_words(&self, serves: bool) -> String {
        let mut words = if serves {
            vec![format!("计 {}", in_hours(self.tenths))]
        } else {
            vec![format!("到场 {}", in_hours(self.tenths)), "本活动不计志愿服务时长".into()]
        };
        words.extend(self.cuts.iter().map(|cut| match cut {
            HoursCut::OutsideActivity { minutes } => format!("活动时间以外的 {minutes} 分钟未计"),
            HoursCut::RoundedDown { minutes } => format!("{minutes} 分钟不足一个计时单位，未计"),
            HoursCut::ActivityCap { tenths } => {
                format!("超过单次活动上限的 {} 未计", in_hours(*tenths))
            }
            HoursCut::DayCap { tenths } => format!("超过当天上限的 {} 未计", in_hours(*tenths)),
        }));
        words.join("；")
    }
}

/// The hours of an attendance: its overlap with the activity, rounded down, then capped.
#[must_use]
pub fn compute_hours(
    attended: &Interval,
    activity: &Interval,
    limits: &HoursLimits,
) -> ComputedHours {
    let mut cuts = Vec::new();
    let inside = attended.intersection(activity);
    let minutes = inside.map_or(0, |inside| whole_minutes(inside.length()));
    let outside = inside.map_or(attended.length(), |inside| attended.length() - inside.length());
    match whole_minutes(outside) {
        0 => {}
        minutes => cuts.push(HoursCut::OutsideActivity { minutes }),
    }

    let rest = minutes % limits.step.0;
    if rest > 0 {
        cuts.push(HoursCut::RoundedDown { minutes: rest });
    }
    let mut tenths = (minutes - rest) / MINUTES_PER_TENTH;

    if let Some(over) = cut_to(&mut tenths, limits.activity_cap_tenths) {
        cuts.push(HoursCut::ActivityCap { tenths: over });
    }
    if let Some(over) = cut_to(&mut tenths, limits.day_left_tenths) {
        cuts.push(HoursCut::DayCap { tenths: over });
    }
    ComputedHours { tenths, cuts }
}

/// Lowers `tenths` to the cap; says by how much.
fn cut_to(tenths: &mut u32, cap: Option<u32>) -> Option<u32> {
    let over = tenths.checked_sub(cap?).filter(|over| *over > 0)?;
    *tenths -= over;
    Some(over)
}

fn whole_minutes(length: TimeDelta) -> u32 {
    // Lengths are never negative here; one of 8000 years counts as the longest.
    u32::try_from(length.num_minutes().max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minute(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + minute * 60, 0).unwrap()
    }

    fn span(from: i64, to: i64) -> Interval {
        Interval::new(minute(from), minute(to)).unwrap()
    }

    const FREE: HoursLimits =
        HoursLimits { step: Step::DEFAULT, activity_cap_tenths: None, day_left_tenths: None };

    #[test]
    fn counts_the_overlap_rounded_down() {
        let activity = span(0, 180);
        for (from, to, tenths) in [
            (0, 180, 30),
            (-20, 200, 30),
            (0, 29, 0),
            (0, 30, 5),
            (0, 59, 5),
            (10, 165, 25),
            (-60, 0, 0),
            (180, 240, 0),
            (170, 400, 0),
        ] {
            assert_eq!(compute_hours(&span(from, to), &activity, &FREE).tenths, tenths, "{from}");
        }
    }

    #[test]
    fn names_every_cut_in_order() {
        let limits = HoursLimits {
            step: Step::DEFAULT,
            activity_cap_tenths: Some(20),
            day_left_tenths: Some(15),
        };
        let hours = compute_hours(&span(-10, 175), &span(0, 180), &limits);
        assert_eq!(hours.tenths, 15);
        assert_eq!(
            hours.cuts,
            [
                HoursCut::OutsideActivity { minutes: 10 },
                HoursCut::RoundedDown { minutes: 25 },
                HoursCut::ActivityCap { tenths: 5 },
                HoursCut::DayCap { tenths: 5 },
            ]
        );
        assert_eq!(compute_hours(&span(0, 60), &span(0, 60), &limits).cuts, []);
        let used_up = HoursLimits { day_left_tenths: Some(0), ..FREE };
        assert_eq!(compute_hours(&span(0, 60), &span(0, 60), &used_up).tenths, 0);
    }

    #[test]
    fn the_words_tell_service_from_being_there() {
        let hours = compute_hours(&span(0, 102), &span(0, 120), &FREE);
        assert_eq!(hours.in_words(true), "计 1.5 小时；12 分钟不足一个计时单位，未计");
        assert_eq!(
            hours.in_words(false),
            "到场 1.5 小时；本活动不计志愿服务时长；12 分钟不足一个计时单位，未计"
        );
    }

    #[test]
    fn seconds_below_a_step_do_not_count() {
        let almost = Interval::new(minute(0), minute(30) - TimeDelta::milliseconds(1)).unwrap();
        assert_eq!(compute_hours(&almost, &span(0, 60), &FREE).tenths, 0);
    }

    #[test]
    fn neighbours_do_not_overlap() {
        assert!(!overlaps(&span(0, 10), &span(10, 20)));
        assert!(overlaps(&span(0, 11), &span(10, 20)));
        assert!(overlaps(&span(0, 100), &span(10, 20)));
    }

    #[test]
    fn empty_intervals_and_odd_steps_are_refused() {
        assert_eq!(Interval::new(minute(1), minute(1)), Err(HoursError::EndNotAfterStart));
        assert_eq!(Interval::new(minute(1), minute(0)), Err(HoursError::EndNotAfterStart));
        for minutes in [0, 1, 15, 1446] {
            assert_eq!(Step::new(minutes), Err(HoursError::BadStep), "{minutes}");
        }
        assert_eq!(Step::new(30), Ok(Step::DEFAULT));
    }

    prop_compose! {
        fn any_span()(start in -5_000_000_i64..5_000_000, length in 1_i64..10_000_000) -> Interval {
            let start = minute(0) + TimeDelta::milliseconds(start);
            Interval::new(start, start + TimeDelta::milliseconds(length)).unwrap()
        }
    }

    prop_compose! {
        fn any_limits()(
            step in 1_u32..20,
            activity_cap_tenths in prop::option::of(0_u32..40),
            day_left_tenths in prop::option::of(0_u32..40),
        ) -> HoursLimits {
            let step = Step::new(step * 6).unwrap();
            HoursLimits { step, activity_cap_tenths, day_left_tenths }
        }
    }

    proptest! {
        #[test]
        fn never_more_than_was_attended_or_allowed(
            attended in any_span(), activity in any_span(), limits in any_limits(),
        ) {
            let hours = compute_hours(&attended, &activity, &limits);
            let worked = TimeDelta::minutes(i64::from(hours.tenths) * 6);
            prop_assert!(worked <= attended.length() && worked <= activity.length());
            prop_assert!(limits.activity_cap_tenths.is_none_or(|cap| hours.tenths <= cap));
            prop_assert!(limits.day_left_tenths.is_none_or(|cap| hours.tenths <= cap));
            prop_assert_eq!(hours.tenths > 0 && !overlaps(&attended, &activity), false);
        }

        #[test]
        fn what_was_cut_and_what_counts_is_all(
            attended in any_span(), activity in any_span(), limits in any_limits(),
        ) {
            let hours = compute_hours(&attended, &activity, &limits);
            let cut: u32 = hours.cuts.iter().map(|cut| match *cut {
                HoursCut::OutsideActivity { minutes } | HoursCut::RoundedDown { minutes } => minutes,
                HoursCut::ActivityCap { tenths } | HoursCut::DayCap { tenths } => tenths * 6,
            }).sum();
            let sum = i64::from(cut + hours.tenths * 6);
            let all = attended.length().num_minutes();
            // Both parts are cut to whole minutes, so at most one minute goes unnamed.
            prop_assert!(sum == all || sum + 1 == all, "{} of {}", sum, all);
        }

        #[test]
        fn staying_longer_never_gives_less(
            start in 0_i64..200, length in 1_i64..200, more in 0_i64..100, limits in any_limits(),
        ) {
            let activity = span(0, 240);
            let short = compute_hours(&span(start, start + length), &activity, &limits);
            let long = compute_hours(&span(start, start + length + more), &activity, &limits);
            prop_assert!(short.tenths <= long.tenths);
        }

        #[test]
        fn overlap_is_mutual(a in any_span(), b in any_span()) {
            prop_assert_eq!(overlaps(&a, &b), overlaps(&b, &a));
            prop_assert!(overlaps(&a, &a));
        }
    }
}
