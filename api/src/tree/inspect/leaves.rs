//! One leaf against the books: its line says what its entry, or its holder's quarter, says.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{LedgerEntryId, SiteId, VolunteerId};
use entity::tree_leaf::LeafKind;
use entity::{card, ledger_entry, tree, tree_leaf};
use sea_orm::{ConnectionTrait, DbErr};

use super::super::core::line::{EntryLine, Line, StatementLine, Sums};
use super::super::core::merkle::hash_leaf;
use super::super::domain::{document_of, newest_card, without_card};
use super::super::repository::{self, count, hex};
use super::{Findings, rows};
use crate::platform::clock::local_day;
use crate::platform::quarter::Quarter;

/// A card made in a transaction that was still running was not seen by who wrote the line.
const UNSEEN: TimeDelta = TimeDelta::minutes(5);

/// What the books say of some leaves, read for all of them at once.
#[derive(Debug)]
pub(super) struct Books {
    entries: HashMap<LedgerEntryId, ledger_entry::Model>,
    cards: HashMap<VolunteerId, Vec<card::Model>>,
    left: HashSet<VolunteerId>,
    sums: HashMap<(VolunteerId, Quarter), Sums>,
}

impl Books {
    pub(super) async fn load(
        db: &impl ConnectionTrait,
        site: SiteId,
        leaves: &[tree_leaf::Model],
    ) -> Result<Self, DbErr> {
        let entries = leaves.iter().filter_map(|leaf| leaf.ledger_entry_id).collect();
        let (kept, erased): (Vec<_>, Vec<_>) = leaves.iter().partition(|leaf| leaf.line.is_some());
        let holders = kept.iter().map(|leaf| leaf.volunteer_id).collect();
        let left = erased.iter().map(|leaf| leaf.volunteer_id).collect();
        Ok(Self {
            entries: repository::list_entries(db, entries).await?,
            cards: repository::list_cards(db, holders).await?,
            left: repository::list_closed(db, left).await?,
            sums: sums(db, site, &kept).await?,
        })
    }

