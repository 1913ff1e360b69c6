//! What an attendance that was put right does to its claims: those in a notice are struck there,
//! what they are worth now stands anew.

use entity::objection;

use super::notice;
use crate::attendance::Corrected;
use crate::auth::Caller;
use crate::claim::{self, Becomes, Ruling};
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

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
            // Its entry first, as a freeze locks them: it must not come in between.
            if notice::strike(tx, row, found.id).await? {
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
