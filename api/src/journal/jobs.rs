//! The sequencer: gives committed events their positions.

use super::repository;
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::db;
use crate::platform::failure::Failure;
use crate::platform::tx::in_tx;

/// Events numbered in one transaction.
const BATCH: u64 = 1000;

/// Numbers what has been committed since the last round; says how many.
///
/// # Errors
/// The database's.
pub async fn run(app: &App) -> Result<u64, Failure> {
    // Asked first, because it runs twice a second and an idle database should stay idle.
    if !repository::has_unnumbered(&app.pools.read).await? {
        return Ok(0);
    }
    let actor = Actor::system("journal.sequencer", String::new());
    let mut total = 0;
    loop {
        let numbered = in_tx(&app.core, &actor, async |tx| {
            db::plan_afresh(tx).await?;
            let last = repository::lock_head(tx).await?;
            Ok(repository::save_positions(tx, last, BATCH).await?)
        });
        let numbered = numbered.await?;
        total += numbered;
        if numbered < BATCH {
            return Ok(total);
        }
    }
}
