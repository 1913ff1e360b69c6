//! Takes the lines of somebody who has left away: the text and its salt go, the hash
//! stays, and so every proof, hers on paper too, goes on checking.

use entity::ids::VolunteerId;

use super::repository;
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::tx::in_tx;

/// Erases every line of a volunteer; says how many there were. For the closing of an
/// account; entries that are read afterwards get a hash and no line.
///
/// # Errors
/// The database's.
pub async fn erase_lines(app: &App, volunteer: VolunteerId) -> Result<u64, Failure> {
    let actor = Actor::system("tree.erasure", String::new());
    in_tx(&app.core, &actor, async |tx| Ok(repository::erase_lines(tx, volunteer).await?)).await
}
