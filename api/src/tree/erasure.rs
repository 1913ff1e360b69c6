//! Takes the lines of somebody who has left away: the text and its salt go, the hash
//! stays, and so every proof, hers on paper too, goes on checking.

use entity::ids::VolunteerId;
use serde_json::json;

use super::repository;
use crate::platform::audit_row;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

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
