//! Tidying away: refused check-ins after their time on record.

use chrono::TimeDelta;

use super::repository;
use crate::app::App;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::tx::in_tx;

/// Deletes the refusals past their time; says how many. Running it twice does no harm.
///
/// # Errors
/// The database's.
pub(crate) async fn purge(app: &App) -> Result<u64, Failure> {
    let actor = Actor::system("check_in_refusal.purge", String::new());
    let kept = TimeDelta::days(app.config.retention.refusals_days.into());
    in_tx(&app.core, &actor, async |tx| Ok(repository::delete_refusals(tx, tx.now - kept).await?))
        .await
}
