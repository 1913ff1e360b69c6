//! What objections, supervisors and closed accounts do to single entries: an entry is frozen,
//! released or struck. Nothing shown is ever edited; what became different stands beside it.

use entity::ids::ClaimId;
use entity::notice_correction::{self, CorrectionKind};
use entity::notice_entry::{self, EntryState, FreezeReason};
use entity::notice_round::{self, NoticeState};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{closing, entry_rows, error, repository};
use crate::claim::{self, NoticeStep};
use crate::journal;
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::tx::Tx;

/// An entry with the round it stands in.
#[derive(Clone, Debug)]
pub struct FoundEntry {
    /// The entry.
    pub entry: notice_entry::Model,
    /// Its round, opened.
    pub round: notice_round::Model,
}

/// The entry that everybody knows by a round's number and its own.
///
/// # Errors
/// `not_found` when there is none, or its round was not opened yet.
pub async fn find_entry(
    db: &impl ConnectionTrait,
    round_no: &str,
    position: i32,
) -> Result<FoundEntry, Failure> {
    let round = repository::find_by_number(db, &round_no.to_ascii_uppercase()).await?;
    let round = round.filter(|round| round.state != NoticeState::Drafting);
    let round = round.ok_or(code::NOT_FOUND)?;
    let found = entry_rows::find_at(db, round.id, position).await?;
    let (entry, _) = found.ok_or(code::NOT_FOUND)?;
    Ok(FoundEntry { entry, round })
}

/// The entry of a claim.
///
/// # Errors
/// `not_found` when the claim stands in no opened round.
pub async fn entry_of(db: &impl ConnectionTrait, claim: ClaimId) -> Result<FoundEntry, Failure> {
    let found = entry_rows::find_with_round(db, claim).await?;
    let (entry, round) = found.ok_or(code::NOT_FOUND)?;
    let round = round.filter(|round| round.state != NoticeState::Drafting);
    Ok(FoundEntry { entry, round: round.ok_or(code::NOT_FOUND)? })
}

/// Locks the entry of a claim until the end of the transaction, where there is one.
///
/// # Errors
/// The database's.
pub(crate) async fn lock_entry(tx: &Tx<'_>, claim: ClaimId) -> Result<(), Failure> {
    entry_rows::lock(tx, claim).await?;
    Ok(())
}

/// Locks the entry, as its round stands.
async fn lock(tx: &Tx<'_>, claim: ClaimId) -> Result<FoundEntry, Failure> {
    entry_rows::lock(tx, claim).await?;
    entry_of(&**tx, claim).await
}

/// What keeps an entry back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// An objection, by its id.
    Objection(Uuid),
    /// A supervisor's freeze, by its id.
    Freeze(Uuid),
}

impl Keeper {
    const fn id(self) -> Uuid {
        match self {
            Self::Objection(id) | Self::Freeze(id) => id,
        }
    }

    const fn reason(self) -> FreezeReason {
        match self {
            Self::Objection(_) => FreezeReason::Objection,
            Self::Freeze(_) => FreezeReason::Supervision,
        }
    }
}

/// Keeps one entry from taking effect, because of an objection or a supervisor's freeze. All
/// others of its round go on. Done before by the same, it changes nothing.
///
/// # Errors
/// `notice_entry_frozen` when another keeps it already, `notice_entry_settled` when it took
/// effect or was struck.
pub async fn freeze_entry(tx: &Tx<'_>, claim: ClaimId, by: Keeper) -> Result<FoundEntry, Failure> {
    let found = lock(tx, claim).await?;
    let entry = &found.entry;
    if entry.frozen_by == Some(by.id()) {
        return Ok(found);
    }
    if entry.settled_at.is_some() {
        return Err(error::ENTRY_SETTLED.into());
    }
    if entry.frozen_by.is_some() {
        return Err(Refusal::new(error::ENTRY_FROZEN).with("frozen_by", entry.frozen_by).into());
    }
    step(tx, NoticeStep::Object, claim).await?;
    let row = notice_entry::Model {
        state: EntryState::Frozen,
        frozen_reason: Some(by.reason()),
        frozen_by: Some(by.id()),
        frozen_at: Some(tx.now),
        ..found.entry
    };
    entry_rows::save(tx, &row).await?;
    tell(tx, "notice_entry.frozen", (&row, &found.round)).await?;
    Ok(FoundEntry { entry: row, round: found.round })
}

/// Lets an entry go that `by` had frozen. Its round closed meanwhile: it takes effect now.
/// While another objection to it is looked into, that one keeps it.
///
/// # Errors
/// `wrong_state` when it is not frozen by `by`.
pub async fn release_entry(tx: &Tx<'_>, claim: ClaimId, by: Uuid) -> Result<FoundEntry, Failure> {
    let found = lock(tx, claim).await?;
    if found.entry.frozen_by != Some(by) {
        return Err(code::WRONG_STATE.into());
    }
    if let Some(next) = entry_rows::next_doubt(tx, claim, by).await? {
        let next = Keeper::Objection(next.into());
        let (frozen_reason, frozen_by) = (Some(next.reason()), Some(next.id()));
        let row = notice_entry::Model { frozen_reason, frozen_by, ..found.entry };
        entry_rows::save(tx, &row).await?;
        return Ok(FoundEntry { entry: row, round: found.round });
    }
    step(tx, NoticeStep::Clear, claim).await?;
    list_again(tx, found).await
}

