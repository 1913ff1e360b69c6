//! Others put their signatures under our heads: keys are registered by two persons, and a
//! signature by a registered key is kept with the head it is under.

use entity::ids::TreeKeyId;
use entity::tree_key::TreeKeyState;
use entity::{tree_cosignature, tree_key};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::core::key::PublicKey;
use super::core::note::{Note, SignatureLine};
use super::domain::{KeyAction, can_be_of};
use super::dto::{Cosign, CosignedView, ProposeKey, TreeKeyView};
use super::repository::{self, hex};
use super::{error, keys, proving};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::{journal, site};

/// Proposes a key for a tree.
///
/// # Errors
/// `tree_unknown`, `key_registered`, and a fault of the key's text.
pub(super) async fn propose(
    tx: &Tx<'_>,
    caller: &Caller,
    tree: &str,
    body: &ProposeKey,
) -> Result<tree_key::Model, Failure> {
    let owner = proving::tree(&**tx, tree).await?;
    let home = site::get(&**tx, owner.site_id).await?;
    caller.require_at(Permission::ManageTreeKeys, &home.path)?;
    let key = PublicKey::parse(body.key.as_str());
    let key = key.ok_or_else(|| Failure::field("/key", "不是公钥全文"))?;
    if key.name() == owner.origin {
        return Err(Failure::field("/key", "不能使用本系统签名所用的名称"));
    }
    if body.valid_to.is_some_and(|to| to < local_day(tx.now)) {
        return Err(Failure::field("/valid_to", "不能早于今天"));
    }
    let known = repository::list_keys(&**tx, owner.site_id).await?;
    let same = |row: &tree_key::Model| keys::public_key(row).as_ref() == Some(&key);
    if known.iter().any(|row| row.state != TreeKeyState::Revoked && same(row)) {
        return Err(error::KEY_REGISTERED.into());
    }
    let row = tree_key::Model {
        id: tx.new_id(),
        site_id: owner.site_id,
        role: body.role.into(),
        name: key.name().into(),
        algorithm: key.algorithm(),
        public_key: hex(key.bytes()),
        key_id: hex(&key.id()),
        state: TreeKeyState::Proposed,
        valid_from: local_day(tx.now),
        valid_to: body.valid_to,
        proposed_by: Some(caller.account),
        proposed_at: tx.now,
        approved_by: None,
        approved_at: None,
        revoked_by: None,
        revoked_at: None,
        version: 1,
    };
    repository::insert_key(tx, row.clone()).await?;
    tell(tx, &row, "proposed").await?;
    Ok(row)
}

/// A second person approves, or anybody who manages keys revokes.
///
/// # Errors
/// `must_recuse` for the proposer, `wrong_state`.
pub(super) async fn change(
    tx: &Tx<'_>,
    caller: &Caller,
    id: TreeKeyId,
    action: KeyAction,
) -> Result<tree_key::Model, Failure> {
    let mut row = repository::lock_key(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let home = site::get(&**tx, row.site_id).await?;
    caller.require_at(Permission::ManageTreeKeys, &home.path)?;
    // Our own key is the configuration's affair.
    let proposed_by = row.proposed_by.ok_or(code::WRONG_STATE)?;
    row.state = action.apply(row.state).ok_or(code::WRONG_STATE)?;
    match action {
        KeyAction::Approve if proposed_by == caller.account => {
            return Err(code::MUST_RECUSE.into());
        }
        KeyAction::Approve => {
            (row.approved_by, row.approved_at) = (Some(caller.account), Some(tx.now));
        }
        KeyAction::Revoke => {
            (row.revoked_by, row.revoked_at) = (Some(caller.account), Some(tx.now));
        }
    }
    row.version += 1;
    repository::save_key(tx, row.clone()).await?;
    tell(tx, &row, action.as_str()).await?;
    Ok(row)
}

async fn tell(tx: &Tx<'_>, row: &tree_key::Model, what: &str) -> Result<(), Failure> {
    let kind = format!("tree_key.{what}");
    let data = json!({"key_id": row.key_id, "role": row.role});
    journal::publish(tx, &kind, "tree_key", row.id.into(), Some(row.site_id), data).await
}

/// A key as everybody sees it.
pub(super) fn view(row: &tree_key::Model) -> Result<TreeKeyView, Failure> {
    let key = keys::public_key(row).ok_or_else(|| Failure::internal("a key that is none"))?;
    Ok(TreeKeyView::new(row, &key))
}

/// Keeps a signature under a signed head. The signature itself is the permission.
///
/// # Errors
/// `checkpoint_unknown`, `signature_refused`; a signature of a time that cannot be.
pub(super) async fn cosign(
    tx: &Tx<'_>,
    tree: &str,
    body: &Cosign,
) -> Result<CosignedView, Failure> {
    if body.size == 0 {
        return Err(Failure::field("/size", "应为1以上的整数"));
    }
    let owner = proving::tree(&**tx, tree).await?;
    let head = proving::checkpoint(&**tx, owner.site_id, Some(body.size)).await?;
    let line = SignatureLine::parse(body.line.as_str());
    let line = line.map_err(|_| Failure::field("/line", "不是一行签名"))?;
    let note = Note::parse(&head.note).map_err(Failure::internal)?;
    let (key, time) = signer(&**tx, (&line, &note), (&head, local_day(tx.now))).await?;
    if time.is_some_and(|time| !can_be_of(time, (head.signed_at, tx.now))) {
        return Err(Failure::field("/line", "签名所载时间早于树头签署，或者还没有到"));
    }
    let row = tree_cosignature::Model {
        site_id: owner.site_id,
        tree_size: head.tree_size,
        tree_key_id: key.id,
        line: line.to_string(),
    };
    repository::insert_cosignature(tx, row).await?;
    Ok(CosignedView { name: key.name, size: head.tree_size })
}

/// The registered key in use that has made it, and the time the signature carries.
async fn signer(
    db: &impl ConnectionTrait,
    (line, note): (&SignatureLine, &Note),
    (head, today): (&entity::tree_checkpoint::Model, chrono::NaiveDate),
) -> Result<(tree_key::Model, Option<u64>), Failure> {
    let rows = repository::list_keys(db, head.site_id).await?;
    let in_use = |row: &tree_key::Model| {
        row.state == TreeKeyState::Active
            && row.proposed_by.is_some()
            && row.valid_from <= today
            && row.valid_to.is_none_or(|to| today <= to)
    };
    let made = |row: tree_key::Model| {
        let time = line.verify(note.body(), &keys::public_key(&row)?).ok()?;
        Some((row, time))
    };
    let found = rows.into_iter().filter(in_use).find_map(made);
    found.ok_or_else(|| error::SIGNATURE_REFUSED.into())
}
