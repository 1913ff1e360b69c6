//! Tidying away: sessions with their refresh tokens, so long after they ended.

use chrono::TimeDelta;

use super::repository;
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::tx::in_tx;

/// Sessions tidied away in one transaction.
const BATCH: u64 = 500;

/// Deletes the sessions past their time on record; says how many. Running it twice does no
/// harm.
///
/// # Errors
/// The database's.
pub(crate) async fn purge(app: &App) -> Result<u64, Failure> {
    let actor = Actor::system("session.purge", String::new());
    let kept = TimeDelta::days(app.config.retention.sessions_days.into());
    let mut gone = 0;
    loop {
        let batch = in_tx(&app.core, &actor, async |tx| {
            let dead = repository::list_dead_sessions(tx, tx.now - kept, BATCH).await?;
            repository::delete_sessions(tx, &dead).await?;
            Ok(u64::try_from(dead.len()).unwrap_or(u64::MAX))
        });
        let batch = batch.await?;
        gone += batch;
        if batch == 0 {
            return Ok(gone);
        }
    }
}
