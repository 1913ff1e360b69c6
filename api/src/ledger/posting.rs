//! The one way an entry is written.
//!
//! Under the lock of the account's row: decide, insert the entry with the next number and
//! the hash of the one before it, move the balances if nothing was posted in between, tell
//! the journal. A source posted before is answered with its entry and changes nothing.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use entity::ids::{LedgerEntryId, SiteId, VolunteerId};
use entity::ledger_entry::LedgerKind;
use entity::{ledger_entry, points_account};
use serde_json::json;
use uuid::Uuid;

use super::chain::{self, EntryFacts};
use super::domain::{AccountState, Command, Deltas, Posting, decide};
use super::{error, repository};
use crate::journal;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// Longest reason of an entry, in characters.
const REASON_MAX: usize = 200;

/// The event that causes a posting. It posts at most one entry of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// What kind of thing it is: `claim`, `redemption` ..
    pub kind: &'a str,
    /// Which one.
    pub id: Uuid,
}

/// One posting to make.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order<'a> {
    /// What is to happen.
    pub(super) command: Command,
    /// Why it happens.
    pub(super) source: Source<'a>,
    /// The entry it undoes or continues.
    pub(super) refers_to: Option<LedgerEntryId>,
    /// In words, for the volunteer.
    pub(super) reason: &'a str,
}

/// What a posting did: its command's own entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The entry; none when there was nothing to take.
    pub entry: Option<LedgerEntryId>,
    /// Points the entry moved.
    pub points: i64,
    /// What the volunteer has after that entry, available and held together.
    pub total_after: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Whether the entry had been written before, so that nothing happened now.
    pub replayed: bool,
}

/// The account's row, locked until the end of the transaction; created when this is the
/// first posting.
pub(super) async fn lock_or_create(
    tx: &Tx<'_>,
    volunteer_id: VolunteerId,
    site_id: SiteId,
) -> Result<points_account::Model, Failure> {
    if let Some(account) = repository::lock_account(tx, volunteer_id).await? {
        return Ok(account);
    }
    let row = points_account::Model {
        volunteer_id,
        site_id,
        available: 0,
        held: 0,
        recovery_due: 0,
        last_seq: 0,
        last_hash: HEXLOWER.encode(&chain::GENESIS),
        updated_at: tx.now,
    };
    repository::insert_account(tx, row).await?;
    let created = repository::lock_account(tx, volunteer_id).await?;
    created.ok_or_else(|| Failure::internal("the points account just created is gone"))
}

/// Posts to an account that this transaction has locked.
pub(super) async fn post(
    tx: &Tx<'_>,
    account: &points_account::Model,
    order: Order<'_>,
) -> Result<Posted, Failure> {
    let state = state_of(account)?;
    let decided = match decide(&state, &order.command) {
        Ok(decided) => decided,
        // Points spent by the first run must not refuse the second.
        Err(refusal) => {
            let earlier = replay(tx, account, order).await?;
            return earlier.ok_or_else(|| refusal.into());
        }
    };
    let mut after = account.clone();
    let mut own = None;
    for posting in decided.postings() {
        let entry = write_down(tx, &after, *posting, order)?;
        if !repository::insert_entry(tx, entry.clone()).await? {
            if after.last_seq != account.last_seq {
                return Err(Failure::internal("the second entry of a posting is there already"));
            }
            let earlier = replay(tx, account, order).await?;
            return earlier.ok_or_else(|| not_written(order));
        }
        publish(tx, account.site_id, &entry).await?;
        apply(&mut after, &entry);
        if entry.kind == order.command.kind() {
            own = Some(entry);
        }
    }
    if let Some(entry) = own {
        if !repository::save_balances(tx, &after, account.last_seq).await? {
            return Err(Failure::internal("balances moved under the account's lock"));
        }
        return Ok(done(&entry, false));
    }
    // Nothing to take now; the first run may have had something.
    Ok(replay(tx, account, order).await?.unwrap_or_else(|| Posted::nothing(tx)))
}

impl Posted {
    /// It was written before.
    pub(super) fn before(entry: &ledger_entry::Model) -> Self {
        done(entry, true)
    }

    /// There was nothing to take.
    pub(super) fn nothing(tx: &Tx<'_>) -> Self {
        Self { entry: None, points: 0, total_after: 0, at: tx.now, replayed: false }
    }
}

fn state_of(account: &points_account::Model) -> Result<AccountState, Failure> {
    let points_account::Model { available, held, recovery_due, last_seq, .. } = *account;
    Ok(AccountState::from_row(available, held, recovery_due, last_seq)?)
}

/// The entry as it was written for this source the first time.
async fn replay(
    tx: &Tx<'_>,
    account: &points_account::Model,
    order: Order<'_>,
) -> Result<Option<Posted>, Failure> {
    let found = repository::find_entry(&**tx, order.source, &[order.command.kind()]).await?;
    let Some(entry) = found else { return Ok(None) };
    let posted = done(&entry, true);
    let same_points = order.command.points().is_none_or(|points| points == posted.points);
    if entry.volunteer_id != account.volunteer_id || !same_points {
        let Source { kind, id } = order.source;
        return Err(Failure::internal(format!("{kind} {id} was posted otherwise before")));
    }
    Ok(Some(posted))
}

