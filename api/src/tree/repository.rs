//! Rows of trees, leaves and nodes, and of what their lines are made from.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use entity::ids::{LedgerEntryId, SiteId, VolunteerId};
use entity::volunteer::VolunteerState;
use entity::{card, ledger_entry, site, tree, tree_leaf, tree_node, volunteer};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::core::merkle::{Hash, Subtree};
pub(super) use super::journal_rows::{
    find_reader, has_unread, has_unread_before, insert_seals, is_told_signed, list_events,
    list_seals, lock_reader, save_reader,
};
pub(super) use super::signed_rows::{
    find_checkpoint_from, find_last_checkpoint, insert_checkpoint, insert_cosignature, insert_key,
    list_checkpoints, list_cosignatures, list_keys, lock_key, save_key,
};
pub(super) use super::statement_rows::{
    is_closed, last_statement, list_earlier, list_holders, list_openings, list_stated, sum_kinds,
    take_time,
};
use crate::platform::rows::insert_all;

/// A hash as it is stored.
pub(super) fn hex(hash: &[u8]) -> String {
    HEXLOWER.encode(hash)
}

/// A stored hash; a row that holds none was not written by us.
pub(super) fn unhex(text: &str) -> Result<Hash, DbErr> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| DbErr::Type(format!("no hash: {text}")))
}

