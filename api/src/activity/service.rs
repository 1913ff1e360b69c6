//! Use cases of activities.

use entity::activity;
use entity::ids::ActivityId;
use sea_orm::ConnectionTrait;

use super::repository;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;

/// The activity.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn get(
    db: &impl ConnectionTrait,
    id: ActivityId,
) -> Result<activity::Model, Failure> {
    repository::find(db, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// The activity, its row locked until the end of the transaction.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn lock(tx: &Tx<'_>, id: ActivityId) -> Result<activity::Model, Failure> {
    repository::lock(tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}
