//! Rules of samples and findings. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{AccountId, FreezeId};
use entity::supervision_sample::{self, SampleState};
use entity::supervision_sample_case::{self, FollowUp, Verdict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A promised seed must be revealed within so long.
pub(super) const REVEAL_WITHIN: TimeDelta = TimeDelta::days(7);
/// The largest population a sample is drawn from.
pub(super) const LARGEST: usize = 20_000;

/// Why something about samples is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SampleRefusal {
    /// Its state does not allow it.
    State(SampleState),
    /// Not the seed that was promised.
    WrongSeed,
    /// Not who promised it.
    NotHers,
    /// Fewer cases than are to be drawn.
    TooFew {
        /// Cases there are.
        count: usize,
    },
    /// More than are drawn from.
    TooMany,
    /// Close to the case, or who found the defect.
    MustRecuse,
    /// Judged before.
    Judged,
    /// Not a drawn case.
    NotDrawn,
    /// There is no open follow-up.
    NothingOpen,
}

/// Cases drawn at most: as many as somebody can look at.
pub(super) const MOST_DRAWN: u32 = 200;

/// Whether so many may be drawn of so many.
pub(super) const fn check_size(size: usize, population: usize) -> Result<(), SampleRefusal> {
    if population > LARGEST {
        Err(SampleRefusal::TooMany)
    } else if population < size {
        Err(SampleRefusal::TooFew { count: population })
    } else {
        Ok(())
    }
}

/// Decides whether this person may reveal the seed now.
pub(super) fn decide_reveal(
    sample: &supervision_sample::Model,
    by: AccountId,
    is_promised: bool,
    now: DateTime<Utc>,
) -> Result<(), SampleRefusal> {
    if sample.state != SampleState::Committed || sample.reveal_by <= now {
        return Err(SampleRefusal::State(sample.state));
    }
    if sample.committed_by != by {
        return Err(SampleRefusal::NotHers);
    }
    if is_promised { Ok(()) } else { Err(SampleRefusal::WrongSeed) }
}

/// What a supervisor found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) verdict: Verdict,
    pub(super) reason: Option<String>,
    pub(super) freeze: Option<FreezeId>,
}

/// Decides a finding: one per drawn case, by a stranger to it.
pub(super) fn decide_finding(
    case: &supervision_sample_case::Model,
    is_related: bool,
) -> Result<(), SampleRefusal> {
    if case.draw_order.is_none() {
        Err(SampleRefusal::NotDrawn)
    } else if case.verdict.is_some() {
        Err(SampleRefusal::Judged)
    } else if is_related {
        Err(SampleRefusal::MustRecuse)
    } else {
        Ok(())
    }
}

/// Decides the end of a follow-up: not by who found the defect, nor by who is close to the person.
pub(super) fn decide_settling(
    case: &supervision_sample_case::Model,
    by: AccountId,
    is_related: bool,
) -> Result<(), SampleRefusal> {
    if case.follow_up != Some(FollowUp::Open) {
        Err(SampleRefusal::NothingOpen)
    } else if is_related || case.judged_by == Some(by) {
        Err(SampleRefusal::MustRecuse)
    } else {
        Ok(())
    }
}

/// 抽查的统计
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(in crate::supervision) struct Tally {
    /// 抽取的件数
    #[schema(minimum = 0, example = 20)]
    pub(in crate::supervision) drawn: i64,
    /// 已作结论的件数
    #[schema(minimum = 0, example = 18)]
    pub(in crate::supervision) judged: i64,
    /// 有问题的件数
    #[schema(minimum = 0, example = 1)]
    pub(in crate::supervision) defects: i64,
}

impl Tally {
    /// Defects by judged cases in per cent, one digit, rounded half up; none before the first
    /// case was judged.
    pub(super) fn error_percent(self) -> Option<String> {
        if self.judged <= 0 {
            return None;
        }
        let tenths = (self.defects * 2000 + self.judged) / (self.judged * 2);
        Some(format!("{}.{}", tenths / 10, tenths % 10))
    }

