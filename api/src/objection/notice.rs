//! What an objection does to the notice entry of the claim it is about: while it is looked
//! into, nobody earns by the entry, and all others of its round go on.

use entity::ids::ClaimId;
use entity::objection::{self, ObjectionSubject};

use crate::claim as claims;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::publicity::{self, FoundEntry, Keeper, Strike};

/// What everybody reads beside a struck entry; why is between those it concerns.
pub(super) const PUT_RIGHT: &str = "经核实，异议成立";
/// The same where something of it stands, and comes in a later notice or counts already.
pub(super) const VALUED_ANEW: &str = "经核实，签到记录已更正，积分重新认定";

/// Keeps the entry back. One that stands in no open notice enters none before the objection is
/// answered; one that took effect is put right by the decision alone; one that is kept back
/// already is passed on by whoever lets it go.
pub(super) async fn hold_back(tx: &Tx<'_>, row: &objection::Model) -> Result<(), Failure> {
    for claim in doubted(tx, row).await? {
        if !is_held(tx, row, claim).await? {
            // A round that is being opened holds the claim until its entry is there to be frozen;
            // one that opens later waits for us, and sees the doubt.
            claims::lock(tx, claim).await?;
            is_held(tx, row, claim).await?;
        }
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
    for claim in doubted(tx, row).await? {
        match find(tx, claim).await? {
            Some(found) if found.entry.frozen_by == Some(row.id.into()) => {
                publicity::release_entry(tx, claim, row.id.into()).await?;
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}

/// Strikes the entry of a claim that should not have earned; says whether there was one.
pub(super) async fn strike(
    tx: &Tx<'_>,
    row: &objection::Model,
    (claim, reason): (ClaimId, &str),
) -> Result<bool, Failure> {
    if find(tx, claim).await?.is_none() {
        return Ok(false);
    }
    let strike = Strike { caused_by: Some(row.id.into()), reason };
    match publicity::strike_entry(tx, claim, strike).await {
        Err(Failure::Refused(refusal)) if refusal.code == publicity::ENTRY_SETTLED => Ok(false),
        other => other.map(|_| true),
    }
}

/// The claims that an objection puts in doubt.
async fn doubted(tx: &Tx<'_>, row: &objection::Model) -> Result<Vec<ClaimId>, Failure> {
    match row.subject_kind {
        ObjectionSubject::Claim | ObjectionSubject::NoticeEntry => Ok(vec![row.subject_id.into()]),
        ObjectionSubject::Attendance => {
            let claims = claims::list_for_attendance(&**tx, row.subject_id.into()).await?;
            Ok(claims.into_iter().map(|claim| claim.id).collect())
        }
        ObjectionSubject::LedgerEntry | ObjectionSubject::Redemption => Ok(Vec::new()),
    }
}

async fn find(tx: &Tx<'_>, claim: ClaimId) -> Result<Option<FoundEntry>, Failure> {
    match publicity::entry_of(&**tx, claim).await {
        Err(Failure::Refused(refusal)) if refusal.code == code::NOT_FOUND => Ok(None),
        other => other.map(Some),
    }
}
