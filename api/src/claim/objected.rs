//! What an upheld objection does to a claim. Whether it was upheld, and by whom, is the
//! objections' matter; only they call this.

use entity::claim::{self, ClaimState};
use entity::ids::{AccountId, ClaimId};
use entity::volunteer::{self as volunteer_row, VolunteerState};
use sea_orm::ConnectionTrait;

use super::again::Thing;
use super::application::{tell, worth_again};
use super::domain::{ClaimAction, ClaimRefusal, Decided, put_right_by, upheld};
use super::{case_view, locking, notice, repository};
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;

/// What became of the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PutRight {
    /// Its certification is gone, with its points.
    Revoked,
    /// It waits for staff again.
    Reopened,
    /// Nothing: its state leaves nothing to do.
    Untouched,
}

/// Puts a claim right that stands in no notice (there its entry is struck): what was certified is
/// revoked and its points are reversed, what was refused goes back to the queue, worth what it is
/// worth now.
///
/// # Errors
/// `must_recuse` for whoever decided on the claim.
pub(crate) async fn put_right(
    tx: &Tx<'_>,
    by: AccountId,
    (id, reason): (ClaimId, &str),
) -> Result<PutRight, Failure> {
    let (her, claim) = locking::with_holder(tx, id).await?;
    match put_right_by(claim.state) {
        Some(ClaimAction::Revoke) => {
            let decided = upheld(ClaimAction::Revoke, &claim, by)?;
            revoke(tx, (&claim, &decided), (by, reason)).await.map(|()| PutRight::Revoked)
        }
        Some(ClaimAction::Reopen) => reopen(tx, (&her, &claim)).await,
        Some(
            ClaimAction::Submit
            | ClaimAction::Withdraw
            | ClaimAction::Certify
            | ClaimAction::Return
            | ClaimAction::Reject,
        )
        | None => Ok(PutRight::Untouched),
    }
}

/// What an objection to a claim is about now: the claim, or what stands in its place since it was
/// taken back because its attendance was put right; nothing, if nothing does. Of one thing one
/// claim is alive at a time.
///
/// # Errors
/// `not_found`.
pub(crate) async fn standing_for(
    db: &impl ConnectionTrait,
    id: ClaimId,
) -> Result<Option<ClaimId>, Failure> {
    let case = case_view::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    let (ClaimState::Revoked, Some(attendance)) = (case.claim.state, case.claim.attendance_id)
    else {
        return Ok(Some(id));
    };
    let live = repository::find_live(db, attendance, case.claim.rule_item_id).await?;
    Ok(live.map(|claim| claim.id))
}

/// Sends a refused claim back to the queue, and leaves every other as it is.
///
/// # Errors
/// The database's.
pub(crate) async fn reopen_refused(tx: &Tx<'_>, id: ClaimId) -> Result<PutRight, Failure> {
    let (her, claim) = locking::with_holder(tx, id).await?;
    match put_right_by(claim.state) {
        Some(ClaimAction::Reopen) => reopen(tx, (&her, &claim)).await,
        _ => Ok(PutRight::Untouched),
    }
}

/// Writes that a certified claim is revoked, and takes its points back.
pub(super) async fn revoke(
    tx: &Tx<'_>,
    (claim, decided): (&claim::Model, &Decided),
    (by, reason): (AccountId, &str),
) -> Result<(), Failure> {
    let written = (by, tx.now, Some(reason));
    let saved = repository::save_decision(tx, claim, decided, written).await?;
    notice::take_back(tx, claim.id, reason).await?;
    tell(tx, ClaimAction::Revoke, &saved.ok_or(ClaimRefusal::Stale)?).await
}

/// Another live claim for the same thing, caps used up meanwhile, or an account that was closed
/// leave nothing to wait for.
async fn reopen(
    tx: &Tx<'_>,
    (her, claim): (&volunteer_row::Model, &claim::Model),
) -> Result<PutRight, Failure> {
    let to = ClaimAction::Reopen.apply(claim.state)?;
    if her.state == VolunteerState::Closed || is_claimed_anew(tx, claim).await? {
        return Ok(PutRight::Untouched);
    }
    let earning = match worth_again(tx, claim).await {
        Err(Failure::Refused(_)) => return Ok(PutRight::Untouched),
        other => other?,
    };
    let saved = repository::save_step(tx, claim, (to, tx.now), Some((&earning, None))).await?;
    tell(tx, ClaimAction::Reopen, &saved.ok_or(ClaimRefusal::Stale)?).await?;
    Ok(PutRight::Reopened)
}

async fn is_claimed_anew(tx: &Tx<'_>, claim: &claim::Model) -> Result<bool, Failure> {
    let item = claim.rule_item_id;
    let other = match claim.attendance_id {
        Some(attendance) => repository::find_live(&**tx, attendance, item).await?,
        None => repository::find_live_award(&**tx, Thing::of(claim)).await?,
    };
    Ok(other.is_some())
}
