//! Tidying away: files after a week, tasks with their reports after half a year.

use super::domain::TASK_KEPT;
use super::{repository, rows};
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::tx::{Tx, in_tx};

/// Tasks tidied away in one transaction.
const BATCH: u64 = 50;

/// Deletes what is past its time; says how many. Running it twice does no harm.
///
/// # Errors
/// The database's.
pub(crate) async fn purge(app: &App) -> Result<u64, Failure> {
    let actor = Actor::system("task.purge", String::new());
    let mut gone = 0;
    loop {
        let batch = in_tx(&app.core, &actor, async |tx| purge_some(tx).await).await?;
        gone += batch;
        if batch == 0 {
            return Ok(gone);
        }
    }
}

async fn purge_some(tx: &Tx<'_>) -> Result<u64, Failure> {
    let stale = repository::list_stale_files(tx, tx.now, BATCH).await?;
    rows::delete_chunks(tx, &stale).await?;
    repository::forget_files(tx, &stale).await?;
    let old = repository::list_old(tx, tx.now - TASK_KEPT, BATCH).await?;
    rows::delete_chunks(tx, &old).await?;
    rows::delete_errors(tx, &old).await?;
    repository::delete(tx, &old).await?;
    Ok(u64::try_from(stale.len() + old.len()).unwrap_or(u64::MAX))
}
