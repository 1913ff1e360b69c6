//! What becomes of the claims for an attendance that was put right: they are worth what it is
//! worth now. Whether it was put right, and by whom, is the objections' matter; only they call
//! this.
//!
//! A claim that waits is valued anew where it stands. One that was certified is taken back with
//! its points and stands anew, certified for what the decision leaves of it and booked where the
//! old one was, in one transaction: at no moment has its holder less than she is due, and no entry
//! is edited.

use entity::claim::{self, ClaimState};
use entity::ids::{AccountId, AttendanceId};
use entity::volunteer::VolunteerState;
use sea_orm::{ConnectionTrait, Set};

use super::application::{file_for_decision, new_row, tell, worth_again};
use super::domain::{ClaimAction, ClaimRefusal, Entry, ruled};
use super::points::Earning;
use super::{locking, notice, objected, repository};
use crate::attendance::Corrected;
use crate::ledger::Fate;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;
use crate::{rule, volunteer};

/// What stands beside claims that follow a decision, where the office adds nothing.
const PUT_RIGHT: &str = "签到记录已按异议处理决定更正，积分重新计算";

/// Who decided, who carries it out, and what the holder is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruling<'a> {
    pub(crate) decided_by: AccountId,
    pub(crate) executed_by: AccountId,
    pub(crate) reason: Option<&'a str>,
}

impl<'a> Ruling<'a> {
    /// Why, in words.
    pub(crate) fn why(&self) -> &'a str {
        self.reason.unwrap_or(PUT_RIGHT)
    }

    const fn entry(&self) -> Entry<'a> {
        Entry::of_staff(self.executed_by, PUT_RIGHT)
    }
}

/// What is to become of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Becomes {
    /// As it is now.
    Stays,
    /// What was certified is taken back, and stands anew for this much, if for anything.
    Falls(Option<Revalued>),
}

/// What a claim is worth since its attendance was put right, and whether that counts at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Revalued {
    earning: Earning,
    /// The old one had counted: before the notice or after it, this does not wait for another.
    counts: bool,
}

/// Whether what was certified stands, by what it is worth now and what became of its points.
///
/// Who may not earn at the moment gains nothing. Points that expired or were zeroed would have
/// done so as well if they had been more, or fewer: where that happened, only what she spent
/// beyond the new worth is still to be taken.
fn becomes(
    certified: i32,
    worth: Option<Earning>,
    (fate, holder): (Option<Fate>, VolunteerState),
) -> Becomes {
    // An account that was closed keeps its sums, and gets nothing anew.
    if holder == VolunteerState::Closed {
        let same = worth.is_some_and(|worth| worth.points == certified);
        return if same || fate.is_some() { Becomes::Stays } else { Becomes::Falls(None) };
    }
    let Some(worth) = worth else { return Becomes::Falls(None) };
    let (old, new) = (i64::from(certified), i64::from(worth.points));
    let gains = new > old && holder == VolunteerState::Active;
    let spent = fate.filter(|fate| fate.ended > 0).map(|fate| fate.earned - fate.ended);
    let loses = new < spent.unwrap_or(old);
    if loses || (gains && spent.is_none()) {
        return Becomes::Falls(Some(Revalued { earning: worth, counts: fate.is_some() }));
    }
    Becomes::Stays
}

/// The live claims for an attendance; its holder is locked, so that none comes in between.
///
/// # Errors
/// The database's.
pub(crate) async fn list_for_attendance(
    db: &impl ConnectionTrait,
    attendance: AttendanceId,
) -> Result<Vec<claim::Model>, Failure> {
    Ok(repository::list_live_for(db, attendance).await?)
}

/// Values a claim anew; one that waits is put right by that, and refused when nothing is left.
///
/// # Errors
/// The database's.
pub(crate) async fn revalue(
    tx: &Tx<'_>,
    claim: &claim::Model,
    present: bool,
    ruling: Ruling<'_>,
) -> Result<Becomes, Failure> {
    match claim.state {
        ClaimState::Submitted | ClaimState::UnderReview => {
            put_waiting_right(tx, claim, worth_now(tx, claim, present).await?, ruling).await?;
            Ok(Becomes::Stays)
        }
        ClaimState::Certified
        | ClaimState::InNotice
        | ClaimState::Effective
        | ClaimState::Objected
        | ClaimState::Recheck => {
            let worth = worth_now(tx, claim, present).await?;
            let fate = notice::fate_of(tx, claim.id).await?;
            let her = volunteer::get(&**tx, claim.volunteer_id).await?;
            Ok(becomes(claim.points, worth, (fate, her.state)))
        }
        // These are valued when they are submitted again.
        ClaimState::Draft
        | ClaimState::Returned
        | ClaimState::Rejected
        | ClaimState::Withdrawn
        | ClaimState::Revoked => Ok(Becomes::Stays),
    }
}

async fn worth_now(
    tx: &Tx<'_>,
    claim: &claim::Model,
    present: bool,
) -> Result<Option<Earning>, Failure> {
    if !present {
        return Ok(None);
    }
    match worth_again(tx, claim).await {
        Err(Failure::Refused(_)) => Ok(None),
        other => other.map(Some),
    }
}

async fn put_waiting_right(
    tx: &Tx<'_>,
    claim: &claim::Model,
    worth: Option<Earning>,
    ruling: Ruling<'_>,
) -> Result<(), Failure> {
    let Some(worth) = worth else {
        let decided = ruled(ClaimAction::Reject, claim.state)?;
        let written = (ruling.decided_by, tx.now, Some(ruling.why()));
        let saved = repository::save_decision(tx, claim, &decided, written).await?;
        return tell(tx, ClaimAction::Reject, &saved.ok_or(ClaimRefusal::Stale)?).await;
    };
    let (step, again) = ((claim.state, tx.now), Some((&worth, None)));
    let saved = repository::save_step(tx, claim, step, again).await?;
    tell(tx, ClaimAction::Submit, &saved.ok_or(ClaimRefusal::Stale)?).await
}

