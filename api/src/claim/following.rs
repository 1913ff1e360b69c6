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

/// What a claim is worth since its attendance was put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Revalued(Earning);

/// Whether what was certified stands, by what it is worth now. Who may not earn at the moment gains
/// nothing by it, and what she loses she may claim again when she may: a zeroing took it, or will.
fn becomes(certified: i32, worth: Option<Earning>, may_earn: bool) -> Becomes {
    match worth {
        Some(worth) if worth.points == certified => Becomes::Stays,
        Some(worth) if may_earn => Becomes::Falls(Some(Revalued(worth))),
        Some(worth) if worth.points > certified => Becomes::Stays,
        Some(_) | None => Becomes::Falls(None),
    }
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
    let her = volunteer::get(&**tx, claim.volunteer_id).await?;
    match claim.state {
        ClaimState::Submitted | ClaimState::UnderReview => {
            put_waiting_right(tx, claim, worth_now(tx, claim, present).await?, ruling).await?;
            Ok(Becomes::Stays)
        }
        // An account that was closed keeps its sums.
        ClaimState::Certified
        | ClaimState::InNotice
        | ClaimState::Effective
        | ClaimState::Objected
        | ClaimState::Recheck
            if her.state != VolunteerState::Closed =>
        {
            let worth = worth_now(tx, claim, present).await?;
            Ok(becomes(claim.points, worth, her.state == VolunteerState::Active))
        }
        ClaimState::Certified
        | ClaimState::InNotice
        | ClaimState::Effective
        | ClaimState::Objected
        | ClaimState::Recheck
        // These are valued when they are submitted again.
        | ClaimState::Draft
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
    let mut row = new_row(tx, ruling.entry(), place, (old.attendance_id, None), worth.0);
    row.state = Set(ClaimState::Certified);
    row.decided_by = Set(Some(ruling.decided_by));
    row.decided_at = Set(Some(tx.now));
    row.decision_reason = Set(Some(ruling.why().to_owned()));
    let claim = repository::insert(tx, row).await?;
    let item = rule::get_item_by_id(&**tx, claim.rule_item_id).await?;
    // What had counted before the notice, or after it, does not wait for another.
    if notice::had_earned(tx, old.id).await? {
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
    let Corrected { attendance, was_confirmed, .. } = corrected;
    // Otherwise she has not asked yet, or does not want to.
    if was_confirmed && !repository::has_ended_for(&**tx, attendance).await? {
        return Ok(());
    }
    let her = volunteer::get(&**tx, corrected.volunteer).await?;
    match file_for_decision(tx, &her, attendance, ruling.entry()).await {
        // It earns nothing, or she may not earn now.
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

    #[test]
    fn what_was_certified_falls_where_it_is_worth_something_else() {
        let falls =
            |points: Option<i32>| Becomes::Falls(points.map(|points| Revalued(worth(points))));
        assert_eq!(becomes(4, Some(worth(4)), true), Becomes::Stays);
        assert_eq!(becomes(4, Some(worth(2)), true), falls(Some(2)));
        assert_eq!(becomes(4, Some(worth(6)), true), falls(Some(6)));
        assert_eq!(becomes(4, None, true), falls(None));
    }

    #[test]
    fn who_may_not_earn_gains_nothing() {
        assert_eq!(becomes(4, Some(worth(4)), false), Becomes::Stays);
        assert_eq!(becomes(4, Some(worth(6)), false), Becomes::Stays);
        assert_eq!(becomes(4, Some(worth(2)), false), Becomes::Falls(None));
        assert_eq!(becomes(4, None, false), Becomes::Falls(None));
    }
}