    fn cards_of(&self, holder: VolunteerId) -> &[card::Model] {
        self.cards.get(&holder).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What the quarters of the statements among these leaves did, with every entry of the tree.
async fn sums(
    db: &impl ConnectionTrait,
    site: SiteId,
    leaves: &[&tree_leaf::Model],
) -> Result<HashMap<(VolunteerId, Quarter), Sums>, DbErr> {
    let mut quarters: BTreeMap<Quarter, Vec<VolunteerId>> = BTreeMap::new();
    for leaf in leaves {
        if let Some(quarter) = leaf.quarter.as_ref().and_then(|name| name.parse().ok()) {
            quarters.entry(quarter).or_default().push(leaf.volunteer_id);
        }
    }
    let mut sums: HashMap<_, Sums> = HashMap::new();
    for (quarter, holders) in quarters {
        let (start, end) = quarter.span();
        for (her, points) in repository::list_openings(db, &holders, start).await? {
            sums.insert((her, quarter), Sums::opening(points));
        }
        for (her, kind, points, entries) in
            repository::sum_kinds(db, site, &holders, (start, end)).await?
        {
            sums.entry((her, quarter)).or_default().count(kind, points, entries);
        }
    }
    Ok(sums)
}

/// Checks one leaf.
pub(super) async fn check(
    db: &impl ConnectionTrait,
    (row, leaf): (&tree::Model, &tree_leaf::Model),
    books: &Books,
    findings: &mut Findings,
) -> Result<(), DbErr> {
    let name = || format!("{}/{}", row.tenant, leaf.leaf_index);
    let Some(text) = &leaf.line else {
        if !books.left.contains(&leaf.volunteer_id) {
            findings.add("leaf_erased", "tree_leaf", name(), "no line, and its holder is here");
        }
        return Ok(());
    };
    if leaf.leaf_hash != hex(&hash_leaf(text.as_bytes())) {
        findings.add("leaf_hash", "tree_leaf", name(), "hash and line differ");
    }
    if !agrees(db, (row, leaf, text), books).await? {
        findings.add("leaf_agrees", "tree_leaf", name(), "line and books differ");
    }
    Ok(())
}

/// Whether the line says what the row and the books say.
async fn agrees(
    db: &impl ConnectionTrait,
    (row, leaf, text): (&tree::Model, &tree_leaf::Model, &str),
    books: &Books,
) -> Result<bool, DbErr> {
    let Ok(line) = Line::parse(text) else { return Ok(false) };
    if line.tenant() != row.tenant || line.index() != count(leaf.leaf_index) {
        return Ok(false);
    }
    let entry = leaf.ledger_entry_id.and_then(|id| books.entries.get(&id));
    let cards = books.cards_of(leaf.volunteer_id);
    match (line, leaf.kind, entry) {
        (Line::Entry(line), LeafKind::Entry, Some(entry)) => {
            Ok(entry_agrees(&line, (leaf, entry), cards))
        }
        (Line::Statement(line), LeafKind::Statement, None) => {
            let (_, end) = line.quarter.span();
            let named = leaf.quarter == Some(line.quarter.to_string())
                && is_hers(&line.card, cards, (end, leaf.volunteer_id));
            Ok(named && sums_agree(db, leaf, (&line, books)).await?)
        }
        (Line::Entry(_) | Line::Statement(_), LeafKind::Entry | LeafKind::Statement, _) => {
            Ok(false)
        }
    }
}

fn entry_agrees(
    line: &EntryLine,
    (leaf, entry): (&tree_leaf::Model, &ledger_entry::Model),
    cards: &[card::Model],
) -> bool {
    leaf.volunteer_id == entry.volunteer_id
        && line.date == local_day(entry.created_at)
        && line.kind == entry.kind.into()
        && line.points == entry.available_delta
        && line.balance == entry.available_after
        && line.document == document_of(entry)
        && is_hers(&line.card, cards, (entry.created_at, entry.volunteer_id))
}

/// Whether a line of this time could name the card: her newest by then as it was seen, or the
/// letters of somebody who was seen to have none.
fn is_hers(
    number: &str,
    cards: &[card::Model],
    (by, holder): (DateTime<Utc>, VolunteerId),
) -> bool {
    let seen = by - UNSEEN;
    let unsure = |card: &card::Model| seen < card.created_at && card.created_at <= by;
    number == newest_card(cards, seen, holder)
        || cards.iter().any(|card| card.number == number && unsure(card))
        || (number == without_card(holder) && !cards.iter().any(|card| card.created_at <= seen))
}

/// Whether the numbers are those of her entries of the quarter. Of one that came into the tree
/// after the statement was written it says nothing; such are rare, and looked at one by one.
async fn sums_agree(
    db: &impl ConnectionTrait,
    leaf: &tree_leaf::Model,
    (line, books): (&StatementLine, &Books),
) -> Result<bool, DbErr> {
    let all = books.sums.get(&(leaf.volunteer_id, line.quarter)).copied().unwrap_or_default();
    if line.sums == all {
        return Ok(true);
    }
    if line.sums.entries >= all.entries {
        return Ok(false);
    }
    let mut before = Sums::opening(all.opening);
    for entry in rows::list_entries_before(db, leaf, line.quarter.span()).await? {
        let points = entry.available_delta.saturating_add(entry.held_delta);
        before.count(entry.kind, points.saturating_sub(entry.recovery_delta), 1);
    }
    Ok(line.sums == before)
}

#[cfg(test)]
mod tests {
    use entity::card::CardState;

    use super::*;

    fn card(number: u128, seconds: i64) -> card::Model {
        card::Model {
            id: uuid::Uuid::from_u128(number).into(),
            number: format!("CARD-{number}"),
            volunteer_id: uuid::Uuid::from_u128(1).into(),
            state: CardState::Active,
            issued_by: None,
            issued_at: None,
            activated_at: None,
            ended_at: None,
            replaced_by: None,
            reason: None,
            version: 1,
            created_at: at(seconds),
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_line_names_the_newest_card_that_was_seen_by_then() {
        let her: VolunteerId = uuid::Uuid::from_u128(1).into();
        let cards = [card(1, 1_000), card(2, 5_000)];
        let may = |number: &str, by| is_hers(number, &cards, (at(by), her));
        assert_eq!([may("CARD-1", 4_999), may("CARD-2", 4_999)], [true, false]);
        assert_eq!([may("CARD-1", 5_299), may("CARD-2", 5_299)], [true, true]);
        assert_eq!([may("CARD-1", 5_300), may("CARD-2", 5_300)], [false, true]);
        let none = without_card(her);
        assert_eq!(
            [may(&none, 1_299), may(&none, 1_300), may("CARD-9", 9_000)],
            [true, false, false]
        );
        assert!(is_hers(&none, &[], (at(9_000), her)));
    }
}
