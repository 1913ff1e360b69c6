//! What publicity must know of people: whether they may be named, and whether they may earn.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::consent::ConsentPurpose;
use entity::ids::{SiteId, VolunteerId};
use entity::volunteer::VolunteerState;
use sea_orm::ConnectionTrait;

use super::domain::{is_minor, masked_name};
use super::{consent, repository};
use crate::platform::clock::local_day;
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
    birth_date: NaiveDate,
    agreed: Vec<consent::Span>,
}

impl PublicFacts {
    /// Whether she could be named at that instant: she agreed to it and was of full age.
    pub(crate) fn could_be_named(&self, at: DateTime<Utc>) -> bool {
        let mut agreed = self.agreed.iter();
        !is_minor(self.birth_date, local_day(at))
            && agreed.any(|(from, until)| *from <= at && until.is_none_or(|until| at < until))
    }
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
    let mut agreed = consent::list_spans(db, ids, purpose).await?;
    let facts = repository::list_by_ids(db, ids).await?.into_iter().map(|row| {
        let agreed = agreed.remove(&row.id).unwrap_or_default();
        let facts = PublicFacts {
            is_minor: is_minor(row.birth_date, today),
            is_closed: row.state == VolunteerState::Closed,
            may_be_named: agreed.iter().any(|(_, until)| until.is_none()),
            birth_date: row.birth_date,
            agreed,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn she_could_be_named_while_she_agreed_and_was_of_full_age() {
        let again = at("2026-03-01T00:00:00Z");
        let withdrawn = at("2025-01-05T00:00:00Z");
        let facts = PublicFacts {
            name: String::new(),
            is_minor: false,
            is_closed: false,
            may_be_named: true,
            birth_date: NaiveDate::from_ymd_opt(2006, 11, 10).unwrap(),
            agreed: vec![(at("2024-01-05T00:00:00Z"), Some(withdrawn)), (again, None)],
        };
        for (when, could) in [
            (at("2024-01-04T00:00:00Z"), false),
            (at("2024-06-01T00:00:00Z"), false),
            (at("2024-12-01T00:00:00Z"), true),
            (withdrawn, false),
            (at("2025-06-01T00:00:00Z"), false),
            (again, true),
            (at("2026-12-01T00:00:00Z"), true),
        ] {
            assert_eq!(facts.could_be_named(when), could, "{when}");
        }
    }
}
