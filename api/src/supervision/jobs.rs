//! What time does by itself.

use super::{freeze, post, sample};
use crate::app::App;
use crate::platform::failure::Failure;

/// Turns the terms that begin or are over, lets freezes lapse and makes promises void that were
/// not kept; says how many there were.
///
/// # Errors
/// The first failure, after all were tried.
pub(crate) async fn run(app: &App) -> Result<u64, Failure> {
    let (terms, lapsed) = (post::turn_terms(app).await, freeze::lapse_due(app).await);
    let void = sample::lapse_due(app).await;
    Ok(terms? + lapsed? + void?)
}