/// The unique keys refused an entry that the source has not posted.
fn not_written(order: Order<'_>) -> Failure {
    if order.command.kind() == LedgerKind::Reverse {
        return error::ALREADY_REVERSED.into();
    }
    Failure::internal("an entry's key is taken by another entry")
}

fn done(entry: &ledger_entry::Model, replayed: bool) -> Posted {
    let points = deltas_of(entry).points(entry.kind).unwrap_or_default();
    let total_after = entry.available_after.saturating_add(entry.held_after);
    Posted { entry: Some(entry.id), points, total_after, at: entry.created_at, replayed }
}

/// The changes an entry makes.
pub(super) fn deltas_of(entry: &ledger_entry::Model) -> Deltas {
    Deltas {
        available: entry.available_delta,
        held: entry.held_delta,
        recovery: entry.recovery_delta,
    }
}

/// The row of a decided entry that follows the account's last.
fn write_down(
    tx: &Tx<'_>,
    account: &points_account::Model,
    posting: Posting,
    order: Order<'_>,
) -> Result<ledger_entry::Model, Failure> {
    let mut entry = ledger_entry::Model {
        id: tx.new_id(),
        volunteer_id: account.volunteer_id,
        seq: posting.after.last_seq(),
        kind: posting.kind,
        available_delta: posting.deltas.available,
        held_delta: posting.deltas.held,
        recovery_delta: posting.deltas.recovery,
        available_after: posting.after.available(),
        held_after: posting.after.held(),
        recovery_after: posting.after.recovery_due(),
        source_kind: order.source.kind.into(),
        source_id: order.source.id,
        // What is due is paid by what became available, whatever that undoes.
        refers_to: order.refers_to.filter(|_| posting.kind != LedgerKind::Recover),
        actor_account_id: tx.actor.account,
        actor_role: tx.actor.role(),
        reason: fit(order.reason),
        request_id: tx.actor.request_id.clone(),
        prev_hash: account.last_hash.clone(),
        hash: String::new(),
        created_at: not_before(tx.now, account),
    };
    entry.hash = hash_of(&entry).ok_or_else(|| Failure::internal("the hash before is no hash"))?;
    Ok(entry)
}

/// A server whose clock is behind must not date an entry before the one it follows.
fn not_before(now: DateTime<Utc>, account: &points_account::Model) -> DateTime<Utc> {
    if account.last_seq == 0 { now } else { now.max(account.updated_at) }
}

/// The hash an entry must carry, given the one it says came before; none when that is no hash.
#[must_use]
pub fn hash_of(entry: &ledger_entry::Model) -> Option<String> {
    let previous = HEXLOWER.decode(entry.prev_hash.as_bytes()).ok()?.try_into().ok()?;
    let facts = EntryFacts {
        id: entry.id.into(),
        volunteer_id: entry.volunteer_id.into(),
        seq: entry.seq,
        kind: entry.kind.as_str(),
        available_delta: entry.available_delta,
        held_delta: entry.held_delta,
        recovery_delta: entry.recovery_delta,
        available_after: entry.available_after,
        held_after: entry.held_after,
        recovery_after: entry.recovery_after,
        source_kind: &entry.source_kind,
        source_id: entry.source_id,
        refers_to: entry.refers_to.map(Uuid::from),
        actor_account_id: entry.actor_account_id.map(Uuid::from),
        actor_role: &entry.actor_role,
        reason: &entry.reason,
        request_id: &entry.request_id,
        created_at_micros: entry.created_at.timestamp_micros(),
    };
    Some(HEXLOWER.encode(&chain::hash_entry(&facts, &previous)))
}

/// Moves the row in memory to what it is after the entry.
fn apply(account: &mut points_account::Model, entry: &ledger_entry::Model) {
    account.available = entry.available_after;
    account.held = entry.held_after;
    account.recovery_due = entry.recovery_after;
    account.last_seq = entry.seq;
    account.last_hash.clone_from(&entry.hash);
    account.updated_at = entry.created_at;
}

/// A reason composed of long names is cut, not refused: the points matter more.
fn fit(reason: &str) -> String {
    if reason.chars().count() <= REASON_MAX {
        return reason.into();
    }
    reason.chars().take(REASON_MAX - 1).chain(['…']).collect()
}

async fn publish(tx: &Tx<'_>, site: SiteId, entry: &ledger_entry::Model) -> Result<(), Failure> {
    let data = json!({
        "entry_id": entry.id,
        "seq": entry.seq,
        "available_delta": entry.available_delta,
        "held_delta": entry.held_delta,
        "recovery_delta": entry.recovery_delta,
        "available_after": entry.available_after,
        "source_kind": entry.source_kind,
        "source_id": entry.source_id,
    });
    let kind = format!("points.{}", entry.kind);
    journal::publish(tx, &kind, "volunteer", entry.volunteer_id.into(), Some(site), data).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_reasons_are_cut_by_characters() {
        let long = "清".repeat(300);
        assert_eq!(fit(&long).chars().count(), REASON_MAX);
        assert!(fit(&long).ends_with('…'));
        assert_eq!(fit(&"清".repeat(REASON_MAX)), "清".repeat(REASON_MAX));
    }
}
