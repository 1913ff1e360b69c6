//! Recomputes everything for the audit: every seal of the journal, every leaf from its
//! line and its entry, every node, and the root under every signed head.

use std::collections::{HashMap, HashSet};

use entity::ids::LedgerEntryId;
use entity::tree_leaf::LeafKind;
use entity::{journal_event, journal_seal, ledger_entry, tree, tree_checkpoint, tree_leaf};
use sea_orm::{ConnectionTrait, DbErr};

use super::core::line::{EntryLine, Line};
use super::core::merkle::{Frontier, Hash, Subtree, hash_leaf};
use super::core::note::Note;
use super::domain::{document_of, entry_id, seal};
use super::repository::{self, count, hex, unhex};
use super::{growing, keys};
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;

/// Rows read at a time.
const PAGE: u64 = 1000;

/// One row that is not as it was written.
#[derive(Debug)]
pub(crate) struct Finding {
    /// The rule it breaks.
    pub(crate) rule: &'static str,
    /// Its table.
    pub(crate) table: &'static str,
    /// Its name.
    pub(crate) row: String,
    /// What was found.
    pub(crate) found: String,
}

/// Collects findings.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, rule: &'static str, table: &'static str, row: String, found: &str) {
        self.0.push(Finding { rule, table, row, found: found.into() });
    }
}

/// The rules asked here.
pub(crate) const RULES: usize = 6;

/// Everything that is wrong with the seals and the trees.
///
/// # Errors
/// The database's.
pub(crate) async fn run(db: &impl ConnectionTrait) -> Result<Vec<Finding>, DbErr> {
    let mut findings = Findings::default();
    journal(db, &mut findings).await?;
    for row in repository::list_trees(db).await? {
        grown(db, &row, &mut findings).await?;
    }
    Ok(findings.0)
}

/// Every event up to the reader's position is as it was sealed, and its entry has a leaf.
async fn journal(db: &impl ConnectionTrait, findings: &mut Findings) -> Result<(), DbErr> {
    let reader = repository::find_reader(db).await?;
    let (mut at, mut last) = (0, [0; 32]);
    while at < reader.position {
        let events = repository::list_events(db, at, PAGE).await?;
        let events: HashMap<_, _> = events.into_iter().map(|row| (row.position, row)).collect();
        let seals = repository::list_seals(db, at, at + repository::wide(PAGE)).await?;
        let mut told = Vec::new();
        for position in at + 1..=reader.position.min(at + repository::wide(PAGE)) {
            let event = events.get(&Some(position));
            last = sealed(last, (position, event, seals.get(&position)), findings);
            told.extend(event.and_then(|event| Some((event.id, entry_id(event)?.into()))));
        }
        with_leaves(db, told, findings).await?;
        at += repository::wide(PAGE);
    }
    if hex(&last) != reader.seal {
        findings.add("journal_sealed", "tree_reader", "1".into(), "is not the last event's seal");
    }
    Ok(())
}

/// Checks one seal; answers what the next one goes on from: the stored seal, so that one
/// changed event is one finding.
fn sealed(
    last: Hash,
    (position, event, stored): (i64, Option<&journal_event::Model>, Option<&journal_seal::Model>),
    findings: &mut Findings,
) -> Hash {
    const RULE: &str = "journal_sealed";
    let (Some(event), Some(stored)) = (event, stored) else {
        let table = if event.is_none() { "journal_event" } else { "journal_seal" };
        findings.add(RULE, table, position.to_string(), "is missing");
        return stored.and_then(|row| unhex(&row.seal).ok()).unwrap_or(last);
    };
    let expected = seal(&last, event);
    if stored.event_id != event.id || stored.seal != hex(&expected) {
        findings.add(RULE, "journal_event", event.id.to_string(), "is not as it was sealed");
    }
    unhex(&stored.seal).unwrap_or(expected)
}

async fn with_leaves(
    db: &impl ConnectionTrait,
    told: Vec<(entity::ids::JournalEventId, LedgerEntryId)>,
    findings: &mut Findings,
) -> Result<(), DbErr> {
    let ids: Vec<_> = told.iter().map(|(_, entry)| *entry).collect();
    let have = repository::list_entries_with_leaf(db, ids).await?;
    for (_, entry) in told.iter().filter(|(_, entry)| !have.contains(entry)) {
        findings.add("entry_has_leaf", "ledger_entry", entry.to_string(), "has no leaf");
    }
    Ok(())
}

/// Grows a tree again from its leaves, and compares on the way.
async fn grown(
    db: &impl ConnectionTrait,
    row: &tree::Model,
    findings: &mut Findings,
) -> Result<(), DbErr> {
    let mut heads = repository::list_checkpoints(db, row.site_id).await?;
    heads.reverse();
    let mut frontier = Frontier::default();
    loop {
        let from = frontier.size();
        let leaves = repository::list_leaves(db, row.site_id, repository::wide(from), PAGE).await?;
        if leaves.is_empty() {
            break;
        }
        let ids = leaves.iter().filter_map(|leaf| leaf.ledger_entry_id).collect();
        let entries = repository::list_entries(db, ids).await?;
        let mut nodes = HashMap::new();
        for leaf in &leaves {
            one_leaf(row, leaf, (&frontier, &entries), findings);
            let hash = unhex(&leaf.leaf_hash).unwrap_or_default();
            nodes.extend(frontier.append(hash));
            signed_here(db, row, (&mut heads, &frontier), findings).await?;
        }
        stored_nodes(db, row, (from, frontier.size()), &nodes, findings).await?;
    }
    for head in heads {
        head_fault(row, &head, "is larger than the tree", findings);
    }
    let sound = count(row.size) == frontier.size()
        && row.root == hex(&frontier.root())
        && growing::read_peaks(row).as_deref() == Some(frontier.peaks());
    if !sound {
        findings.add("tree_head", "tree", row.site_id.to_string(), "is not what its leaves say");
    }
    Ok(())
}

