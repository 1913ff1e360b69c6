//! What publicity must know of people: whether they may be named, and whether they may earn.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::consent::ConsentPurpose;
use entity::ids::{SiteId, VolunteerId};
use entity::volunteer::VolunteerState;
use sea_orm::ConnectionTrait;

use super::domain::{is_minor, masked_name};
use super::{consent, repository};
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// A person as publicity must know her.
#[derive(Clone, Debug)]
pub(crate) struct PublicFacts {
    pub(crate) name: String,
    pub(crate) is_minor: bool,
    /// She closed her account.
    pub(crate) is_closed: bool,
    /// Her consent to be named is in force at this moment.
    pub(crate) may_be_named: bool,
}

/// Where a person lives, and what she may do now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) home: SiteId,
    pub(crate) state: VolunteerState,
}

/// What is known of these people at this moment: consents are read anew each time, so that a
/// withdrawal shows at once.
///
/// # Errors
/// The database's.
pub(crate) async fn public_facts(
    db: &impl ConnectionTrait,
    ids: &HashSet<VolunteerId>,
    today: NaiveDate,
) -> Result<HashMap<VolunteerId, PublicFacts>, Failure> {
    let purpose = ConsentPurpose::NamedPublication;
    let named = consent::list_consenting(db, ids, purpose).await?;
    let facts = repository::list_by_ids(db, ids).await?.into_iter().map(|row| {
        let facts = PublicFacts {
            is_minor: is_minor(row.birth_date, today),
            is_closed: row.state == VolunteerState::Closed,
            may_be_named: named.contains(&row.id),
            name: row.name,
        };
        (row.id, facts)
    });
    Ok(facts.collect())
}

/// The masked names of these people.
///
/// # Errors
/// The database's.
pub(crate) async fn masked_names(
    db: &impl ConnectionTrait,
    ids: &HashSet<VolunteerId>,
) -> Result<HashMap<VolunteerId, String>, Failure> {
    let rows = repository::list_by_ids(db, ids).await?.into_iter();
    Ok(rows.map(|row| (row.id, masked_name(&row.name))).collect())
}

/// How these people stand, kept so until the end of the transaction. Locked in the order of
/// their ids.
///
/// # Errors
/// The database's.
pub(crate) async fn keep_standings(
    tx: &Tx<'_>,
    ids: &HashSet<VolunteerId>,
) -> Result<HashMap<VolunteerId, Standing>, Failure> {
    let rows = repository::keep(tx, ids).await?.into_iter();
    Ok(rows.map(|row| (row.id, Standing { home: row.site_id, state: row.state })).collect())
}
