//! Takes the lines of somebody who has left away: the text and its salt go, the hash
//! stays, and so every proof, hers on paper too, goes on checking.

use chrono::TimeDelta;
use entity::ids::VolunteerId;
use serde_json::json;

use super::repository;
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::failure::Failure;
use crate::platform::tx::{Tx, in_tx};

/// For so long after somebody left, lines of hers are looked for that her closing did not see.
const LOOKED_FOR: TimeDelta = TimeDelta::days(90);

/// Erases every line of a volunteer, and says on the audit trail how many there were. For the
/// closing of an account; entries that are read afterwards get a hash and no line.
///
/// # Errors
/// The database's.
pub async fn erase_lines(tx: &Tx<'_>, volunteer: VolunteerId) -> Result<u64, Failure> {
    let erased = repository::erase_lines(tx, volunteer).await?;
    let detail = json!({"lines": erased});
    audit_row::record_with(tx, "tree_erase_lines", Some(&volunteer.to_string()), detail).await?;
    Ok(erased)
}

/// Erases the lines of whoever has left since her lines were written: who wrote them saw her
/// account open, and her closing saw no lines, as neither was committed yet. Says how many.
///
/// # Errors
/// The database's.
pub(super) async fn erase_left(app: &App) -> Result<u64, Failure> {
    let since = app.clock.now() - LOOKED_FOR;
    let actor = Actor::system("tree.erasure", String::new());
    let mut lines = 0;
    for her in repository::list_left(&app.pools.read, since).await? {
        lines += in_tx(&app.core, &actor, async |tx| erase_lines(tx, her).await).await?;
    }
    Ok(lines)
}