fn one_leaf(
    row: &tree::Model,
    leaf: &tree_leaf::Model,
    (frontier, entries): (&Frontier, &HashMap<LedgerEntryId, ledger_entry::Model>),
    findings: &mut Findings,
) {
    let name = || format!("{}/{}", row.tenant, leaf.leaf_index);
    if count(leaf.leaf_index) != frontier.size() {
        findings.add("leaf_in_order", "tree_leaf", name(), "does not follow the leaf before");
    }
    let Some(text) = &leaf.line else { return };
    if leaf.leaf_hash != hex(&hash_leaf(text.as_bytes())) {
        findings.add("leaf_hash", "tree_leaf", name(), "hash and line differ");
    }
    let entry = leaf.ledger_entry_id.and_then(|id| entries.get(&id));
    if !agrees(row, leaf, text, entry) {
        findings.add("leaf_agrees", "tree_leaf", name(), "line and entry differ");
    }
}

/// Whether the line says what the row and the entry say.
fn agrees(
    row: &tree::Model,
    leaf: &tree_leaf::Model,
    text: &str,
    entry: Option<&ledger_entry::Model>,
) -> bool {
    let Ok(line) = Line::parse(text) else { return false };
    if line.tenant() != row.tenant || line.index() != count(leaf.leaf_index) {
        return false;
    }
    match (line, leaf.kind, entry) {
        (Line::Entry(line), LeafKind::Entry, Some(entry)) => entry_agrees(&line, leaf, entry),
        (Line::Statement(line), LeafKind::Statement, None) => {
            leaf.quarter == Some(line.quarter.to_string())
        }
        (Line::Entry(_) | Line::Statement(_), LeafKind::Entry | LeafKind::Statement, _) => false,
    }
}

fn entry_agrees(line: &EntryLine, leaf: &tree_leaf::Model, entry: &ledger_entry::Model) -> bool {
    leaf.volunteer_id == entry.volunteer_id
        && line.date == local_day(entry.created_at)
        && line.kind == entry.kind.into()
        && line.points == entry.available_delta
        && line.balance == entry.available_after
        && line.document == document_of(entry)
}

fn head_fault(
    row: &tree::Model,
    head: &tree_checkpoint::Model,
    found: &str,
    findings: &mut Findings,
) {
    let name = format!("{}/{}", row.tenant, head.tree_size);
    findings.add("signed_head", "tree_checkpoint", name, found);
}

/// Checks the heads of the size reached.
async fn signed_here(
    db: &impl ConnectionTrait,
    row: &tree::Model,
    (heads, frontier): (&mut Vec<tree_checkpoint::Model>, &Frontier),
    findings: &mut Findings,
) -> Result<(), DbErr> {
    while let Some(head) = heads.pop_if(|head| count(head.tree_size) <= frontier.size()) {
        signed(db, row, (&head, frontier), findings).await?;
    }
    Ok(())
}

async fn signed(
    db: &impl ConnectionTrait,
    row: &tree::Model,
    (head, frontier): (&tree_checkpoint::Model, &Frontier),
    findings: &mut Findings,
) -> Result<(), DbErr> {
    let root = frontier.root();
    if head.root != hex(&root) || count(head.tree_size) != frontier.size() {
        head_fault(row, head, "is not the root of its leaves", findings);
    }
    let own = keys::own_keys(db, row.site_id).await.map_err(|failure| to_db(&failure))?;
    let sound = Note::parse(&head.note).is_ok_and(|note| {
        note.checkpoint.origin == row.origin
            && note.checkpoint.size == count(head.tree_size)
            && hex(&note.checkpoint.root) == head.root
            && own.iter().any(|key| note.verify(key).is_ok())
    });
    if !sound {
        head_fault(row, head, "is not as we signed it", findings);
    }
    Ok(())
}

fn to_db(failure: &Failure) -> DbErr {
    DbErr::Custom(failure.for_log())
}

/// The nodes that these leaves completed are stored as they are.
async fn stored_nodes(
    db: &impl ConnectionTrait,
    row: &tree::Model,
    leaves: (u64, u64),
    expected: &HashMap<Subtree, Hash>,
    findings: &mut Findings,
) -> Result<(), DbErr> {
    let stored = repository::list_nodes(db, row.site_id, leaves).await?;
    let both: HashSet<_> = expected.keys().chain(stored.keys()).copied().collect();
    for subtree in both {
        let wanted = expected.get(&subtree).map(|hash| hex(hash));
        if wanted.as_ref() != stored.get(&subtree) {
            let name = format!("{}/{}/{}", row.tenant, subtree.level, subtree.index);
            findings.add("tree_node", "tree_node", name, "is not what lies below it");
        }
    }
    Ok(())
}
