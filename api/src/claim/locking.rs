//! A claim together with whose it is. People are locked before their claims, here as when a
//! round is booked: two who want the same pair never wait for each other.

use entity::claim;
use entity::ids::{ClaimId, VolunteerId};
use entity::volunteer as volunteer_row;

use super::repository;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::volunteer;

/// Both rows, locked.
///
/// # Errors
/// `not_found`.
pub(super) async fn with_holder(
    tx: &Tx<'_>,
    id: ClaimId,
) -> Result<(volunteer_row::Model, claim::Model), Failure> {
    let her = volunteer::lock(tx, holder(tx, id).await?).await?;
    Ok((her, lock(tx, id).await?))
}

/// The claim, locked, while its holder's standing stays as it is: who loses it meanwhile loses it
/// before this is decided, or after what was decided is booked.
///
/// # Errors
/// `not_found`.
pub(super) async fn keeping_holder(tx: &Tx<'_>, id: ClaimId) -> Result<claim::Model, Failure> {
    volunteer::share(tx, holder(tx, id).await?).await?;
    lock(tx, id).await
}

async fn holder(tx: &Tx<'_>, id: ClaimId) -> Result<VolunteerId, Failure> {
    repository::find_holder(&**tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

async fn lock(tx: &Tx<'_>, id: ClaimId) -> Result<claim::Model, Failure> {
    repository::lock(tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}
