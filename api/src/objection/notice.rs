//! What an objection does to the notice entry of the claim it is about: while it is looked
//! into, nobody earns by the entry, and all others of its round go on.

use entity::ids::ClaimId;
use entity::objection::{self, ObjectionSubject};

use crate::claim as claims;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::publicity::{self, FoundEntry, Keeper, Strike};

/// What everybody reads beside a struck entry; why is between those it concerns.
const PUT_RIGHT: &str = "经核实，异议成立";

/// Keeps the entry back. One that stands in no open notice enters none before the objection is
/// answered; one that took effect is put right by the decision alone; one that is kept back
/// already is passed on by whoever lets it go.
pub(super) async fn hold_back(tx: &Tx<'_>, row: &objection::Model) -> Result<(), Failure> {
    let Some(claim) = doubted(row) else { return Ok(()) };
    if !is_held(tx, row, claim).await? {
        // A round that is being opened holds the claim until its entry is there to be frozen; one
        // that opens later waits for us, and sees the doubt.
        claims::lock(tx, claim).await?;
        is_held(tx, row, claim).await?;
    }
    Ok(())
}

/// Freezes the entry, where there is something to freeze; says whether there is one at all.
async fn is_held(tx: &Tx<'_>, row: &objection::Model, claim: ClaimId) -> Result<bool, Failure> {
    let left_alone = [publicity::ENTRY_SETTLED, publicity::ENTRY_FROZEN];
    match publicity::freeze_entry(tx, claim, Keeper::Objection(row.id.into())).await {
        Err(Failure::Refused(refusal)) if refusal.code == code::NOT_FOUND => Ok(false),
        Err(Failure::Refused(refusal)) if left_alone.contains(&refusal.code) => Ok(true),
        other => other.map(|_| true),
    }
}

/// Lets the entry go, when this objection keeps it back.
pub(super) async fn let_go(tx: &Tx<'_>, row: &objection::Model) -> Result<(), Failure> {
    let Some(claim) = doubted(row) else { return Ok(()) };
    match find(tx, claim).await? {
        Some(found) if found.entry.frozen_by == Some(row.id.into()) => {
            publicity::release_entry(tx, claim, row.id.into()).await.map(|_| ())
        }
        Some(_) | None => Ok(()),
    }
}

/// Strikes the entry of a claim that should not have earned; says whether there was one.
pub(super) async fn strike(
    tx: &Tx<'_>,
    row: &objection::Model,
    claim: ClaimId,
) -> Result<bool, Failure> {
    if find(tx, claim).await?.is_none() {
        return Ok(false);
    }
    let strike = Strike { caused_by: Some(row.id.into()), reason: PUT_RIGHT };
    match publicity::strike_entry(tx, claim, strike).await {
        Err(Failure::Refused(refusal)) if refusal.code == publicity::ENTRY_SETTLED => Ok(false),
        other => other.map(|_| true),
    }
}

fn doubted(row: &objection::Model) -> Option<ClaimId> {
    match row.subject_kind {
        ObjectionSubject::Claim | ObjectionSubject::NoticeEntry => Some(row.subject_id.into()),
        ObjectionSubject::LedgerEntry
        | ObjectionSubject::Attendance
        | ObjectionSubject::Redemption => None,
    }
}

async fn find(tx: &Tx<'_>, claim: ClaimId) -> Result<Option<FoundEntry>, Failure> {
    match publicity::entry_of(&**tx, claim).await {
        Err(Failure::Refused(refusal)) if refusal.code == code::NOT_FOUND => Ok(None),
        other => other.map(Some),
    }
}