    pub(in crate::supervision) const fn add(self, other: Self) -> Self {
        Self {
            drawn: self.drawn + other.drawn,
            judged: self.judged + other.judged,
            defects: self.defects + other.defects,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::supervision_sample::SampleKind;
    use uuid::Uuid;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn id<T: From<Uuid>>(number: u128) -> T {
        Uuid::from_u128(number).into()
    }

    fn sample(state: SampleState) -> supervision_sample::Model {
        supervision_sample::Model {
            id: id(1),
            number: "CJ".into(),
            site_id: id(2),
            kind: SampleKind::Claim,
            quarter: "2026Q4".into(),
            size: 2,
            commitment: String::new(),
            nonce: String::new(),
            population_count: 5,
            population_digest: String::new(),
            state,
            seed: None,
            committed_by: id(9),
            committed_at: at(0),
            reveal_by: at(100),
            drawn_at: None,
        }
    }

    fn case(order: Option<i32>) -> supervision_sample_case::Model {
        supervision_sample_case::Model {
            sample_id: id(1),
            position: 1,
            case_id: Uuid::from_u128(3),
            volunteer_id: id(4),
            line: String::new(),
            draw_order: order,
            verdict: None,
            reason: None,
            judged_by: None,
            judged_at: None,
            follow_up: None,
            freeze_id: None,
            follow_up_note: None,
            settled_by: None,
            settled_at: None,
        }
    }

    #[test]
    fn a_seed_is_revealed_once_in_time_by_who_promised_it() {
        let committed = sample(SampleState::Committed);
        assert_eq!(decide_reveal(&committed, id(9), true, at(99)), Ok(()));
        assert_eq!(decide_reveal(&committed, id(9), false, at(99)), Err(SampleRefusal::WrongSeed));
        assert_eq!(decide_reveal(&committed, id(8), true, at(99)), Err(SampleRefusal::NotHers));
        assert!(decide_reveal(&committed, id(9), true, at(100)).is_err(), "too late");
        for state in [SampleState::Drawn, SampleState::Lapsed] {
            let refused = decide_reveal(&sample(state), id(9), true, at(0));
            assert_eq!(refused, Err(SampleRefusal::State(state)));
        }
    }

    #[test]
    fn only_a_drawn_case_is_judged_once_by_a_stranger() {
        assert_eq!(decide_finding(&case(None), false), Err(SampleRefusal::NotDrawn));
        assert_eq!(decide_finding(&case(Some(1)), true), Err(SampleRefusal::MustRecuse));
        assert_eq!(decide_finding(&case(Some(1)), false), Ok(()));
        let judged = supervision_sample_case::Model {
            verdict: Some(Verdict::Defect),
            follow_up: Some(FollowUp::Open),
            judged_by: Some(id(9)),
            ..case(Some(1))
        };
        assert_eq!(decide_finding(&judged, false), Err(SampleRefusal::Judged));
        assert_eq!(decide_settling(&judged, id(9), false), Err(SampleRefusal::MustRecuse));
        assert_eq!(decide_settling(&judged, id(8), false), Ok(()));
        assert_eq!(decide_settling(&judged, id(8), true), Err(SampleRefusal::MustRecuse));
        let over = supervision_sample_case::Model { follow_up: Some(FollowUp::Settled), ..judged };
        assert_eq!(decide_settling(&over, id(8), false), Err(SampleRefusal::NothingOpen));
    }

    #[test]
    fn what_was_not_judged_makes_no_rate() {
        let rate = |drawn, judged, defects| Tally { drawn, judged, defects }.error_percent();
        assert_eq!(rate(20, 0, 0), None);
        assert_eq!(rate(20, 18, 0).as_deref(), Some("0.0"));
        assert_eq!(rate(20, 18, 1).as_deref(), Some("5.6"));
        assert_eq!(rate(3, 3, 3).as_deref(), Some("100.0"));
        assert_eq!(rate(8, 8, 1).as_deref(), Some("12.5"));
    }

    #[test]
    fn no_more_are_drawn_than_there_are() {
        assert_eq!(check_size(5, 5), Ok(()));
        assert_eq!(check_size(6, 5), Err(SampleRefusal::TooFew { count: 5 }));
        assert_eq!(check_size(6, LARGEST + 1), Err(SampleRefusal::TooMany));
    }
}