/// A number as the database keeps it.
pub(super) fn wide(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number as it is counted.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

pub(super) async fn list_entries(
    db: &impl ConnectionTrait,
    ids: Vec<LedgerEntryId>,
) -> Result<HashMap<LedgerEntryId, ledger_entry::Model>, DbErr> {
    let found = ledger_entry::Entity::find().filter(ledger_entry::Column::Id.is_in(ids));
    Ok(found.all(db).await?.into_iter().map(|row| (row.id, row)).collect())
}

pub(super) async fn list_sites(
    db: &impl ConnectionTrait,
    ids: HashSet<SiteId>,
) -> Result<HashMap<SiteId, site::Model>, DbErr> {
    let found = site::Entity::find().filter(site::Column::Id.is_in(ids));
    Ok(found.all(db).await?.into_iter().map(|row| (row.id, row)).collect())
}

/// Every card these volunteers ever had.
pub(super) async fn list_cards(
    db: &impl ConnectionTrait,
    holders: HashSet<VolunteerId>,
) -> Result<HashMap<VolunteerId, Vec<card::Model>>, DbErr> {
    let found = card::Entity::find().filter(card::Column::VolunteerId.is_in(holders));
    let mut cards: HashMap<_, Vec<_>> = HashMap::new();
    for row in found.all(db).await? {
        cards.entry(row.volunteer_id).or_default().push(row);
    }
    Ok(cards)
}

/// Those of these volunteers whose lines are not to be kept any more.
pub(super) async fn list_closed(
    db: &impl ConnectionTrait,
    ids: HashSet<VolunteerId>,
) -> Result<HashSet<VolunteerId>, DbErr> {
    let found = volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .filter(volunteer::Column::Id.is_in(ids))
        .filter(volunteer::Column::State.eq(VolunteerState::Closed));
    Ok(found.into_tuple().all(db).await?.into_iter().collect())
}

/// Who has left since a moment, and whose lines are still kept.
pub(super) async fn list_left(
    db: &impl ConnectionTrait,
    since: DateTime<Utc>,
) -> Result<Vec<VolunteerId>, DbErr> {
    let mut kept = Query::select();
    kept.expr(Expr::value(1))
        .from(tree_leaf::Entity)
        .and_where(
            Expr::col((tree_leaf::Entity, tree_leaf::Column::VolunteerId))
                .equals((volunteer::Entity, volunteer::Column::Id)),
        )
        .and_where(tree_leaf::Column::Line.is_not_null());
    volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .filter(volunteer::Column::State.eq(VolunteerState::Closed))
        .filter(volunteer::Column::UpdatedAt.gte(since))
        .filter(Expr::exists(kept))
        .order_by_asc(volunteer::Column::Id)
        .into_tuple()
        .all(db)
        .await
}

pub(super) async fn list_trees(db: &impl ConnectionTrait) -> Result<Vec<tree::Model>, DbErr> {
    tree::Entity::find().order_by_asc(tree::Column::Tenant).all(db).await
}

pub(super) async fn find_tree(
    db: &impl ConnectionTrait,
    tenant: &str,
) -> Result<Option<tree::Model>, DbErr> {
    tree::Entity::find().filter(tree::Column::Tenant.eq(tenant)).one(db).await
}

pub(super) async fn find_tree_of(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Option<tree::Model>, DbErr> {
    tree::Entity::find_by_id(site).one(db).await
}

/// The tree's head, locked until the end of the transaction.
pub(super) async fn lock_tree(
    tx: &DatabaseTransaction,
    site: SiteId,
) -> Result<Option<tree::Model>, DbErr> {
    tree::Entity::find_by_id(site).lock_exclusive().one(tx).await
}

pub(super) async fn insert_tree(tx: &DatabaseTransaction, row: tree::Model) -> Result<(), DbErr> {
    let row = row.into_active_model().reset_all();
    tree::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Moves the head on if it is still where it was read.
pub(super) async fn save_tree(
    tx: &DatabaseTransaction,
    row: &tree::Model,
    from: i64,
) -> Result<bool, DbErr> {
    let saved = tree::Entity::update_many()
        .col_expr(tree::Column::Size, Expr::value(row.size))
        .col_expr(tree::Column::Root, Expr::value(row.root.clone()))
        .col_expr(tree::Column::Peaks, Expr::value(row.peaks.clone()))
        .filter(tree::Column::SiteId.eq(row.site_id))
        .filter(tree::Column::Size.eq(from))
        .exec(tx)
        .await?;
    Ok(saved.rows_affected == 1)
}

pub(super) async fn insert_leaves(
    tx: &DatabaseTransaction,
    rows: Vec<tree_leaf::Model>,
) -> Result<(), DbErr> {
    insert_all::<tree_leaf::Entity>(tx, rows).await
}

pub(super) async fn insert_nodes(
    tx: &DatabaseTransaction,
    rows: Vec<tree_node::Model>,
) -> Result<(), DbErr> {
    insert_all::<tree_node::Entity>(tx, rows).await
}

/// The nodes of a level. The tree stands in every part of an `OR`: beside it, SQLite reads the
/// whole tree.
fn node_at(site: SiteId, level: u8) -> Condition {
    let at = Condition::all().add(tree_node::Column::SiteId.eq(site));
    at.add(tree_node::Column::Level.eq(i16::from(level)))
}

/// The hashes of complete subtrees, leaves among them: two look-ups by key.
pub(super) async fn hashes(
    db: &impl ConnectionTrait,
    site: SiteId,
    wanted: &HashSet<Subtree>,
) -> Result<HashMap<Subtree, Hash>, DbErr> {
    let (mut found, mut any) = (HashMap::new(), Condition::any());
    let mut leaves = Vec::new();
    for Subtree { level, index } in wanted.iter().copied() {
        if level == 0 {
            leaves.push(wide(index));
        } else {
            let at = node_at(site, level).add(tree_node::Column::NodeIndex.eq(wide(index)));
            any = any.add(at);
        }
    }
    if !any.is_empty() {
        let nodes = tree_node::Entity::find().filter(any);
        for row in nodes.all(db).await? {
            let level = u8::try_from(row.level).unwrap_or(u8::MAX);
            found.insert(Subtree { level, index: count(row.node_index) }, unhex(&row.hash)?);
        }
    }
    if !leaves.is_empty() {
        let rows: Vec<(i64, String)> = tree_leaf::Entity::find()
            .select_only()
            .column(tree_leaf::Column::LeafIndex)
            .column(tree_leaf::Column::LeafHash)
            .filter(tree_leaf::Column::SiteId.eq(site))
            .filter(tree_leaf::Column::LeafIndex.is_in(leaves))
            .into_tuple()
            .all(db)
            .await?;
        for (index, hash) in rows {
            found.insert(Subtree { level: 0, index: count(index) }, unhex(&hash)?);
        }
    }
    Ok(found)
}

pub(super) async fn find_leaf_of_entry(
    db: &impl ConnectionTrait,
    entry: LedgerEntryId,
) -> Result<Option<tree_leaf::Model>, DbErr> {
    tree_leaf::Entity::find().filter(tree_leaf::Column::LedgerEntryId.eq(entry)).one(db).await
}

/// The leaf of a holder's statement of a quarter, in the tree of the town that keeps her account.
pub(super) async fn find_leaf_of_statement(
    db: &impl ConnectionTrait,
    holder: VolunteerId,
    quarter: &str,
) -> Result<Option<tree_leaf::Model>, DbErr> {
    let hers = tree_leaf::Entity::find().filter(tree_leaf::Column::VolunteerId.eq(holder));
    hers.filter(tree_leaf::Column::Quarter.eq(quarter)).one(db).await
}

/// Takes the lines of a volunteer away; says how many there were.
pub(super) async fn erase_lines(
    tx: &DatabaseTransaction,
    volunteer: VolunteerId,
) -> Result<u64, DbErr> {
    let erased = tree_leaf::Entity::update_many()
        .col_expr(tree_leaf::Column::Line, Expr::value(Option::<String>::None))
        .filter(tree_leaf::Column::VolunteerId.eq(volunteer))
        .filter(tree_leaf::Column::Line.is_not_null())
        .exec(tx)
        .await?;
    Ok(erased.rows_affected)
}

pub(super) async fn find_leaf(
    db: &impl ConnectionTrait,
    site: SiteId,
    index: i64,
) -> Result<Option<tree_leaf::Model>, DbErr> {
    tree_leaf::Entity::find_by_id((site, index)).one(db).await
}

/// Whose entry it is.
pub(super) async fn find_owner(
    db: &impl ConnectionTrait,
    entry: LedgerEntryId,
) -> Result<Option<VolunteerId>, DbErr> {
    let found = ledger_entry::Entity::find_by_id(entry).one(db).await?;
    Ok(found.map(|row| row.volunteer_id))
}

/// Those of these entries that have a leaf.
pub(super) async fn list_entries_with_leaf(
    db: &impl ConnectionTrait,
    ids: Vec<LedgerEntryId>,
) -> Result<HashSet<LedgerEntryId>, DbErr> {
    let found: Vec<Option<LedgerEntryId>> = tree_leaf::Entity::find()
        .select_only()
        .column(tree_leaf::Column::LedgerEntryId)
        .filter(tree_leaf::Column::LedgerEntryId.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().flatten().collect())
}

/// Leaves from this one on.
pub(super) async fn list_leaves(
    db: &impl ConnectionTrait,
    site: SiteId,
    from: i64,
    limit: u64,
) -> Result<Vec<tree_leaf::Model>, DbErr> {
    tree_leaf::Entity::find()
        .filter(tree_leaf::Column::SiteId.eq(site))
        .filter(tree_leaf::Column::LeafIndex.gte(from))
        .order_by_asc(tree_leaf::Column::LeafIndex)
        .limit(limit)
        .all(db)
        .await
}

/// The stored nodes that were completed while the tree grew from one size to another, as
/// they are written.
pub(super) async fn list_nodes(
    db: &impl ConnectionTrait,
    site: SiteId,
    (from, to): (u64, u64),
) -> Result<HashMap<Subtree, String>, DbErr> {
    let mut any = Condition::any();
    for level in 1..=62_u8 {
        let (first, end) = (wide(from >> level), wide(to >> level));
        if first < end {
            let at = node_at(site, level).add(tree_node::Column::NodeIndex.gte(first));
            any = any.add(at.add(tree_node::Column::NodeIndex.lt(end)));
        }
    }
    if any.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = tree_node::Entity::find().filter(any);
    let name = |row: tree_node::Model| {
        let level = u8::try_from(row.level).unwrap_or(u8::MAX);
        (Subtree { level, index: count(row.node_index) }, row.hash)
    };
    Ok(rows.all(db).await?.into_iter().map(name).collect())
}
