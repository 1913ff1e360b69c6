//! The hash that ties each entry of an account to the one before it.
//!
//! Changing, dropping, adding or reordering an entry breaks the chain from there on. The encoding
//! is part of the stored data's format: it may be followed by a new version, never changed.

use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

/// A hash of the chain.
pub type EntryHash = [u8; 32];

/// Stands for the entry before the first.
pub const GENESIS: EntryHash = [0; 32];

const VERSION: &[u8] = b"points-bank/ledger-entry/v1";

/// Every field of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryFacts<'a> {
    /// The entry's own id.
    pub id: Uuid,
    /// Whose account.
    pub volunteer_id: Uuid,
    /// Number within the account, from 1 without holes.
    pub seq: i64,
    /// What happened.
    pub kind: &'a str,
    /// Change of what is available.
    pub available_delta: i64,
    /// Change of what is held.
    pub held_delta: i64,
    /// Change of what is due.
    pub recovery_delta: i64,
    /// Available after it.
    pub available_after: i64,
    /// Held after it.
    pub held_after: i64,
    /// Due after it.
    pub recovery_after: i64,
    /// Kind of the event that caused it.
    pub source_kind: &'a str,
    /// That event.
    pub source_id: Uuid,
    /// The entry it undoes or continues, if any.
    pub refers_to: Option<Uuid>,
    /// Who did it; none when the system did.
    pub actor_account_id: Option<Uuid>,
    /// In which role.
    pub actor_role: &'a str,
    /// Why.
    pub reason: &'a str,
    /// In which request.
    pub request_id: &'a str,
    /// When, in microseconds since 1970.
    pub created_at_micros: i64,
}

/// Where a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChainError {
    /// The hash stored with this entry is not the hash of its fields and the entry before it.
    #[error("the hash of entry {seq} does not fit")]
    WrongHash {
        /// Number of the entry.
        seq: i64,
    },
    /// The entry has another number than its place, or belongs to another account.
    #[error("entry {seq} is not the one expected at its place")]
    WrongPlace {
        /// Number the entry has.
        seq: i64,
    },
}

/// The hash of an entry that follows `previous`.
#[must_use]
pub fn hash_entry(facts: &EntryFacts<'_>, previous: &EntryHash) -> EntryHash {
    let EntryFacts {
        id,
        volunteer_id,
        seq,
        kind,
        available_delta,
        held_delta,
        recovery_delta,
        available_after,
        held_after,
        recovery_after,
        source_kind,
        source_id,
        refers_to,
        actor_account_id,
        actor_role,
        reason,
        request_id,
        created_at_micros,
    } = *facts;
    let mut hash = Sha256::new();
    field(&mut hash, VERSION);
    field(&mut hash, previous);
    field(&mut hash, id.as_bytes());
    field(&mut hash, volunteer_id.as_bytes());
    number(&mut hash, seq);
    field(&mut hash, kind.as_bytes());
    for delta in [available_delta, held_delta, recovery_delta] {
        number(&mut hash, delta);
    }
    for balance in [available_after, held_after, recovery_after] {
        number(&mut hash, balance);
    }
    field(&mut hash, source_kind.as_bytes());
    field(&mut hash, source_id.as_bytes());
    optional(&mut hash, refers_to);
    optional(&mut hash, actor_account_id);
    field(&mut hash, actor_role.as_bytes());
    field(&mut hash, reason.as_bytes());
    field(&mut hash, request_id.as_bytes());
    number(&mut hash, created_at_micros);
    hash.finalize().into()
}

/// Checks the whole chain of one account, from its first entry on, each with its stored hash.
/// Returns the hash of the last one.
///
/// # Errors
/// The first entry that does not fit.
pub fn verify_chain<'a>(
    volunteer_id: Uuid,
    entries: impl IntoIterator<Item = (EntryFacts<'a>, EntryHash)>,
) -> Result<EntryHash, ChainError> {
    let mut last = GENESIS;
    for ((facts, stored), expected_seq) in entries.into_iter().zip(1_i64..) {
        let seq = facts.seq;
        if seq != expected_seq || facts.volunteer_id != volunteer_id {
            return Err(ChainError::WrongPlace { seq });
        }
        last = hash_entry(&facts, &last);
        if last != stored {
            return Err(ChainError::WrongHash { seq });
        }
    }
    Ok(last)
}

/// Length first, so that no two lists of fields have the same bytes.
fn field(hash: &mut Sha256, bytes: &[u8]) {
    // A slice is never longer than 2^63 bytes, so nothing is lost on any machine.
    hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(bytes);
}

/// An absent id is an empty field; a present one is never empty.
fn optional(hash: &mut Sha256, id: Option<Uuid>) {
    field(hash, id.as_ref().map_or(&[], |id| id.as_bytes().as_slice()));
}

