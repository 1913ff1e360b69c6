//! Signs the heads of the trees. What contradicts an earlier signed head, or the one that a
//! bulletin names, is never signed: the signer checks the proof itself, and raises the alarm. Nor
//! is a first head signed of a tree that was signed before: whoever takes the signed heads away
//! takes away what the new one must continue.

use chrono::{DurationRound, TimeDelta};
use entity::ids::SiteId;
use entity::tree_key::TreeKeyRole;
use entity::{tree, tree_checkpoint};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::core::key::Signatory;
use super::core::merkle::{Hash, fold, verify_consistency};
use super::core::note::{Checkpoint, Note};
use super::domain::SIGNED;
use super::growing::read_peaks;
use super::repository::{self, count, hex, unhex};
use super::{error, keys, named_rows, proving};
use crate::app::App;
use crate::journal;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::tx::{Tx, in_tx};

/// Signs the head of every tree that has grown; says how many.
///
/// # Errors
/// The database's. A head that must not be signed stops only itself.
pub(super) async fn run(app: &App) -> Result<u64, Failure> {
    let mut signed = 0;
    for row in repository::list_trees(&app.pools.read).await? {
        let last = repository::find_last_checkpoint(&app.pools.read, row.site_id).await?;
        if row.size == 0 || last.is_some_and(|last| last.tree_size == row.size) {
            continue;
        }
        match sign(app, row.site_id).await {
            Ok(_) => signed += 1,
            Err(failure) if failure.refusal().is_some() => {
                tracing::error!(
                    tree = row.tenant,
                    size = row.size,
                    "refused to sign a head that contradicts an earlier one"
                );
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(signed)
}

/// Signs the head of one tree as it is now, unless it is signed already.
///
/// # Errors
/// `checkpoint_unknown` for a tree without leaves, `head_inconsistent`.
pub async fn sign(app: &App, site: SiteId) -> Result<tree_checkpoint::Model, Failure> {
    let actor = Actor::system("tree.signer", String::new());
    let signed = in_tx(&app.core, &actor, async |tx| sign_in(tx, &app.signatory, site).await).await;
    let refused = |failure: &Failure| {
        failure.refusal().is_some_and(|refusal| refusal.code == error::HEAD_INCONSISTENT)
    };
    if signed.as_ref().is_err_and(refused) {
        metrics::counter!("tree_signer_refusals_total").increment(1);
    }
    signed
}

/// A signed head, for who prints it.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// The tree's name.
    pub(crate) tree: String,
    /// How many leaves are under it.
    pub(crate) size: i64,
    /// Its root, in hexadecimal.
    pub(crate) root: String,
    /// The signed text.
    pub(crate) note: String,
}

/// The head of one tree as it is now, signed within the caller's transaction unless it is
/// signed already; none for a tree without leaves.
///
/// # Errors
/// `head_inconsistent`, the database's.
pub(crate) async fn head_of(app: &App, tx: &Tx<'_>, site: SiteId) -> Result<Option<Head>, Failure> {
    let row = repository::find_tree_of(&**tx, site).await?.filter(|row| row.size > 0);
    let Some(row) = row else { return Ok(None) };
    let signed = sign_in(tx, &app.signatory, site).await?;
    let (root, note) = (signed.root, signed.note);
    Ok(Some(Head { tree: row.tenant, size: signed.tree_size, root, note }))
}

async fn sign_in(
    tx: &Tx<'_>,
    signatory: &Signatory,
    site: SiteId,
) -> Result<tree_checkpoint::Model, Failure> {
    let row = repository::lock_tree(tx, site).await?.filter(|row| row.size > 0);
    let row = row.ok_or(error::CHECKPOINT_UNKNOWN)?;
    let root = root_of(&**tx, &row).await?.ok_or(error::HEAD_INCONSISTENT)?;
    let head = Checkpoint { origin: row.origin.clone(), size: count(row.size), root };
    if !continues_named(tx, &row, &head).await? {
        return Err(error::HEAD_INCONSISTENT.into());
    }
    let last = repository::find_last_checkpoint(&**tx, site).await?;
    let fits = match &last {
        Some(last) => continues(tx, signatory, last, &head).await?,
        None => !was_signed(&**tx, &row).await?,
    };
    if !fits {
        return Err(error::HEAD_INCONSISTENT.into());
    }
    if let Some(last) = last.filter(|last| last.tree_size == row.size) {
        return Ok(last);
    }
    keys::keep_own(tx, signatory, &row).await?;
    let signed_at = tx.now.duration_trunc(TimeDelta::seconds(1)).unwrap_or(tx.now);
    let note = head.signed(signatory, signed_at.timestamp());
    let note = note.ok_or_else(|| Failure::internal("the signing key cannot sign"))?;
    let signed = tree_checkpoint::Model {
        site_id: site,
        tree_size: row.size,
        root: hex(&root),
        note,
        signed_at,
    };
    repository::insert_checkpoint(tx, signed.clone()).await?;
    let data = json!({"size": signed.tree_size, "root": signed.root});
    journal::publish(tx, SIGNED, "tree", site.into(), Some(site), data).await?;
    Ok(signed)
}

/// Whether the tree was signed before, whatever is left of it. With its first head our key was
/// written down beside it, the journal tells of each head and is sealed, and a bulletin names none
/// that was not signed: whoever wants a first head signed again has to take away all three.
async fn was_signed(db: &impl ConnectionTrait, row: &tree::Model) -> Result<bool, Failure> {
    let keys = repository::list_keys(db, row.site_id).await?;
    Ok(keys.iter().any(|key| key.role == TreeKeyRole::Log)
        || named_rows::find_named_view(db, &row.tenant).await?.is_some()
        || repository::is_told_signed(db, row.site_id).await?)
}

/// The root above the stored subtrees; none when the head says otherwise.
async fn root_of(db: &impl ConnectionTrait, row: &tree::Model) -> Result<Option<Hash>, Failure> {
    let peaks = proving::peaks_at(db, row.site_id, count(row.size)).await?;
    let root = fold(&peaks);
    Ok((read_peaks(row) == Some(peaks) && hex(&root) == row.root).then_some(root))
}

/// Whether the head continues the last one signed, which must itself be as it was signed.
async fn continues(
    tx: &Tx<'_>,
    signatory: &Signatory,
    last: &tree_checkpoint::Model,
    head: &Checkpoint,
) -> Result<bool, Failure> {
    let (first, first_root) = (count(last.tree_size), unhex(&last.root)?);
    if !is_as_signed(signatory, last, head) || first > head.size {
        return Ok(false);
    }
    let path = proving::consistency(&**tx, last.site_id, first, head.size).await?;
    Ok(verify_consistency((first, &first_root), (head.size, &head.root), &path))
}

/// Whether the head continues the newest one that a published bulletin names. Everybody has seen
/// that one: it is kept to also when no signed head is left that says the same.
async fn continues_named(
    tx: &Tx<'_>,
    row: &tree::Model,
    head: &Checkpoint,
) -> Result<bool, Failure> {
    let Some((size, root)) = named_rows::find_named_view(&**tx, &row.tenant).await? else {
        return Ok(true);
    };
    let root = root.and_then(|root| unhex(&root).ok());
    let (Some(root), first) = (root, size.map_or(0, count)) else { return Ok(false) };
    if first == 0 || first > head.size {
        return Ok(false);
    }
    let path = proving::consistency(&**tx, row.site_id, first, head.size).await?;
    Ok(verify_consistency((first, &root), (head.size, &head.root), &path))
}

/// By the key at work, or by an earlier one that the configuration names. What keys are written
/// down beside the tree does not count here: who rewrites heads writes down a key for them.
fn is_as_signed(signatory: &Signatory, last: &tree_checkpoint::Model, head: &Checkpoint) -> bool {
    let Ok(note) = Note::parse(&last.note) else { return false };
    let Checkpoint { origin, size, root } = &note.checkpoint;
    if *origin != head.origin || *size != count(last.tree_size) || hex(root) != last.root {
        return false;
    }
    let ours = signatory.all(&head.origin).iter().any(|key| note.verify(key).is_ok());
    if !ours {
        tracing::error!(
            origin = head.origin,
            size = last.tree_size,
            "the last head is by none of our keys: tree.signing_key, tree.earlier_keys"
        );
    }
    ours
}
