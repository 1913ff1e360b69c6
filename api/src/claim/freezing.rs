//! What a supervisor's freeze does to a claim: it is marked, and nobody decides on it until the
//! mark is gone. Who may freeze, and for how long, is the supervision's matter.

use chrono::{DateTime, Utc};
use entity::claim::{self, ClaimState};
use entity::ids::ClaimId;
use sea_orm::ConnectionTrait;

use super::domain::{ClaimRefusal, can_be_frozen, is_public};
use super::{case_view, repository};
use crate::platform::failure::{Failure, code};
use crate::platform::frozen::{Frozen, require_thawed};
use crate::platform::tx::Tx;

/// The mark of a claim.
pub(super) fn frozen(claim: &claim::Model) -> Option<Frozen> {
    Frozen::of(claim.frozen_at, claim.frozen_until, claim.frozen_reason.as_deref())
}

/// The claim, for whoever must know whose and where it is.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn lock(tx: &Tx<'_>, id: ClaimId) -> Result<claim::Model, Failure> {
    repository::lock(tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// Refuses what would change a claim while a supervisor keeps it.
///
/// # Errors
/// `frozen`, with until when.
pub(crate) async fn require_free(tx: &Tx<'_>, id: ClaimId) -> Result<(), Failure> {
    require_thawed(frozen(&lock(tx, id).await?).as_ref(), tx.now)
}

/// Whether a supervisor keeps a claim, so that what would change it is refused now.
///
/// # Errors
/// `not_found`.
pub(crate) async fn is_kept(
    db: &impl ConnectionTrait,
    id: ClaimId,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let case = case_view::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    Ok(frozen(&case.claim).is_some_and(|mark| mark.holds(now)))
}

/// Marks a claim that waits for a decision or for a notice.
///
/// # Errors
/// `wrong_state` when nothing is to come of it, or it stands in a notice: there the entry is
/// frozen.
pub(crate) async fn freeze(
    tx: &Tx<'_>,
    id: ClaimId,
    (until, reason): (DateTime<Utc>, &str),
) -> Result<(), Failure> {
    let claim = lock(tx, id).await?;
    if !can_be_frozen(claim.state) {
        return Err(ClaimRefusal::WrongState(claim.state).into());
    }
    mark(tx, id, (until, reason)).await
}

/// Marks a claim whose entry in a notice was frozen, so that its holder sees why.
///
/// # Errors
/// `wrong_state` when it stands in no notice.
pub(crate) async fn mark_noticed(
    tx: &Tx<'_>,
    id: ClaimId,
    (until, reason): (DateTime<Utc>, &str),
) -> Result<(), Failure> {
    let claim = lock(tx, id).await?;
    if !is_public(claim.state) || claim.state == ClaimState::Effective {
        return Err(ClaimRefusal::WrongState(claim.state).into());
    }
    mark(tx, id, (until, reason)).await
}

async fn mark(
    tx: &Tx<'_>,
    id: ClaimId,
    (until, reason): (DateTime<Utc>, &str),
) -> Result<(), Failure> {
    Ok(repository::save_frozen(tx, id, Some((tx.now, until, reason))).await?)
}

/// Takes the mark away.
///
/// # Errors
/// The database's.
pub(crate) async fn thaw(tx: &Tx<'_>, id: ClaimId) -> Result<(), Failure> {
    lock(tx, id).await?;
    Ok(repository::save_frozen(tx, id, None).await?)
}
