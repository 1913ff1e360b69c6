//! Roots and proofs out of the stored subtrees: a few look-ups by key, whatever the size.

use std::collections::{HashMap, HashSet};

use entity::ids::SiteId;
use entity::{tree, tree_checkpoint};
use sea_orm::ConnectionTrait;

use super::core::merkle::{Hash, Subtree, consistency_plan, fold, inclusion_plan, peaks};
use super::core::proof_file::ProofFile;
use super::error;
use super::repository::{self, count};
use crate::platform::failure::{Failure, code};

/// Folds each part of a plan from the stored hashes.
async fn fold_all(
    db: &impl ConnectionTrait,
    site: SiteId,
    plan: &[Vec<Subtree>],
) -> Result<Vec<Hash>, Failure> {
    let wanted: HashSet<_> = plan.iter().flatten().copied().collect();
    let hashes = repository::hashes(db, site, &wanted).await?;
    plan.iter().map(|parts| fold_one(&hashes, parts)).collect()
}

fn fold_one(hashes: &HashMap<Subtree, Hash>, parts: &[Subtree]) -> Result<Hash, Failure> {
    let found: Option<Vec<_>> = parts.iter().map(|part| hashes.get(part).copied()).collect();
    let found =
        found.ok_or_else(|| Failure::internal(format!("a subtree of {parts:?} is gone")))?;
    Ok(fold(&found))
}

/// The peaks of the tree when it had this size.
pub(super) async fn peaks_at(
    db: &impl ConnectionTrait,
    site: SiteId,
    leaves: u64,
) -> Result<Vec<Hash>, Failure> {
    let plan: Vec<_> = peaks(leaves).into_iter().map(|peak| vec![peak]).collect();
    fold_all(db, site, &plan).await
}

/// The path from a leaf to the root of the tree when it had this size.
pub(super) async fn inclusion(
    db: &impl ConnectionTrait,
    site: SiteId,
    index: u64,
    leaves: u64,
) -> Result<Vec<Hash>, Failure> {
    let plan = inclusion_plan(index, leaves).ok_or(error::NOT_PUBLISHED_YET)?;
    fold_all(db, site, &plan).await
}

/// The proof that the tree of one size begins with the tree of another.
pub(super) async fn consistency(
    db: &impl ConnectionTrait,
    site: SiteId,
    first: u64,
    second: u64,
) -> Result<Vec<Hash>, Failure> {
    let plan = consistency_plan(first, second);
    fold_all(db, site, &plan.ok_or(code::NOT_FOUND)?).await
}

/// The tree of this name.
pub(super) async fn tree(db: &impl ConnectionTrait, tenant: &str) -> Result<tree::Model, Failure> {
    repository::find_tree(db, tenant).await?.ok_or_else(|| error::TREE_UNKNOWN.into())
}

/// The signed head of exactly this size, or the newest.
pub(super) async fn checkpoint(
    db: &impl ConnectionTrait,
    site: SiteId,
    leaves: Option<u64>,
) -> Result<tree_checkpoint::Model, Failure> {
    let found = match leaves {
        Some(0) => return Err(Failure::field("size", "应为1以上的整数")),
        None => repository::find_last_checkpoint(db, site).await?,
        Some(leaves) => {
            let from = repository::find_checkpoint_from(db, site, repository::wide(leaves)).await?;
            from.filter(|row| count(row.tree_size) == leaves)
        }
    };
    found.ok_or_else(|| error::CHECKPOINT_UNKNOWN.into())
}

/// The file that proves a leaf under a signed head.
pub(super) async fn file(
    db: &impl ConnectionTrait,
    head: &tree_checkpoint::Model,
    index: u64,
    line: Option<String>,
) -> Result<ProofFile, Failure> {
    let path = inclusion(db, head.site_id, index, count(head.tree_size)).await?;
    Ok(ProofFile { line, index, path, note: head.note.clone() })
}
