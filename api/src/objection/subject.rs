//! What an objection is about: whose record it is, where it is kept, who decided about it.

use entity::ids::{
    AccountId, AttendanceId, ClaimId, LedgerEntryId, RedemptionId, SiteId, VolunteerId,
};
use entity::objection::ObjectionSubject;
use entity::{attendance, claim, ledger_entry, redemption};
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::platform::failure::{Failure, code};
use crate::volunteer as volunteers;

/// A record somebody may object to.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) volunteer: VolunteerId,
    pub(super) site: SiteId,
    /// Who decided about it so far; the decision objected to first.
    pub(super) deciders: Vec<AccountId>,
    /// The claim it stands for, when it is one or was earned by one.
    pub(super) claim: Option<ClaimId>,
}

/// Finds the record.
///
/// # Errors
/// `not_found`. Notice entries have no table here yet and are not found.
pub(super) async fn resolve(
    db: &impl ConnectionTrait,
    kind: ObjectionSubject,
    id: Uuid,
) -> Result<Subject, Failure> {
    match kind {
        ObjectionSubject::Claim => claimed(db, id.into()).await,
        ObjectionSubject::LedgerEntry => posted(db, id.into()).await,
        ObjectionSubject::Attendance => attended(db, id.into()).await,
        ObjectionSubject::Redemption => redeemed(db, id.into()).await,
        ObjectionSubject::NoticeEntry => Err(code::NOT_FOUND.into()),
    }
}

async fn claimed(db: &impl ConnectionTrait, id: ClaimId) -> Result<Subject, Failure> {
    let row = claim::Entity::find_by_id(id).one(db).await?.ok_or(code::NOT_FOUND)?;
    Ok(Subject {
        volunteer: row.volunteer_id,
        site: row.site_id,
        deciders: row.decided_by.into_iter().collect(),
        claim: Some(row.id),
    })
}

/// Points earned by a claim stand and fall with it.
async fn posted(db: &impl ConnectionTrait, id: LedgerEntryId) -> Result<Subject, Failure> {
    let row = ledger_entry::Entity::find_by_id(id).one(db).await?.ok_or(code::NOT_FOUND)?;
    if row.source_kind == "claim" {
        let claim = claimed(db, row.source_id.into()).await?;
        let deciders = row.actor_account_id.into_iter().chain(claim.deciders).collect();
        return Ok(Subject { deciders, ..claim });
    }
    let her = volunteers::get(db, row.volunteer_id).await?;
    Ok(Subject {
        volunteer: her.id,
        site: her.site_id,
        deciders: row.actor_account_id.into_iter().collect(),
        claim: None,
    })
}

async fn attended(db: &impl ConnectionTrait, id: AttendanceId) -> Result<Subject, Failure> {
    let row = attendance::Entity::find_by_id(id).one(db).await?.ok_or(code::NOT_FOUND)?;
    Ok(Subject {
        volunteer: row.volunteer_id,
        site: row.site_id,
        deciders: row.confirmed_by.into_iter().chain(row.approved_by).collect(),
        claim: None,
    })
}

async fn redeemed(db: &impl ConnectionTrait, id: RedemptionId) -> Result<Subject, Failure> {
    let row = redemption::Entity::find_by_id(id).one(db).await?.ok_or(code::NOT_FOUND)?;
    Ok(Subject {
        volunteer: row.volunteer_id,
        site: row.site_id,
        deciders: row.fulfilled_by.into_iter().collect(),
        claim: None,
    })
}
