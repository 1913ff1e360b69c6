//! Which tree an entry belongs to, and what its line says. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{SiteId, VolunteerId};
use entity::site::SiteKind;
use entity::tree_key::TreeKeyState;
use entity::{card, journal_event, ledger_entry, site};
use uuid::Uuid;

use super::core::line::{EntryLine, Line, Salt};
use super::core::merkle::Hash;
use super::core::print;
use crate::platform::clock::local_day;
use crate::platform::crypto::digest::sha256;

/// Digits of a town's code; its county has six of them.
const TOWN_DIGITS: usize = 9;
const COUNTY_DIGITS: usize = 6;

/// How far the clocks of those who sign may be apart.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(5);

/// Whether another's signature can have been made at the time it carries, in seconds since 1970:
/// the head was there, and the time has come.
#[must_use]
pub(super) fn can_be_of(seconds: u64, (signed_at, now): (DateTime<Utc>, DateTime<Utc>)) -> bool {
    let time = i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    time.is_some_and(|time| signed_at - CLOCKS_APART <= time && time <= now + CLOCKS_APART)
}

/// The site whose tree holds the entries of accounts kept at `home`: its town, or the
/// county itself for those kept at the center.
#[must_use]
pub(super) fn tree_site(home: &site::Model) -> SiteId {
    home.town_id.unwrap_or(home.id)
}

/// The tree's name in lines: the digits of its site's division code.
#[must_use]
pub(super) fn tenant_of(owner: &site::Model) -> String {
    let digits = match owner.kind {
        SiteKind::Center => COUNTY_DIGITS,
        SiteKind::Institute | SiteKind::Station => TOWN_DIGITS,
    };
    owner.division_code.chars().take(digits).collect()
}

/// The tree's name in checkpoints.
#[must_use]
pub(super) fn origin_of(tenant: &str) -> String {
    let county: String = tenant.chars().take(COUNTY_DIGITS).collect();
    format!("points.{county}/{tenant}")
}

/// The number of the card a line names: the newest that was there by then. Who never had
/// one is named by letters that say as little.
#[must_use]
pub(super) fn newest_card(cards: &[card::Model], by: DateTime<Utc>, of: VolunteerId) -> String {
    let newest = cards.iter().filter(|card| card.created_at <= by);
    let newest = newest.max_by_key(|card| (card.created_at, card.id));
    let card = newest.or_else(|| cards.iter().min_by_key(|card| (card.created_at, card.id)));
    card.map_or_else(|| without_card(of), |card| card.number.clone())
}

/// Stands for the card of somebody who has none.
#[must_use]
pub(super) fn without_card(volunteer: VolunteerId) -> String {
    format!("V-{}", tail(volunteer.into()))
}

/// The document number of an entry's cause: two letters of its kind, then its id's tail.
#[must_use]
pub(super) fn document_of(entry: &ledger_entry::Model) -> String {
    let letters = entry.source_kind.chars().filter(char::is_ascii_alphabetic);
    let prefix: String = letters.take(2).map(|letter| letter.to_ascii_uppercase()).collect();
    format!("{prefix}{}", tail(entry.source_id))
}

fn tail(id: Uuid) -> String {
    print::encode(id.as_bytes().last_chunk::<12>().map_or(&[], <[u8; 12]>::as_slice))
}

/// The line of an entry.
#[must_use]
pub(super) fn line_of(
    entry: &ledger_entry::Model,
    tenant: &str,
    index: u64,
    card: String,
    salt: Salt,
) -> Line {
    Line::Entry(EntryLine {
        tenant: tenant.into(),
        index,
        card,
        date: local_day(entry.created_at),
        kind: entry.kind.into(),
        points: entry.available_delta,
        balance: entry.available_after,
        document: document_of(entry),
        salt,
    })
}

/// The word of the event that tells of a signed head.
pub(super) const SIGNED: &str = "tree.signed";

/// The tree, the size and the root of the signed head that an event tells of, if it does.
#[must_use]
pub(super) fn head_told(event: &journal_event::Model) -> Option<(SiteId, i64, &str)> {
    if event.kind != SIGNED {
        return None;
    }
    let (size, root) = (event.data.get("size")?.as_i64()?, event.data.get("root")?.as_str()?);
    Some((event.site_id?, size, root))
}

