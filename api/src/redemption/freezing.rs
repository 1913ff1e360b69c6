//! What a supervisor's freeze does to a redemption: it is marked, what it holds stays held, and
//! neither counter nor clock ends it until the mark is gone. The time is given back.

use chrono::{DateTime, Utc};
use entity::ids::RedemptionId;
use entity::redemption;

use super::domain::{RedemptionAction, due, frozen};
use super::repository;
use crate::platform::failure::{Failure, code};
use crate::platform::frozen::require_thawed;
use crate::platform::tx::Tx;

/// The redemption, for whoever must know whose and where it is.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn lock(tx: &Tx<'_>, id: RedemptionId) -> Result<redemption::Model, Failure> {
    repository::lock(tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// Marks a redemption that has not ended.
///
/// # Errors
/// `wrong_state` once it has.
pub(crate) async fn freeze(
    tx: &Tx<'_>,
    id: RedemptionId,
    (until, reason): (DateTime<Utc>, &str),
) -> Result<(), Failure> {
    let row = lock(tx, id).await?;
    RedemptionAction::Cancel.apply(row.state)?;
    let mark = (tx.now, until, reason);
    Ok(repository::save_frozen(tx, &row, Some(mark), row.expires_at).await?)
}

/// Takes the mark away and gives the time back that was lost by it.
///
/// # Errors
/// The database's.
pub(crate) async fn thaw(tx: &Tx<'_>, id: RedemptionId) -> Result<(), Failure> {
    let row = lock(tx, id).await?;
    let due = due(&row, tx.now);
    Ok(repository::save_frozen(tx, &row, None, due).await?)
}

/// Refuses whatever is tried with a frozen redemption.
///
/// # Errors
/// `frozen`.
pub(super) fn require_not_frozen(
    row: &redemption::Model,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    require_thawed(frozen(row).as_ref(), now)
}
