//! Recomputes everything for the audit: every seal of the journal, every leaf from its
//! line and the books, every node, and the root under every head that is signed or named.

mod heads;
mod leaves;
mod rows;

use std::collections::{HashMap, HashSet};

use entity::ids::{LedgerEntryId, SiteId};
use entity::{bulletin, journal_event, journal_seal, tree};
use sea_orm::{ConnectionTrait, DbErr};

use self::heads::Heads;
use self::leaves::Books;
use super::core::key::Signatory;
use super::core::merkle::{Frontier, Hash, Subtree};
use super::domain::{entry_id, head_told, seal};
use super::repository::{self, count, hex, unhex};
use super::{growing, named_rows};
use crate::platform::readable::is_of_value;

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

    /// A value that cannot be read was not written by us: it is found, and the rest goes on.
    fn go_on(
        &mut self,
        done: Result<(), DbErr>,
        (rule, table): (&'static str, &'static str),
        row: &str,
    ) -> Result<(), DbErr> {
        match done {
            Err(fault) if is_of_value(&fault) => {
                self.add(rule, table, row.into(), &fault.to_string());
                Ok(())
            }
            done => done,
        }
    }
}

/// The rules asked here.
pub(crate) const RULES: usize = 12;

/// Everything that is wrong with the seals and the trees. Without knowing our keys, every key
/// written down as ours is taken for one.
///
/// # Errors
/// The database's.
pub(crate) async fn run(
    db: &impl ConnectionTrait,
    ours: Option<&Signatory>,
) -> Result<Vec<Finding>, DbErr> {
    let mut findings = Findings::default();
    let done = journal(db, &mut findings).await;
    findings.go_on(done, ("journal_sealed", "journal_event"), "?")?;
    let mut named = named_rows::list_named_view(db).await?;
    for row in repository::list_trees(db).await? {
        let (its, other): (Vec<_>, Vec<_>) =
            named.into_iter().partition(|named| named.tree.as_deref() == Some(&*row.tenant));
        named = other;
        let done = grown(db, &row, (its, ours), &mut findings).await;
        findings.go_on(done, ("tree_head", "tree"), &row.tenant)?;
    }
    for named in &named {
        heads::named_wrongly(named, "names a tree that is none", &mut findings);
    }
    Ok(findings.0)
}

/// Every event up to the reader's position is as it was sealed, its entry has a leaf, and the
/// signed head it tells of is there.
async fn journal(db: &impl ConnectionTrait, findings: &mut Findings) -> Result<(), DbErr> {
    let reader = repository::find_reader(db).await?;
    let (mut at, mut last) = (0, [0; 32]);
    while at < reader.position {
        let events = repository::list_events(db, at, PAGE).await?;
        let events: HashMap<_, _> = events.into_iter().map(|row| (row.position, row)).collect();
        let seals = repository::list_seals(db, at, at + repository::wide(PAGE)).await?;
        let (mut told, mut heads) = (Vec::new(), Vec::new());
        for position in at + 1..=reader.position.min(at + repository::wide(PAGE)) {
            let event = events.get(&Some(position));
            last = sealed(last, (position, event, seals.get(&position)), findings);
            told.extend(event.and_then(|event| Some((event.id, entry_id(event)?.into()))));
            heads.extend(event.and_then(head_told));
        }
        with_leaves(db, told, findings).await?;
        with_heads(db, &heads, findings).await?;
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

/// Signed heads that the journal tells of are never taken away, and have the root they had.
async fn with_heads(
    db: &impl ConnectionTrait,
    told: &[(SiteId, i64, &str)],
    findings: &mut Findings,
) -> Result<(), DbErr> {
    if told.is_empty() {
        return Ok(());
    }
    let have = rows::list_roots(db, told).await?;
    for (site, size, root) in told {
        let found = match have.get(&(*site, *size)) {
            Some(is) if is == root => continue,
            Some(_) => "has another root than the journal tells",
            None => "is told of in the journal, and gone",
        };
        findings.add("signed_head", "tree_checkpoint", format!("{site}/{size}"), found);
    }
    Ok(())
}

/// Grows a tree again from its leaves, and compares on the way.
async fn grown(
    db: &impl ConnectionTrait,
    row: &tree::Model,
    (named, ours): (Vec<bulletin::Model>, Option<&Signatory>),
    findings: &mut Findings,
) -> Result<(), DbErr> {
    let mut heads = Heads::load(db, row, (named, ours)).await?;
    heads.check_keys(row, findings);
    let mut frontier = Frontier::default();
    loop {
        let from = frontier.size();
        let page = repository::list_leaves(db, row.site_id, repository::wide(from), PAGE).await?;
        if page.is_empty() {
            break;
        }
        let books = Books::load(db, row.site_id, &page).await?;
        let mut nodes = HashMap::new();
        for leaf in &page {
            if count(leaf.leaf_index) != frontier.size() {
                let name = format!("{}/{}", row.tenant, leaf.leaf_index);
                findings.add("leaf_in_order", "tree_leaf", name, "does not follow the leaf before");
            }
            leaves::check(db, (row, leaf), &books, findings).await?;
            nodes.extend(frontier.append(unhex(&leaf.leaf_hash).unwrap_or_default()));
            heads.reach(row, &frontier, findings);
        }
        stored_nodes(db, row, (from, frontier.size()), &nodes, findings).await?;
    }
    heads.finish(row, findings);
    let sound = count(row.size) == frontier.size()
        && row.root == hex(&frontier.root())
        && growing::read_peaks(row).as_deref() == Some(frontier.peaks());
    if !sound {
        findings.add("tree_head", "tree", row.site_id.to_string(), "is not what its leaves say");
    }
    Ok(())
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
