//! The points of one attendance or award under one rule item, and how they came about.

use std::fmt::Write;

use entity::rule_item::{self, RuleUnit};
use thiserror::Error;

/// Most points any single figure of a rule or an earning may be.
pub const POINTS_MAX: i64 = 1_000_000_000;

/// Most points a rule item gives in one activity, one day, one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// 单次活动上限
    pub activity: Option<i64>,
    /// 每日上限
    pub day: Option<i64>,
    /// 每月上限
    pub month: Option<i64>,
}

/// One item of a frozen rule version.
#[derive(Clone, Copy, Debug)]
pub struct RuleItem<'a> {
    /// Its name, as the villagers know it.
    pub name: &'a str,
    /// What is counted.
    pub unit: RuleUnit,
    /// Points for one unit.
    pub points: i64,
    /// Its caps.
    pub caps: Caps,
}

impl<'r> From<&'r rule_item::Model> for RuleItem<'r> {
    fn from(row: &'r rule_item::Model) -> Self {
        let caps = Caps {
            activity: row.max_per_activity.map(i64::from),
            day: row.max_per_day.map(i64::from),
            month: row.max_per_month.map(i64::from),
        };
        Self { name: &row.name, unit: row.unit, points: row.points.into(), caps }
    }
}

/// What points are computed from.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a> {
    /// A confirmed attendance.
    Attendance {
        /// Title of the activity.
        activity: &'a str,
        /// Its hours, in tenths.
        hours_tenths: u32,
    },
    /// An award or honour.
    Award {
        /// Its name.
        title: &'a str,
    },
}

/// What the item has already given this volunteer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earned {
    /// In the same activity (another shift of it).
    pub in_activity: i64,
    /// On the same day.
    pub in_day: i64,
    /// In the same month.
    pub in_month: i64,
}

/// Which cap took points away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CapKind {
    /// The activity's.
    Activity,
    /// The day's.
    Day,
    /// The month's.
    Month,
}

impl CapKind {
    const fn words(self) -> &'static str {
        match self {
            Self::Activity => "单次活动上限",
            Self::Day => "每日上限",
            Self::Month => "每月上限",
        }
    }
}

/// A cap that took points away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapCut {
    /// Which one.
    pub kind: CapKind,
    /// The cap.
    pub cap: i64,
    /// What had been earned under it before.
    pub earned: i64,
    /// How many points it took away.
    pub taken: i64,
}

/// Points, and how they came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComputedPoints {
    /// The points; may be zero.
    pub points: i64,
    /// Which caps took some away, in the order applied.
    pub cuts: Vec<CapCut>,
    /// The whole computation in words for the villager.
    pub explanation: String,
}

/// Why points cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ComputeError {
    /// The item counts hours or attendances and the occasion is an award, or the reverse.
    #[error("the rule item does not fit the occasion")]
    UnitMismatch,
    /// Points or a cap of the item, or what was earned, is negative or above the maximum.
    #[error("a figure is negative or above the maximum")]
    OutOfRange,
}

/// Computes the points. Parts of a point are dropped, and the explanation says so:
/// `floor(points * tenths / 10)`.
///
/// # Errors
/// `UnitMismatch`, or `OutOfRange` when a figure, the result among them, is not 0 to
/// [`POINTS_MAX`].
pub fn compute_points(
    item: &RuleItem<'_>,
    occasion: &Occasion<'_>,
    earned: &Earned,
) -> Result<ComputedPoints, ComputeError> {
    let rate = in_range(item.points)?;
    let (mut points, mut explanation) = before_caps(item, occasion, rate)?;
    let mut cuts = Vec::new();
    for (kind, cap, earned) in [
        (CapKind::Activity, item.caps.activity, earned.in_activity),
        (CapKind::Day, item.caps.day, earned.in_day),
        (CapKind::Month, item.caps.month, earned.in_month),
    ] {
        let Some(cut) = cut(kind, cap, earned, points)? else { continue };
        points = points.checked_sub(cut.taken).ok_or(ComputeError::OutOfRange)?;
        explain(&mut explanation, &cut, points);
        cuts.push(cut);
    }
    Ok(ComputedPoints { points: in_range(points)?, cuts, explanation })
}

