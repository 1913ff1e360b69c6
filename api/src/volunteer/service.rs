//! Use cases of volunteers.

use std::collections::HashSet;

use entity::ids::{AccountId, VolunteerId};
use entity::volunteer;
use sea_orm::ConnectionTrait;

use super::repository;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;

/// The volunteer.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn get(
    db: &impl ConnectionTrait,
    id: VolunteerId,
) -> Result<volunteer::Model, Failure> {
    repository::find(db, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// The volunteer, its row locked until the end of the transaction.
///
/// # Errors
/// `not_found` when there is none.
pub(crate) async fn lock(tx: &Tx<'_>, id: VolunteerId) -> Result<volunteer::Model, Failure> {
    repository::lock(tx, id).await?.ok_or_else(|| code::NOT_FOUND.into())
}

/// Those of many people whose matters this account must not decide on: [`is_related`]
/// for a whole list, in three statements.
///
/// # Errors
/// The database's.
pub(crate) async fn related_among(
    db: &impl ConnectionTrait,
    account: AccountId,
    among: impl IntoIterator<Item = VolunteerId>,
) -> Result<HashSet<VolunteerId>, Failure> {
    let related = repository::list_related(db, account, among.into_iter().collect()).await?;
    Ok(related.into_iter().collect())
}

/// Whether this account must not decide on this volunteer's matters: her own, a
/// declared relative's, or those of a person she acts for. An authorisation to act
/// counts until it is ended on record, also before and after its dates.
///
/// # Errors
/// The database's.
pub(crate) async fn is_related(
    db: &impl ConnectionTrait,
    account: AccountId,
    id: VolunteerId,
) -> Result<bool, Failure> {
    let own = repository::find(db, id).await?.and_then(|row| row.account_id) == Some(account);
    Ok(own
        || repository::is_relative(db, account, id).await?
        || repository::is_proxy(db, account, id).await?)
}
