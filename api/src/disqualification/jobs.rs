//! The end of the year, each case in its own transaction.

use super::{execution, repository};
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::outcome::Outcome;
use crate::platform::tx::in_tx;

/// Readmits everybody whose year is over; says how many cases moved.
///
/// # Errors
/// The last failure, after all others were tried.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    let today = local_day(app.clock.now());
    let actor = Actor::system("disqualification.year_end", String::new());
    let mut outcome = Outcome::new("a case did not end");
    for id in repository::list_over(&app.pools.read, today).await? {
        let ended = in_tx(&app.core, &actor, async |tx| execution::end_year(tx, id).await);
        outcome.take(id, ended.await);
    }
    outcome.finish()
}
