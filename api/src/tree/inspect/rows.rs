//! Rows that only the audit reads.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::ids::SiteId;
use entity::{ledger_entry, tree_checkpoint, tree_cosignature, tree_leaf};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

/// The entries of a time that its holder had in the tree before a leaf of hers.
pub(super) async fn list_entries_before(
    db: &impl ConnectionTrait,
    leaf: &tree_leaf::Model,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<ledger_entry::Model>, DbErr> {
    let before = Query::select()
        .column(tree_leaf::Column::LedgerEntryId)
        .from(tree_leaf::Entity)
        .and_where(tree_leaf::Column::SiteId.eq(leaf.site_id))
        .and_where(tree_leaf::Column::VolunteerId.eq(leaf.volunteer_id))
        .and_where(tree_leaf::Column::LeafIndex.lt(leaf.leaf_index))
        .and_where(tree_leaf::Column::LedgerEntryId.is_not_null())
        .to_owned();
    ledger_entry::Entity::find()
        .filter(ledger_entry::Column::VolunteerId.eq(leaf.volunteer_id))
        .filter(ledger_entry::Column::Id.in_subquery(before))
        .filter(ledger_entry::Column::CreatedAt.gte(from))
        .filter(ledger_entry::Column::CreatedAt.lt(to))
        .all(db)
        .await
}

/// Every signature of others under the heads of a tree.
pub(super) async fn list_all_cosignatures(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Vec<tree_cosignature::Model>, DbErr> {
    tree_cosignature::Entity::find().filter(tree_cosignature::Column::SiteId.eq(site)).all(db).await
}

/// The roots of signed heads by tree and size: those told of, and perhaps others.
pub(super) async fn list_roots(
    db: &impl ConnectionTrait,
    told: &[(SiteId, i64, &str)],
) -> Result<HashMap<(SiteId, i64), String>, DbErr> {
    use tree_checkpoint::Column as C;
    let trees: HashSet<_> = told.iter().map(|(site, ..)| *site).collect();
    let sizes: HashSet<_> = told.iter().map(|(_, size, _)| *size).collect();
    let rows: Vec<(SiteId, i64, String)> = tree_checkpoint::Entity::find()
        .select_only()
        .columns([C::SiteId, C::TreeSize, C::Root])
        .filter(C::SiteId.is_in(trees))
        .filter(C::TreeSize.is_in(sizes))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(site, size, root)| ((site, size), root)).collect())
}
