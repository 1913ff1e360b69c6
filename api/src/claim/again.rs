//! Claiming for the same thing again: what was decided about it before, and what an upheld
//! objection took back for good. Pure.

use chrono::{DateTime, Utc};
use entity::claim;
use entity::ids::{AttendanceId, RuleItemId, VolunteerId};
use entity::objection::{self, ObjectionEffect};

use super::award;
use super::domain::is_live;

/// What a claim is for: an attendance or an honour of somebody's, under an item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thing<'a> {
    pub(super) volunteer: VolunteerId,
    pub(super) item: RuleItemId,
    pub(super) attendance: Option<AttendanceId>,
    pub(super) award: Option<&'a str>,
}

impl<'a> Thing<'a> {
    /// What this claim is for.
    pub(super) fn of(claim: &'a claim::Model) -> Self {
        Self {
            volunteer: claim.volunteer_id,
            item: claim.rule_item_id,
            attendance: claim.attendance_id,
            award: claim.award_ref.as_deref(),
        }
    }

    /// Whether the claim is for this. One honour is one however it was typed.
    pub(super) fn is_of(self, claim: &claim::Model) -> bool {
        let key = |award: Option<&str>| award.map(award::key);
        claim.volunteer_id == self.volunteer
            && claim.rule_item_id == self.item
            && claim.attendance_id == self.attendance
            && key(claim.award_ref.as_deref()) == key(self.award)
    }
}

/// The last decision against another claim for the same thing; of a claim that came to an end
/// itself, nobody asks.
pub(super) fn earlier<'c>(
    claim: &claim::Model,
    ended: &'c [claim::Model],
) -> Option<&'c claim::Model> {
    let thing = Thing::of(claim);
    let others = ended.iter().filter(|other| is_live(claim.state) && thing.is_of(other));
    others.max_by_key(|other| (other.decided_at, other.id))
}

/// An upheld objection about an earlier claim for the same thing, put into effect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judgement {
    /// The holder of the record had filed it.
    pub(super) by_holder: bool,
    /// It took the certification away.
    pub(super) reversed: bool,
    pub(super) executed_at: DateTime<Utc>,
}

impl Judgement {
    /// What an objection that was upheld says; nothing before it is executed.
    pub(super) fn of(row: &objection::Model) -> Option<Self> {
        Some(Self {
            by_holder: row.filer_volunteer_id == Some(row.subject_volunteer_id),
            reversed: row.effect == Some(ObjectionEffect::Reversed),
            executed_at: row.executed_at?,
        })
    }
}

/// Whether the points were taken back after somebody else's objection. One of the holder's own
/// that was upheld afterwards opens the way again.
pub(super) fn is_struck(judgements: &[Judgement]) -> bool {
    let last = |counts: fn(&Judgement) -> bool| {
        let those = judgements.iter().filter(|judgement| counts(judgement));
        those.map(|judgement| judgement.executed_at).max()
    };
    let lifted = last(|judgement| judgement.by_holder);
    last(|judgement| !judgement.by_holder && judgement.reversed)
        .is_some_and(|struck| lifted.is_none_or(|lifted| lifted <= struck))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use entity::claim::ClaimState;
    use uuid::Uuid;

    use super::super::fixture;
    use super::*;

    fn id<T: From<Uuid>>(n: u128) -> T {
        Uuid::from_u128(n).into()
    }

    /// A claim for an attendance, or, without one, for an honour.
    fn claim(n: u128, state: ClaimState, attendance: Option<u128>, award: &str) -> claim::Model {
        claim::Model {
            id: id(n),
            attendance_id: attendance.map(id),
            award_ref: attendance.is_none().then(|| award.to_owned()),
            decided_at: Some(DateTime::UNIX_EPOCH),
            ..fixture::claim(state)
        }
    }

    #[test]
    fn a_claim_is_for_the_same_thing_by_attendance_or_honour() {
        let open = |attendance, award| claim(9, ClaimState::Submitted, attendance, award);
        let ended = [
            claim(1, ClaimState::Revoked, Some(3), ""),
            claim(5, ClaimState::Rejected, Some(3), ""),
            claim(6, ClaimState::Rejected, None, "2026年度身边好人"),
        ];
        let of = |claim: &claim::Model| earlier(claim, &ended).map(|found| found.id);

        assert_eq!(of(&open(Some(3), "")), Some(id(5)), "the last of them");
        assert_eq!(of(&open(Some(8), "")), None);
        assert_eq!(of(&open(None, "2026年度身边好人。")), Some(id(6)));
        assert_eq!(of(&open(None, "2026年度好邻居")), None);
        assert_eq!(of(&claim(9, ClaimState::Rejected, Some(3), "")), None, "it ended itself");
    }

    fn judgement(by_holder: bool, reversed: bool, minute: i64) -> Judgement {
        let executed_at = DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
        Judgement { by_holder, reversed, executed_at }
    }

    #[test]
    fn what_was_taken_back_stays_so_until_the_holder_was_right_afterwards() {
        let (struck, hers) = (judgement(false, true, 5), judgement(true, false, 9));
        assert!(!is_struck(&[]));
        assert!(is_struck(&[struck]));
        assert!(!is_struck(&[judgement(false, false, 5)]), "it took nothing");
        assert!(!is_struck(&[hers, struck]));
        assert!(is_struck(&[judgement(true, false, 3), struck]), "she was right before that");
        assert!(is_struck(&[struck, hers, judgement(false, true, 12)]), "struck once more");
        assert!(!is_struck(&[hers]));
    }
}