/// The entry an event tells of, if it is about points.
#[must_use]
pub(super) fn entry_id(event: &journal_event::Model) -> Option<Uuid> {
    if !event.kind.starts_with("points.") {
        return None;
    }
    event.data.get("entry_id")?.as_str()?.parse().ok()
}

/// The seal of an event: a hash of all its fields and the seal before it.
#[must_use]
pub(super) fn seal(before: &Hash, event: &journal_event::Model) -> Hash {
    let site = event.site_id.map(|id| id.to_string()).unwrap_or_default();
    let fields = [
        event.id.to_string(),
        event.position.unwrap_or_default().to_string(),
        event.kind.clone(),
        event.subject_type.clone(),
        event.subject_id.to_string(),
        site,
        canonical(&event.data),
        event.occurred_at.timestamp_micros().to_string(),
        event.request_id.clone(),
    ];
    let mut bytes = before.to_vec();
    for field in fields {
        bytes.extend(field.len().to_be_bytes());
        bytes.extend(field.into_bytes());
    }
    sha256(&bytes)
}

/// JSON with sorted members: PostgreSQL keeps another order than it was given.
fn canonical(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let each = members.iter().map(|(name, value)| format!("{name:?}:{}", canonical(value)));
            format!("{{{}}}", each.collect::<Vec<_>>().join(","))
        }
        serde_json::Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => value.to_string(),
    }
}

/// What is done to a registered key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyAction {
    /// A second person agrees.
    Approve,
    /// Its signatures count no longer.
    Revoke,
}

impl KeyAction {
    /// The word of its event.
    #[must_use]
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Revoke => "revoked",
        }
    }

    /// The state it leads to; none when it cannot be done.
    #[must_use]
    pub(super) const fn apply(self, from: TreeKeyState) -> Option<TreeKeyState> {
        match (self, from) {
            (Self::Approve, TreeKeyState::Proposed) => Some(TreeKeyState::Active),
            (Self::Revoke, TreeKeyState::Proposed | TreeKeyState::Active) => {
                Some(TreeKeyState::Revoked)
            }
            (Self::Approve, TreeKeyState::Active | TreeKeyState::Revoked)
            | (Self::Revoke, TreeKeyState::Revoked) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_named_by_division() {
        assert_eq!(origin_of("510123101"), "points.510123/510123101");
        assert_eq!(origin_of("510123"), "points.510123/510123");
        let without = without_card(Uuid::from_u128(u128::MAX).into());
        assert!(without.len() <= 24 && without.starts_with("V-ZZZZ"), "{without}");
    }

    #[test]
    fn nobody_signs_what_is_not_there_yet_nor_in_days_to_come() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let may = |time| can_be_of(time, (at(10_000), at(20_000)));
        assert_eq!([9_699, 9_700, 20_300, 20_301].map(may), [false, true, true, false]);
        assert!(!may(u64::MAX));
    }

    #[test]
    fn only_the_event_of_a_signed_head_tells_of_one() {
        let site = SiteId::from(Uuid::from_u128(1));
        let event = |kind: &str| journal_event::Model {
            id: Uuid::from_u128(2).into(),
            position: Some(1),
            kind: kind.into(),
            subject_type: "tree".into(),
            subject_id: site.into(),
            site_id: Some(site),
            data: serde_json::json!({"size": 7, "root": "ab"}),
            occurred_at: DateTime::UNIX_EPOCH,
            request_id: String::new(),
        };
        assert_eq!(head_told(&event("tree.signed")), Some((site, 7, "ab")));
        assert_eq!(head_told(&event("points.earn")), None);
        let silent = serde_json::json!({"size": 7});
        assert_eq!(head_told(&journal_event::Model { data: silent, ..event(SIGNED) }), None);
    }

    #[test]
    fn members_have_one_order() {
        let one = serde_json::json!({"b": [1, {"d": null, "c": "x\"y"}], "a": true});
        assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"c":"x\"y","d":null}]}"#);
    }

    #[test]
    fn a_key_is_approved_once_and_revoked_for_good() {
        use TreeKeyState::{Active, Proposed, Revoked};
        let table = [Proposed, Active, Revoked]
            .map(|from| (KeyAction::Approve.apply(from), KeyAction::Revoke.apply(from)));
        assert_eq!(table, [(Some(Active), Some(Revoked)), (None, Some(Revoked)), (None, None)]);
    }
}
