//! Writes down which activities time has started or ended, for lists and the journal.
//! No decision waits for it.

use entity::ids::ActivityId;

use super::{repository, service};
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::tx::in_tx;

const NAME: &str = "activity.progress";
/// Activities moved in one run; the rest waits for the next.
const BATCH: u64 = 200;

/// Moves every activity time has left behind, each in its own transaction, so that
/// people signing up never wait for more than their own.
///
/// # Errors
/// The database's.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    let now = app.clock.now();
    let actor = Actor::system(NAME, app.ids.uuid(now).simple().to_string());
    let mut moved = 0;
    for id in repository::list_passed(&app.pools.read, now, BATCH).await? {
        moved += u64::from(progress(app, &actor, id).await?);
    }
    Ok(moved)
}

async fn progress(app: &App, actor: &Actor, id: ActivityId) -> Result<bool, Failure> {
    in_tx(&app.core, actor, async |tx| {
        let found = service::lock(tx, id).await?;
        let version = found.version;
        Ok(service::catch_up(tx, found).await?.version != version)
    })
    .await
}