/// Takes an entry back into the list, and settles it when its round is closed.
async fn list_again(tx: &Tx<'_>, found: FoundEntry) -> Result<FoundEntry, Failure> {
    let row = notice_entry::Model {
        state: EntryState::Listed,
        frozen_reason: None,
        frozen_by: None,
        frozen_at: None,
        ..found.entry
    };
    entry_rows::save(tx, &row).await?;
    tell(tx, "notice_entry.released", (&row, &found.round)).await?;
    if found.round.closed_at.is_some() {
        closing::settle(tx, std::slice::from_ref(&row)).await?;
    }
    entry_of(&**tx, row.claim_id).await
}

/// Settles an entry that waited because its volunteer could not earn; says whether it did.
pub(super) async fn try_again(tx: &Tx<'_>, claim: ClaimId) -> Result<bool, Failure> {
    let found = lock(tx, claim).await?;
    if found.entry.frozen_reason != Some(FreezeReason::EarningSuspended) {
        return Ok(false);
    }
    list_again(tx, found).await?;
    Ok(true)
}

/// Why an entry is struck.
#[derive(Clone, Copy, Debug)]
pub struct Strike<'a> {
    /// The objection or finding it follows from.
    pub caused_by: Option<Uuid>,
    /// In words for everybody to read: never with personal data.
    pub reason: &'a str,
}

/// Strikes an entry: its claim earns nothing, and what it earned is taken back. The entry stays
/// as it was shown; a correction stands beside it from now on.
///
/// # Errors
/// `notice_entry_settled` when it was struck before.
pub async fn strike_entry(
    tx: &Tx<'_>,
    claim: ClaimId,
    strike: Strike<'_>,
) -> Result<FoundEntry, Failure> {
    let found = lock(tx, claim).await?;
    let was_struck = match found.entry.state {
        EntryState::Listed | EntryState::Frozen => false,
        EntryState::Withdrawn | EntryState::Corrected => true,
    };
    if was_struck {
        return Err(error::ENTRY_SETTLED.into());
    }
    let had_earned = claim::strike(tx, claim, strike.reason).await?;
    let (state, kind) = if had_earned {
        (EntryState::Corrected, CorrectionKind::Reversed)
    } else {
        (EntryState::Withdrawn, CorrectionKind::Withdrawn)
    };
    let row = notice_entry::Model {
        state,
        frozen_reason: None,
        frozen_by: None,
        frozen_at: None,
        settled_at: Some(tx.now),
        ..found.entry
    };
    entry_rows::save(tx, &row).await?;
    entry_rows::insert_correction(tx, correction(tx, &row, kind, strike)).await?;
    tell(tx, "notice_entry.struck", (&row, &found.round)).await?;
    Ok(FoundEntry { entry: row, round: found.round })
}

fn correction(
    tx: &Tx<'_>,
    entry: &notice_entry::Model,
    kind: CorrectionKind,
    strike: Strike<'_>,
) -> notice_correction::Model {
    notice_correction::Model {
        id: tx.new_id(),
        round_id: entry.round_id,
        claim_id: entry.claim_id,
        position: entry.position,
        kind,
        points_before: entry.points,
        points_after: 0,
        reason: strike.reason.chars().take(200).collect(),
        caused_by: strike.caused_by,
        made_by: tx.actor.account,
        made_at: tx.now,
    }
}

/// An entry whose volunteer is gone, or lost what she had: why is nobody else's business.
pub(super) async fn forfeit(tx: &Tx<'_>, entry: &notice_entry::Model) -> Result<(), Failure> {
    let strike = Strike { caused_by: None, reason: "按积分管理规定不计分" };
    strike_entry(tx, entry.claim_id, strike).await.map(|_| ())
}

async fn step(tx: &Tx<'_>, step: NoticeStep, claim: ClaimId) -> Result<(), Failure> {
    let moved = claim::take_notice_step(tx, step, &[claim]).await?;
    if moved.is_empty() { Err(code::WRONG_STATE.into()) } else { Ok(()) }
}

async fn tell(
    tx: &Tx<'_>,
    kind: &str,
    (entry, round): (&notice_entry::Model, &notice_round::Model),
) -> Result<(), Failure> {
    let data = json!({
        "round_id": round.id,
        "position": entry.position,
        "state": entry.state,
        "caused_by": entry.frozen_by,
    });
    let subject = entry.claim_id.into();
    journal::publish(tx, kind, "notice_entry", subject, Some(round.site_id), data).await
}
