//! Use cases of signing up.

use entity::ids::{ActivityId, VolunteerId};
use entity::sign_up;
use sea_orm::ConnectionTrait;

use super::repository;
use crate::platform::failure::Failure;

/// The volunteer's live sign-up for the activity, on the list or waiting.
///
/// # Errors
/// The database's.
pub(crate) async fn find_sign_up(
    db: &impl ConnectionTrait,
    activity: ActivityId,
    volunteer: VolunteerId,
) -> Result<Option<sign_up::Model>, Failure> {
    Ok(repository::find_live(db, activity, volunteer).await?)
}
