//! What an attendance that was put right does to its claims: those in a notice are struck there,
//! what they are worth now stands anew.

use entity::ids::ObjectionId;
use entity::objection;

use super::notice;
use crate::attendance::{self as attendances, Corrected};
use crate::auth::Caller;
use crate::claim::{self, Becomes, Ruling};
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;
use crate::publicity;

/// Locks what of the attendance's claims stands in notices. Entries come before people, as where a
/// round is booked and where a supervisor freezes one.
///
/// # Errors
/// The database's.
pub(super) async fn lock_entries(tx: &Tx<'_>, id: ObjectionId) -> Result<(), Failure> {
    if let Some(attendance) = attendances::decided_about(&**tx, id).await? {
        for found in claim::list_for_attendance(&**tx, attendance).await? {
            publicity::lock_entry(tx, found.id).await?;
        }
    }
    Ok(())
}

/// Makes the claims of the attendance follow it, all or none.
///
/// # Errors
/// `frozen` while a supervisor keeps one of them.
pub(super) async fn follow(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &objection::Model,
    (corrected, reason): (Corrected, Option<&str>),
) -> Result<(), Failure> {
    let undecided = || Failure::internal("executed, and nobody decided");
    let decided_by = row.decided_by.ok_or_else(undecided)?;
    let ruling = Ruling { decided_by, executed_by: caller.account, reason };
    let claims = claim::list_for_attendance(&**tx, corrected.attendance).await?;
    for found in &claims {
        if let Becomes::Falls(worth) = claim::revalue(tx, found, corrected.present, ruling).await? {
            let words = if worth.is_some() { notice::VALUED_ANEW } else { notice::PUT_RIGHT };
            if notice::strike(tx, row, (found.id, words)).await? {
                claim::explain(tx, found.id, (decided_by, ruling.why())).await?;
            } else {
                claim::take_back(tx, found, ruling).await?;
            }
            if let Some(worth) = worth {
                claim::stand_anew(tx, found, worth, ruling).await?;
            }
        }
        claim::require_free(tx, found.id).await?;
    }
    if corrected.present && claims.is_empty() {
        claim::ask_anew(tx, corrected, ruling).await?;
    }
    Ok(())
}