/// The points without caps, and the sentence that says so.
fn before_caps(
    item: &RuleItem<'_>,
    occasion: &Occasion<'_>,
    rate: i64,
) -> Result<(i64, String), ComputeError> {
    let name = item.name;
    match (item.unit, occasion) {
        (RuleUnit::PerHour, Occasion::Attendance { activity, hours_tenths }) => {
            let product =
                rate.checked_mul(i64::from(*hours_tenths)).ok_or(ComputeError::OutOfRange)?;
            let (points, rest) = (product / 10, product % 10);
            // Who works it out herself would miss the half point.
            let dropped = if rest == 0 { "" } else { "（不足1分的部分不计）" };
            let hours = match hours_tenths {
                // She was there; why nothing counts, the attendance says.
                0 => "，计入服务时长0小时（原因见签到记录）".into(),
                tenths => format!("{}小时", hours_in_words(*tenths)),
            };
            let text =
                format!("参加“{activity}”{hours}，按“{name}”每小时{rate}分计{points}分{dropped}");
            Ok((points, text))
        }
        (RuleUnit::PerAttendance, Occasion::Attendance { activity, .. }) => {
            Ok((rate, format!("参加“{activity}”1次，按“{name}”每次{rate}分计{rate}分")))
        }
        (RuleUnit::PerAward, Occasion::Award { title }) => {
            Ok((rate, format!("获得“{title}”，按“{name}”每项{rate}分计{rate}分")))
        }
        (RuleUnit::PerHour | RuleUnit::PerAttendance, Occasion::Award { .. })
        | (RuleUnit::PerAward, Occasion::Attendance { .. }) => Err(ComputeError::UnitMismatch),
    }
}

/// What one cap takes away from `points`; none when it has room for all.
fn cut(
    kind: CapKind,
    cap: Option<i64>,
    earned: i64,
    points: i64,
) -> Result<Option<CapCut>, ComputeError> {
    let earned = in_range(earned)?;
    let Some(cap) = cap.map(in_range).transpose()? else { return Ok(None) };
    // A cap may have been lowered after more was earned: then there is no room, not a debt.
    let room = cap.checked_sub(earned).ok_or(ComputeError::OutOfRange)?.max(0);
    let taken = points.checked_sub(room).ok_or(ComputeError::OutOfRange)?;
    Ok((taken > 0).then_some(CapCut { kind, cap, earned, taken }))
}

fn explain(explanation: &mut String, cut: &CapCut, left: i64) {
    let CapCut { kind, cap, earned, .. } = cut;
    let before = if *earned > 0 { format!("，此前已计{earned}分") } else { String::new() };
    // Writing into a String cannot fail.
    let _ = write!(explanation, "；{}{cap}分{before}，本次计{left}分", kind.words());
}

/// `2.5`, or `2` for whole hours.
fn hours_in_words(tenths: u32) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    }
}