fn number(hash: &mut Sha256, number: i64) {
    field(hash, &number.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const VOLUNTEER: Uuid = Uuid::from_u128(1);

    fn facts() -> EntryFacts<'static> {
        EntryFacts {
            id: Uuid::from_u128(7),
            volunteer_id: VOLUNTEER,
            seq: 1,
            kind: "earn",
            available_delta: 5,
            held_delta: 0,
            recovery_delta: 0,
            available_after: 5,
            held_after: 0,
            recovery_after: 0,
            source_kind: "claim",
            source_id: Uuid::from_u128(2),
            refers_to: None,
            actor_account_id: Some(Uuid::from_u128(3)),
            actor_role: "certifier",
            reason: "清扫村道",
            request_id: "req-1",
            created_at_micros: 1_790_000_000_000_000,
        }
    }

    #[test]
    fn the_encoding_never_changes() {
        // Made with an independent implementation (python3 struct and hashlib).
        let hash = data_encoding::HEXLOWER.encode(&hash_entry(&facts(), &GENESIS));
        assert_eq!(hash, "f5ad09a657d9aa5652a22e2cd7eb298e7b261ee080924c4abc419a943f249e24");
    }

    /// One variant for each field, and some that would look alike without lengths.
    fn variants() -> Vec<EntryFacts<'static>> {
        let facts = facts();
        vec![
            facts,
            EntryFacts { id: Uuid::from_u128(9), ..facts },
            EntryFacts { refers_to: Some(Uuid::from_u128(9)), ..facts },
            EntryFacts { refers_to: facts.actor_account_id, actor_account_id: None, ..facts },
            EntryFacts { volunteer_id: Uuid::from_u128(9), ..facts },
            EntryFacts { seq: 2, ..facts },
            EntryFacts { kind: "restore", ..facts },
            EntryFacts { available_delta: 6, ..facts },
            EntryFacts { available_delta: 0, held_delta: 5, ..facts },
            EntryFacts { held_delta: 1, ..facts },
            EntryFacts { recovery_delta: 1, ..facts },
            EntryFacts { available_after: 6, ..facts },
            EntryFacts { held_after: 1, ..facts },
            EntryFacts { recovery_after: 1, ..facts },
            EntryFacts { source_kind: "award", ..facts },
            EntryFacts { source_id: Uuid::from_u128(9), ..facts },
            EntryFacts { actor_account_id: None, ..facts },
            EntryFacts { actor_account_id: Some(Uuid::nil()), ..facts },
            EntryFacts { actor_role: "clerk", ..facts },
            EntryFacts { reason: "清扫", ..facts },
            EntryFacts { request_id: "req-2", ..facts },
            EntryFacts { created_at_micros: 1_790_000_000_000_001, ..facts },
            EntryFacts { actor_role: "certifier清", reason: "扫村道", ..facts },
            EntryFacts { reason: "清扫村道req", request_id: "-1", ..facts },
        ]
    }

    #[test]
    fn every_field_and_the_entry_before_count() {
        let mut seen = HashSet::new();
        for facts in variants() {
            assert!(seen.insert(hash_entry(&facts, &GENESIS)), "{facts:?}");
        }
        assert!(seen.insert(hash_entry(&facts(), &[1; 32])));
    }

    fn chain() -> Vec<(EntryFacts<'static>, EntryHash)> {
        let mut last = GENESIS;
        (1..=5)
            .map(|seq| {
                let facts = EntryFacts { seq, available_after: 5 * seq, ..facts() };
                last = hash_entry(&facts, &last);
                (facts, last)
            })
            .collect()
    }

    #[test]
    fn a_whole_chain_is_checked() {
        let chain = chain();
        assert_eq!(verify_chain(VOLUNTEER, chain.clone()), Ok(chain[4].1));
        assert_eq!(verify_chain(VOLUNTEER, []), Ok(GENESIS));
        let other = verify_chain(Uuid::from_u128(9), chain);
        assert_eq!(other, Err(ChainError::WrongPlace { seq: 1 }));
    }

    #[test]
    fn a_changed_entry_is_named_even_when_its_own_hash_was_made_to_fit() {
        for at in 0..5 {
            let seq = chain()[at].0.seq;
            let mut changed = chain();
            changed[at].0.available_delta = 500;
            let error = Err(ChainError::WrongHash { seq });
            assert_eq!(verify_chain(VOLUNTEER, changed.clone()), error);

            let before = at.checked_sub(1).map_or(GENESIS, |before| changed[before].1);
            changed[at].1 = hash_entry(&changed[at].0, &before);
            let answer = verify_chain(VOLUNTEER, changed.clone());
            let next = Err(ChainError::WrongHash { seq: seq + 1 });
            // After the last entry only the published head tells.
            let head = Ok(changed[4].1);
            assert_eq!(answer, if at == 4 { head } else { next });
            assert_ne!(answer, Ok(chain()[4].1));
        }
    }

    #[test]
    fn dropped_and_swapped_entries_are_found() {
        let mut dropped = chain();
        dropped.remove(2);
        assert_eq!(verify_chain(VOLUNTEER, dropped), Err(ChainError::WrongPlace { seq: 4 }));
        let mut swapped = chain();
        swapped.swap(1, 2);
        assert_eq!(verify_chain(VOLUNTEER, swapped), Err(ChainError::WrongPlace { seq: 3 }));
        let mut renumbered = chain();
        renumbered.remove(2);
        for (seq, entry) in (1..).zip(&mut renumbered) {
            entry.0.seq = seq;
        }
        assert_eq!(verify_chain(VOLUNTEER, renumbered), Err(ChainError::WrongHash { seq: 3 }));
    }
}
