//! Background work: points whose time is over.

use super::ageing;
use crate::app::App;
use crate::platform::failure::Failure;

/// Expires what is over its time; answers how many accounts lost points. A day ends at
/// midnight, so that the first run after it does the work and the others find nothing.
///
/// # Errors
/// The last failure, after all others were tried.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    ageing::expire_all(app).await
}
