//! Signs at least once a day whatever has grown, closes the quarter that is over, and erases what
//! a closed account left behind.

use super::{erasure, error, signing, statements};
use crate::app::App;
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::quarter::Quarter;

/// One round; says how many statements and signed heads it made, and lines it erased.
///
/// # Errors
/// The database's.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    let over = Quarter::of(local_day(app.clock.now())).previous();
    let closed = match statements::close_quarter(app, over).await {
        Ok(closed) => closed,
        // Its last transactions may still be running: the next round closes it.
        Err(failure) if not_over(&failure) => 0,
        Err(failure) => return Err(failure),
    };
    let erased = erasure::erase_left(app).await?;
    Ok(closed + erased + signing::run(app).await?)
}

fn not_over(failure: &Failure) -> bool {
    failure.refusal().is_some_and(|refusal| refusal.code == error::QUARTER_NOT_OVER)
}
