//! Background work: redemptions that nobody came for.

use super::ending;
use crate::app::App;
use crate::platform::failure::Failure;

/// Expires what is overdue; says how many. Running it twice does no harm.
///
/// # Errors
/// The last failure, after all others were tried.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    ending::expire_overdue(app).await
}
