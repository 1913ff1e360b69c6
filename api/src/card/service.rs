//! Use cases of points cards.

use entity::card::{self, CardState};
use entity::ids::VolunteerId;
use sea_orm::ConnectionTrait;

use super::number::CardNumber;
use super::{error, repository};
use crate::platform::failure::Failure;

/// The volunteer's card in use.
///
/// # Errors
/// The database's.
pub(crate) async fn find_active(
    db: &impl ConnectionTrait,
    volunteer: VolunteerId,
) -> Result<Option<card::Model>, Failure> {
    Ok(repository::find_active(db, volunteer).await?)
}

/// The card in use with this number. A replaced number never authorises.
///
/// # Errors
/// `card_unknown`, also for a mistyped number; `card_not_active`.
pub(crate) async fn resolve(
    db: &impl ConnectionTrait,
    number: &str,
) -> Result<card::Model, Failure> {
    let number = CardNumber::parse(number).map_err(|_| error::CARD_UNKNOWN)?;
    let found = repository::find_by_number(db, number.as_str()).await?;
    let card = found.ok_or(error::CARD_UNKNOWN)?;
    if card.state == CardState::Active { Ok(card) } else { Err(error::CARD_NOT_ACTIVE.into()) }
}
