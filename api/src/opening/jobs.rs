//! Background work: paper books that were committed.

use super::booking;
use crate::app::App;
use crate::platform::failure::Failure;

/// Books what was committed; answers how many rows. Running it twice does no harm.
///
/// # Errors
/// The last failure, after all others were tried.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    booking::book_all(app).await
}
