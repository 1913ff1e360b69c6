//! Rules of freezes. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use entity::freeze;
use entity::ids::AccountId;

/// Why a freeze is not made or lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FreezeRefusal {
    /// The record is hers, her kin's, or of somebody she acts for.
    MustRecuse,
    /// Longer than one freeze may last.
    TooLong {
        /// Days.
        longest: i64,
    },
    /// This reason served for an earlier freeze of the record.
    ReasonUsed,
    /// It has ended.
    Ended,
    /// Another supervisor's.
    NotHers,
}

/// Decides a new freeze; answers when it ends by itself. `earlier` are the freezes of the same
/// record that have ended.
pub(super) fn decide_freeze(
    (reason, days): (&str, i64),
    is_related: bool,
    longest: i64,
    earlier: &[freeze::Model],
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, FreezeRefusal> {
    if is_related {
        return Err(FreezeRefusal::MustRecuse);
    }
    if !(1..=longest).contains(&days) {
        return Err(FreezeRefusal::TooLong { longest });
    }
    if earlier.iter().any(|row| alike(&row.reason, reason)) {
        return Err(FreezeRefusal::ReasonUsed);
    }
    Ok(now + TimeDelta::days(days))
}

/// Whether two reasons say the same but for spaces and punctuation.
fn alike(one: &str, other: &str) -> bool {
    let words = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    words(one) == words(other)
}

/// Decides whether this person lifts a freeze: a supervisor her own, the town any. One whose
/// time is over has ended by itself, though no job has said so yet.
pub(super) fn decide_release(
    row: &freeze::Model,
    by: AccountId,
    (is_town, is_related): (bool, bool),
    now: DateTime<Utc>,
) -> Result<(), FreezeRefusal> {
    if row.ended_at.is_some() || row.frozen_until <= now {
        Err(FreezeRefusal::Ended)
    } else if is_related {
        Err(FreezeRefusal::MustRecuse)
    } else if is_town || row.frozen_by == by {
        Ok(())
    } else {
        Err(FreezeRefusal::NotHers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::freeze::FreezeSubject;
    use uuid::Uuid;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn row(reason: &str) -> freeze::Model {
        freeze::Model {
            id: Uuid::from_u128(1).into(),
            site_id: Uuid::from_u128(2).into(),
            subject_kind: FreezeSubject::Claim,
            subject_id: Uuid::from_u128(3),
            volunteer_id: Uuid::from_u128(4).into(),
            reason: reason.into(),
            frozen_by: Uuid::from_u128(5).into(),
            frozen_at: at(0),
            frozen_until: at(10),
            ended_how: None,
            ended_by: None,
            ended_at: None,
            end_reason: None,
        }
    }

    #[test]
    fn a_freeze_is_a_stranger_s_short_and_for_a_new_reason() {
        let decide = |reason, days, related| {
            decide_freeze((reason, days), related, 15, &[row("签到照片存疑")], at(0))
        };
        assert_eq!(decide("另有举报", 2, false), Ok(at(2 * 86_400)));
        assert_eq!(decide("另有举报", 2, true), Err(FreezeRefusal::MustRecuse));
        assert_eq!(decide("另有举报", 16, false), Err(FreezeRefusal::TooLong { longest: 15 }));
        assert_eq!(decide("另有举报", 0, false), Err(FreezeRefusal::TooLong { longest: 15 }));
        assert_eq!(decide("签到 照片存疑。", 2, false), Err(FreezeRefusal::ReasonUsed));
    }

    #[test]
    fn who_froze_lifts_it_and_the_town_may() {
        let row = row("签到照片存疑");
        let (her, other) = (Uuid::from_u128(5).into(), Uuid::from_u128(6).into());
        assert_eq!(decide_release(&row, her, (false, false), at(9)), Ok(()));
        assert_eq!(decide_release(&row, other, (true, false), at(9)), Ok(()));
        assert_eq!(decide_release(&row, other, (false, false), at(9)), Err(FreezeRefusal::NotHers));
        assert_eq!(decide_release(&row, her, (false, false), at(10)), Err(FreezeRefusal::Ended));
        let close = decide_release(&row, other, (true, true), at(9));
        assert_eq!(close, Err(FreezeRefusal::MustRecuse), "her own, or a relative's");
        let ended = freeze::Model { ended_at: Some(at(1)), ..row };
        assert_eq!(decide_release(&ended, her, (true, false), at(2)), Err(FreezeRefusal::Ended));
    }
}
