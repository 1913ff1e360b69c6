//! Draws entries for the public: who a person is in public is asked anew at each drawing, for
//! each line as of when it was first shown.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::VolunteerId;
use entity::{notice_entry, site};
use sea_orm::ConnectionTrait;

use super::projection::{Facts, PublicPerson, project, unknown};
use crate::platform::failure::Failure;
use crate::volunteer::PublicFacts;
use crate::{card, volunteer};

/// An entry with the site served at.
pub(super) type Row = (notice_entry::Model, Option<site::Model>);

/// Some people, as the public may see them.
pub(crate) struct People {
    facts: HashMap<VolunteerId, PublicFacts>,
    tails: HashMap<VolunteerId, String>,
}

/// One of them.
pub(crate) struct Person {
    /// For staff, to be masked.
    pub(crate) name: String,
    /// For everybody.
    pub(crate) shown: PublicPerson,
}

/// The people some entries are about.
pub(super) fn of_rows(rows: &[Row]) -> HashSet<VolunteerId> {
    rows.iter().map(|(entry, _)| entry.volunteer_id).collect()
}

/// Reads who these people are, as it is at this moment.
///
/// # Errors
/// The database's.
pub(crate) async fn people(
    db: &impl ConnectionTrait,
    ids: &HashSet<VolunteerId>,
    today: NaiveDate,
) -> Result<People, Failure> {
    let facts = volunteer::public_facts(db, ids, today).await?;
    let tails = card::tails(db, ids).await?;
    Ok(People { facts, tails })
}

impl People {
    /// One of them, in a line that everybody could see since then, or not yet; somebody who is not
    /// known is nobody.
    pub(crate) fn of(&self, id: VolunteerId, since: Option<DateTime<Utc>>) -> Person {
        let Some(her) = self.facts.get(&id) else {
            return Person { name: String::new(), shown: unknown() };
        };
        let facts = Facts {
            name: &her.name,
            card_tail: self.tails.get(&id).map(String::as_str),
            was_named: since.map_or(her.may_be_named, |since| her.could_be_named(since)),
            may_be_named: her.may_be_named,
            is_minor: her.is_minor,
            is_closed: her.is_closed,
        };
        Person { name: her.name.clone(), shown: project(facts) }
    }
}
