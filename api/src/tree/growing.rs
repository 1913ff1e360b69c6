//! A tree's head being moved on, leaf by leaf, and written down with what was added.

use data_encoding::HEXLOWER;
use entity::ids::{LedgerEntryId, SiteId, VolunteerId};
use entity::tree_leaf::LeafKind;
use entity::{site, tree, tree_leaf, tree_node};

use super::core::line::Line;
use super::core::merkle::{Frontier, Hash, empty_root};
use super::domain::{origin_of, tenant_of};
use super::repository::{self, count, hex, wide};
use crate::platform::failure::Failure;
use crate::platform::quarter::Quarter;
use crate::platform::tx::Tx;

/// Leaves and nodes written in one statement: below SQLite's limit of parameters.
const CHUNK: usize = 1000;

/// What a leaf is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum About {
    /// An entry, and its event's position.
    Entry(LedgerEntryId, i64),
    /// A quarter.
    Quarter(Quarter),
}

/// A tree in the middle of growing. Its head is locked.
#[derive(Debug)]
pub(super) struct Growing {
    row: tree::Model,
    frontier: Frontier,
    leaves: Vec<tree_leaf::Model>,
    nodes: Vec<tree_node::Model>,
}

/// The hashes of a head's peaks.
pub(super) fn read_peaks(row: &tree::Model) -> Option<Vec<Hash>> {
    let bytes = HEXLOWER.decode(row.peaks.as_bytes()).ok()?;
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| hashes.to_vec())
}

impl Growing {
    /// Locks the tree of a town, planting it when this is its first leaf.
    pub(super) async fn begin(tx: &Tx<'_>, owner: &site::Model) -> Result<Self, Failure> {
        let row = match repository::lock_tree(tx, owner.id).await? {
            Some(row) => row,
            None => plant(tx, owner).await?,
        };
        Self::resume(row)
    }

    /// Goes on with a head that is locked.
    pub(super) fn resume(row: tree::Model) -> Result<Self, Failure> {
        let frontier = read_peaks(&row)
            .and_then(|peaks| Frontier::resume(count(row.size), peaks))
            .filter(|frontier| hex(&frontier.root()) == row.root);
        let frontier = frontier.ok_or_else(|| {
            Failure::internal(format!("the head of tree {} is damaged", row.tenant))
        })?;
        Ok(Self { row, frontier, leaves: Vec::new(), nodes: Vec::new() })
    }

    /// The number the next leaf gets.
    pub(super) const fn index(&self) -> u64 {
        self.frontier.size()
    }

    /// The tree's name in lines.
    pub(super) fn tenant(&self) -> &str {
        &self.row.tenant
    }

    /// Adds a leaf. The line of somebody who has left is hashed and not kept.
    pub(super) fn add(&mut self, line: &Line, about: About, of: VolunteerId, keep: bool) {
        let (site_id, leaf) = (self.row.site_id, line.hash());
        let (kind, ledger_entry_id, position, quarter) = match about {
            About::Entry(id, position) => (LeafKind::Entry, Some(id), Some(position), None),
            About::Quarter(quarter) => (LeafKind::Statement, None, None, Some(quarter.to_string())),
        };
        self.leaves.push(tree_leaf::Model {
            site_id,
            leaf_index: wide(self.index()),
            kind,
            position,
            ledger_entry_id,
            volunteer_id: of,
            quarter,
            line: keep.then(|| line.to_string()),
            leaf_hash: hex(&leaf),
        });
        for (subtree, hash) in self.frontier.append(leaf) {
            self.nodes.push(tree_node::Model {
                site_id,
                level: i16::from(subtree.level),
                node_index: wide(subtree.index),
                hash: hex(&hash),
            });
        }
    }

    /// Writes everything down.
    pub(super) async fn save(self, tx: &Tx<'_>) -> Result<(), Failure> {
        let from = self.row.size;
        for leaves in self.leaves.chunks(CHUNK) {
            repository::insert_leaves(tx, leaves.to_vec()).await?;
        }
        for nodes in self.nodes.chunks(CHUNK) {
            repository::insert_nodes(tx, nodes.to_vec()).await?;
        }
        let row = tree::Model {
            size: wide(self.frontier.size()),
            root: hex(&self.frontier.root()),
            peaks: hex(&self.frontier.peaks().concat()),
            ..self.row
        };
        if repository::save_tree(tx, &row, from).await? {
            return Ok(());
        }
        Err(Failure::internal("the head moved under its lock"))
    }
}

async fn plant(tx: &Tx<'_>, owner: &site::Model) -> Result<tree::Model, Failure> {
    let tenant = tenant_of(owner);
    let site_id: SiteId = owner.id;
    let row = tree::Model {
        site_id,
        origin: origin_of(&tenant),
        tenant,
        size: 0,
        root: hex(&empty_root()),
        peaks: String::new(),
    };
    repository::insert_tree(tx, row.clone()).await?;
    Ok(row)
}