/// Takes a certified claim back that stands in no notice (there its entry is struck).
///
/// # Errors
/// The database's.
pub(crate) async fn take_back(
    tx: &Tx<'_>,
    claim: &claim::Model,
    ruling: Ruling<'_>,
) -> Result<(), Failure> {
    let (_, claim) = locking::with_holder(tx, claim.id).await?;
    let decided = ruled(ClaimAction::Revoke, claim.state)?;
    objected::revoke(tx, (&claim, &decided), (ruling.decided_by, ruling.why())).await
}

/// Puts a certified claim that was taken back up again for what it is worth now.
///
/// # Errors
/// The database's, or what the ledger refuses.
pub(crate) async fn stand_anew(
    tx: &Tx<'_>,
    old: &claim::Model,
    worth: Revalued,
    ruling: Ruling<'_>,
) -> Result<(), Failure> {
    let place = (old.volunteer_id, old.rule_item_id, old.site_id);
    let mut row = new_row(tx, ruling.entry(), place, (old.attendance_id, None), worth.earning);
    row.state = Set(ClaimState::Certified);
    row.decided_by = Set(Some(ruling.decided_by));
    // What was certified before a case began is no later earning for being less or more.
    row.decided_at = Set(old.decided_at);
    row.decision_reason = Set(Some(ruling.why().to_owned()));
    let claim = repository::insert(tx, row).await?;
    if worth.counts {
        let item = rule::get_item_by_id(&**tx, claim.rule_item_id).await?;
        let her = volunteer::get(&**tx, claim.volunteer_id).await?;
        notice::book(tx, &claim, her.site_id, &item.name).await?;
    }
    tell(tx, ClaimAction::Certify, &claim).await
}

/// Asks for the points of an attendance that could not be claimed before, or not with success:
/// she was right about it, and need not come again. Somebody certifies it, as always.
///
/// # Errors
/// The database's.
pub(crate) async fn ask_anew(
    tx: &Tx<'_>,
    corrected: Corrected,
    ruling: Ruling<'_>,
) -> Result<(), Failure> {
    let Corrected { attendance, was_confirmed, gained, .. } = corrected;
    // Otherwise she has not asked yet, or does not want to; and what became less makes nothing
    // right that was refused.
    if was_confirmed && !(gained && repository::has_ended_for(&**tx, attendance).await?) {
        return Ok(());
    }
    let her = volunteer::get(&**tx, corrected.volunteer).await?;
    match file_for_decision(tx, &her, attendance, ruling.entry()).await {
        // It earns nothing, or she has left.
        Err(Failure::Refused(_)) => Ok(()),
        other => other.map(|_| ()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(points: i32) -> Earning {
        Earning { points, explanation: String::new() }
    }

    /// Of a claim certified for four points: what it becomes for being worth this.
    fn of_four(points: i32, ended: Option<i64>, may_earn: bool) -> Option<i32> {
        let holder = if may_earn { VolunteerState::Active } else { VolunteerState::Suspended };
        let fate = ended.map(|ended| Fate { earned: 4, ended });
        match becomes(4, Some(worth(points)), (fate, holder)) {
            Becomes::Stays => None,
            Becomes::Falls(anew) => anew.map(|anew| anew.earning.points),
        }
    }

    #[test]
    fn what_was_certified_falls_where_it_is_worth_something_else() {
        for (points, anew) in [(4, None), (2, Some(2)), (6, Some(6))] {
            assert_eq!(of_four(points, None, true), anew, "not counted yet");
            assert_eq!(of_four(points, Some(0), true), anew, "counted");
        }
        for holder in [VolunteerState::Active, VolunteerState::Suspended] {
            assert_eq!(becomes(4, None, (None, holder)), Becomes::Falls(None));
        }
    }

    #[test]
    fn who_may_not_earn_gains_nothing_and_loses_no_more_than_is_wrong() {
        assert_eq!(of_four(6, Some(0), false), None);
        assert_eq!(of_four(2, Some(0), false), Some(2));
    }

    #[test]
    fn what_expired_or_was_zeroed_comes_back_by_no_correction() {
        for points in [1, 3, 6] {
            assert_eq!(of_four(points, Some(4), true), None, "all of it ended");
        }
        // Three were spent and one ended.
        assert_eq!(of_four(6, Some(1), true), None);
        assert_eq!(of_four(3, Some(1), true), None);
        assert_eq!(of_four(2, Some(1), true), Some(2), "she spent one that was not hers");
    }

    #[test]
    fn who_has_left_keeps_what_had_counted_and_is_shown_with_nothing_that_was_not_so() {
        let gone = |worth, fate| becomes(4, worth, (fate, VolunteerState::Closed));
        let counted = Some(Fate { earned: 4, ended: 4 });
        assert_eq!(gone(None, counted), Becomes::Stays);
        assert_eq!(gone(None, None), Becomes::Falls(None));
        assert_eq!(gone(Some(worth(4)), None), Becomes::Stays);
    }

    #[test]
    fn what_had_counted_counts_at_once() {
        let holder = VolunteerState::Active;
        let counts = |fate| match becomes(4, Some(worth(2)), (fate, holder)) {
            Becomes::Falls(Some(anew)) => anew.counts,
            stays @ (Becomes::Stays | Becomes::Falls(None)) => panic!("{stays:?}"),
        };
        assert!(counts(Some(Fate { earned: 4, ended: 0 })));
        assert!(!counts(None));
    }
}
