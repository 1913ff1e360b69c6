//! Whose signatures count on a tree: the installation's own keys.

use data_encoding::HEXLOWER;
use entity::ids::SiteId;
use entity::tree;
use entity::tree_key::{self, KeyAlgorithm, TreeKeyRole, TreeKeyState};
use sea_orm::ConnectionTrait;

use super::core::key::{PublicKey, Signatory};
use super::domain::origin_of;
use super::repository::{self, hex};
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// The algorithms our own key signs with.
const OWN: [KeyAlgorithm; 2] = [KeyAlgorithm::Ed25519, KeyAlgorithm::CosignatureV1];

/// A registered key as it verifies.
pub(super) fn public_key(row: &tree_key::Model) -> Option<PublicKey> {
    let bytes = HEXLOWER.decode(row.public_key.as_bytes()).ok()?.try_into().ok()?;
    PublicKey::new(&row.name, row.algorithm, bytes)
}

/// The keys written down as ours beside a tree. Whether they are, the configuration says.
pub(super) async fn own_keys(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Vec<PublicKey>, Failure> {
    let rows = repository::list_keys(db, site).await?;
    let own = rows.iter().filter(|row| row.role == TreeKeyRole::Log);
    Ok(own.filter_map(public_key).collect())
}

/// The two keys that sign the tree of these digits, plainly and together with the time; none for
/// digits that are no tree's.
pub(crate) fn keys_of(signatory: &Signatory, tenant: &str) -> Option<(PublicKey, PublicKey)> {
    let is_tree = matches!(tenant.len(), 6 | 9) && tenant.bytes().all(|b| b.is_ascii_digit());
    let origin = is_tree.then(|| origin_of(tenant))?;
    let key = |algorithm| signatory.public(&origin, algorithm);
    Some((key(KeyAlgorithm::Ed25519)?, key(KeyAlgorithm::CosignatureV1)?))
}

/// Writes the key at work down with the tree, the first time it signs.
pub(super) async fn keep_own(
    tx: &Tx<'_>,
    signatory: &Signatory,
    row: &tree::Model,
) -> Result<(), Failure> {
    let known = own_keys(&**tx, row.site_id).await?;
    for algorithm in OWN {
        let key = signatory.public(&row.origin, algorithm);
        let key = key.ok_or_else(|| Failure::internal("the signing key cannot sign"))?;
        if known.contains(&key) {
            continue;
        }
        let row = tree_key::Model {
            id: tx.new_id(),
            site_id: row.site_id,
            role: TreeKeyRole::Log,
            name: key.name().into(),
            algorithm,
            public_key: hex(key.bytes()),
            key_id: hex(&key.id()),
            state: TreeKeyState::Active,
            valid_from: local_day(tx.now),
            valid_to: None,
            proposed_by: None,
            proposed_at: tx.now,
            approved_by: None,
            approved_at: None,
            revoked_by: None,
            revoked_at: None,
            version: 1,
        };
        repository::insert_key(tx, row).await?;
    }
    Ok(())
}
