//! Signs at least once a day whatever has grown, and at the end of a quarter closes it.

use crate::app::App;
use crate::platform::failure::Failure;

use super::signing;

/// One round; says how many heads were signed.
///
/// # Errors
/// The database's.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    signing::run(app).await
}
