//! What is counted when a report is filed.

use entity::supervision_sample::SampleKind;
use sea_orm::{ConnectionTrait, Iterable};

use super::domain::ReportCounts;
use crate::platform::failure::Failure;
use crate::platform::quarter::Quarter;
use crate::supervision::freeze;
use crate::supervision::record::{Scope, count_hand_entries};
use crate::supervision::sample::{self, Tally};

/// The numbers of a quarter at a site and those below it.
///
/// # Errors
/// The database's.
pub(super) async fn count(
    db: &impl ConnectionTrait,
    path: &str,
    quarter: Quarter,
) -> Result<ReportCounts, Failure> {
    let (from, to) = quarter.span();
    let tallies = sample::tallies(db, path, &quarter.to_string()).await?;
    let tally = |kind| tallies.get(&kind).map(|(_, _, tally)| *tally).unwrap_or_default();
    Ok(ReportCounts {
        claims_certified: sample::count_cases(db, SampleKind::Claim, path, (from, to)).await?,
        redemptions_fulfilled: sample::count_cases(db, SampleKind::Redemption, path, (from, to))
            .await?,
        hand_entries: count_hand_entries(db, Scope { path, from, to }).await?,
        freezes: freeze::count_made(db, path, (from, to)).await?,
        sampled: SampleKind::iter().map(tally).fold(Tally::default(), Tally::add),
    })
}
