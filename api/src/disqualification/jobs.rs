//! The end of the year, each case in its own transaction.

use super::{execution, repository};
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::in_tx;

/// Readmits everybody whose year is over; says how many cases moved.
///
/// # Errors
/// The last failure, after all others were tried.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    let today = local_day(app.clock.now());
    let actor = Actor::system("disqualification.year_end", String::new());
    let (mut done, mut failed) = (0, None);
    for id in repository::list_over(&app.pools.read, today).await? {
        match in_tx(&app.core, &actor, async |tx| execution::end_year(tx, id).await).await {
            Ok(moved) => done += u64::from(moved),
            Err(failure) => {
                tracing::warn!(case = %id, error = %failure, "a case did not end");
                failed = Some(failure);
            }
        }
    }
    failed.map_or(Ok(done), Err)
}