fn in_range(points: i64) -> Result<i64, ComputeError> {
    if (0..=POINTS_MAX).contains(&points) { Ok(points) } else { Err(ComputeError::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CLEANING: RuleItem<'static> = RuleItem {
        name: "环境卫生",
        unit: RuleUnit::PerHour,
        points: 2,
        caps: Caps { activity: None, day: None, month: None },
    };

    const fn sweeping(hours_tenths: u32) -> Occasion<'static> {
        Occasion::Attendance { activity: "清扫村道", hours_tenths }
    }

    fn compute(item: &RuleItem<'_>, occasion: &Occasion<'_>, earned: Earned) -> ComputedPoints {
        compute_points(item, occasion, &earned).unwrap()
    }

    #[test]
    fn counts_by_the_hour() {
        let points = compute(&CLEANING, &sweeping(25), Earned::default());
        assert_eq!(points.points, 5);
        assert_eq!(points.explanation, "参加“清扫村道”2.5小时，按“环境卫生”每小时2分计5分");
        for (rate, tenths, expected) in [(3, 5, 1), (1, 5, 0), (1, 19, 1), (3, 35, 10), (0, 80, 0)]
        {
            let item = RuleItem { points: rate, ..CLEANING };
            assert_eq!(compute(&item, &sweeping(tenths), Earned::default()).points, expected);
        }
        let visits = RuleItem { points: 3, ..CLEANING };
        let half = compute(&visits, &sweeping(15), Earned::default());
        assert_eq!(
            (half.points, half.explanation.as_str()),
            (4, "参加“清扫村道”1.5小时，按“环境卫生”每小时3分计4分（不足1分的部分不计）")
        );
        let whole = compute(&CLEANING, &sweeping(30), Earned::default());
        assert!(whole.explanation.contains("”3小时"), "{}", whole.explanation);
        let none = compute(&CLEANING, &sweeping(0), Earned::default());
        assert!(none.explanation.contains("（原因见签到记录）"), "{}", none.explanation);
    }

    #[test]
    fn counts_by_the_attendance_and_the_award() {
        let item = RuleItem { unit: RuleUnit::PerAttendance, points: 3, ..CLEANING };
        let points = compute(&item, &sweeping(25), Earned::default());
        assert_eq!(points.points, 3);
        assert_eq!(points.explanation, "参加“清扫村道”1次，按“环境卫生”每次3分计3分");

        let item =
            RuleItem { unit: RuleUnit::PerAward, points: 50, name: "先进典型", ..CLEANING };
        let points = compute(&item, &Occasion::Award { title: "身边好人" }, Earned::default());
        assert_eq!(points.points, 50);
        assert_eq!(points.explanation, "获得“身边好人”，按“先进典型”每项50分计50分");
    }

    #[test]
    fn names_each_cap_that_took_something() {
        let caps = Caps { activity: Some(8), day: Some(10), month: Some(30) };
        let item = RuleItem { caps, ..CLEANING };
        let earned = Earned { in_activity: 0, in_day: 4, in_month: 27 };
        let points = compute(&item, &sweeping(50), earned);
        assert_eq!(points.points, 3);
        assert_eq!(
            points.cuts,
            [
                CapCut { kind: CapKind::Activity, cap: 8, earned: 0, taken: 2 },
                CapCut { kind: CapKind::Day, cap: 10, earned: 4, taken: 2 },
                CapCut { kind: CapKind::Month, cap: 30, earned: 27, taken: 3 },
            ]
        );
        assert_eq!(
            points.explanation,
            "参加“清扫村道”5小时，按“环境卫生”每小时2分计10分；单次活动上限8分，本次计8分\
             ；每日上限10分，此前已计4分，本次计6分；每月上限30分，此前已计27分，本次计3分"
        );
        let free = compute(&item, &sweeping(15), Earned::default());
        assert_eq!((free.points, free.cuts), (3, vec![]));
    }

    #[test]
    fn a_cap_lowered_below_what_was_earned_gives_nothing_and_takes_nothing_back() {
        let item = RuleItem { caps: Caps { day: Some(3), ..Caps::default() }, ..CLEANING };
        let earned = Earned { in_day: 9, ..Earned::default() };
        assert_eq!(compute(&item, &sweeping(20), earned).points, 0);
    }

    #[test]
    fn refuses_what_does_not_fit_or_is_out_of_range() {
        let award = Occasion::Award { title: "身边好人" };
        let none = Earned::default();
        let mismatch = ComputeError::UnitMismatch;
        assert_eq!(compute_points(&CLEANING, &award, &none), Err(mismatch));
        let by_award = RuleItem { unit: RuleUnit::PerAward, ..CLEANING };
        assert_eq!(compute_points(&by_award, &sweeping(10), &none), Err(mismatch));

        let out = ComputeError::OutOfRange;
        for points in [-1, POINTS_MAX + 1, i64::MIN, i64::MAX] {
            let item = RuleItem { points, ..CLEANING };
            assert_eq!(compute_points(&item, &sweeping(10), &none), Err(out));
            let item = RuleItem { caps: Caps { day: Some(points), ..Caps::default() }, ..CLEANING };
            assert_eq!(compute_points(&item, &sweeping(10), &none), Err(out));
            let earned = Earned { in_month: points, ..none };
            assert_eq!(compute_points(&CLEANING, &sweeping(10), &earned), Err(out));
        }
        let item = RuleItem { points: POINTS_MAX, ..CLEANING };
        assert_eq!(compute_points(&item, &sweeping(11), &none), Err(out), "result too high");
        assert_eq!(compute_points(&item, &sweeping(u32::MAX), &none), Err(out));
        assert!(compute_points(&item, &sweeping(10), &none).is_ok());
    }

    fn any_cap() -> impl Strategy<Value = Option<i64>> {
        prop::option::of(0_i64..60)
    }

    proptest! {
        #[test]
        fn points_are_the_floor_less_the_cuts_and_within_every_cap(
            rate in 0_i64..50, tenths in 0_u32..240,
            (activity, day, month) in (any_cap(), any_cap(), any_cap()),
            (in_activity, in_day, in_month) in (0_i64..70, 0_i64..70, 0_i64..70),
        ) {
            let item = RuleItem { points: rate, caps: Caps { activity, day, month }, ..CLEANING };
            let earned = Earned { in_activity, in_day, in_month };
            let computed = compute(&item, &sweeping(tenths), earned);
            let floor = rate * i64::from(tenths) / 10;
            let taken: i64 = computed.cuts.iter().map(|cut| cut.taken).sum();
            prop_assert_eq!(computed.points, floor - taken);
            prop_assert!(computed.points >= 0);
            let room = [(activity, in_activity), (day, in_day), (month, in_month)]
                .into_iter()
                .filter_map(|(cap, earned)| cap.map(|cap| (cap - earned).max(0)))
                .min();
            prop_assert_eq!(computed.points, room.map_or(floor, |room| floor.min(room)));
            for cut in &computed.cuts {
                prop_assert!(computed.explanation.contains(cut.kind.words()));
            }
        }

        #[test]
        fn never_panics(
            points in any::<i64>(), tenths in any::<u32>(), cap in any::<Option<i64>>(),
            in_day in any::<i64>(),
        ) {
            let caps = Caps { activity: cap, day: cap, month: cap };
            let item = RuleItem { points, caps, ..CLEANING };
            let earned = Earned { in_day, ..Earned::default() };
            if let Ok(computed) = compute_points(&item, &sweeping(tenths), &earned) {
                prop_assert!((0..=POINTS_MAX).contains(&computed.points));
            }
        }
    }
}
