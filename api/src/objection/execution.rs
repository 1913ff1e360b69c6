//! What a decision changes: by entries that reverse, through the face of the record's own
//! slice, in one transaction with the objection's step.

use entity::ids::{ClaimId, ObjectionId};
use entity::objection::{self, ObjectionEffect, ObjectionOutcome, ObjectionSubject};
use entity::objection_step::ObjectionAction;

use super::domain::{PutRight, effect_of, is_hers};
use super::service::{begin, store};
use super::{following, notice, repository, subject};
use crate::attendance::{self as attendances, CarriedOut};
use crate::auth::Caller;
use crate::claim;
use crate::ledger;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// Another person than who decided puts it into effect. Where the decision says what was with an
/// attendance, that is put right, and its claims follow; else a certification is revoked and its
/// points are reversed, what a paper book brought is taken back, or a refused claim goes back to
/// the queue. Of what this cannot do by itself it says what is to be done.
///
/// # Errors
/// `must_recuse`, `objection_outcome`, `wrong_state` when it was done, `frozen` while a supervisor
/// keeps the claim, `overlap` with an attendance that was confirmed after the decision.
pub(super) async fn execute(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ObjectionId,
    reason: Option<String>,
) -> Result<objection::Model, Failure> {
    let (mut row, _) = begin(tx, caller, id, ObjectionAction::Execute).await?;
    let corrected = if is_overruled(tx, &row).await? {
        CarriedOut::Overtaken
    } else {
        following::lock_entries(tx, row.id).await?;
        attendances::carry_out(tx, row.id, caller.account).await?
    };
    let effect = match (corrected, row.outcome) {
        (CarriedOut::Done(corrected), _) => {
            following::follow(tx, caller, &row, (corrected, reason.as_deref())).await?;
            ObjectionEffect::Corrected
        }
        (CarriedOut::Nothing, Some(ObjectionOutcome::Upheld)) => {
            put_right(tx, caller, &row, reason.as_deref()).await?
        }
        // What part of it holds is in the reason, for people to carry out; what was put right by
        // a later decision stays so.
        (
            CarriedOut::Nothing,
            Some(ObjectionOutcome::Partly | ObjectionOutcome::Rejected) | None,
        )
        | (CarriedOut::Overtaken, _) => ObjectionEffect::CorrectionNeeded,
    };
    notice::let_go(tx, &row).await?;
    row.effect = Some(effect);
    row.executed_by = Some(caller.account);
    row.executed_at = Some(tx.now);
    store(tx, row, ObjectionAction::Execute, (Some(caller.account), reason)).await
}

async fn put_right(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &objection::Model,
    reason: Option<&str>,
) -> Result<ObjectionEffect, Failure> {
    let found = subject::resolve(&**tx, row.subject_kind, row.subject_id).await?;
    let done = match found.claim {
        // What she says of her own record is that it wrongs her: nothing is taken for that.
        Some(id) if is_hers(row) => put_her_right(tx, id).await?,
        Some(id) => match claim::standing_for(&**tx, id).await? {
            Some(id) => put_claim_right(tx, caller, row, (id, reason)).await?,
            None => PutRight::Nothing,
        },
        None if row.subject_kind == ObjectionSubject::LedgerEntry && !is_hers(row) => {
            take_opening_back(tx, row, reason).await?
        }
        None => PutRight::Nothing,
    };
    Ok(effect_of(row.subject_kind, done))
}

/// What was taken over from a paper book is taken back. Of other entries that no claim earned this
/// changes nothing by itself: what undoes or ends points belongs to a case of its own.
async fn take_opening_back(
    tx: &Tx<'_>,
    row: &objection::Model,
    reason: Option<&str>,
) -> Result<PutRight, Failure> {
    let by = ledger::Source { kind: "objection", id: row.id.into() };
    let why = reason.unwrap_or("异议成立");
    let taken = ledger::take_back_opening(tx, row.subject_id.into(), by, why).await?;
    Ok(if taken { PutRight::Revoked } else { PutRight::Nothing })
}

/// Whether the county has granted something else on appeal: that is carried out, not this.
async fn is_overruled(tx: &Tx<'_>, row: &objection::Model) -> Result<bool, Failure> {
    let appeal = repository::find_appeal_of(&**tx, row.id).await?;
    let answer = appeal.and_then(|appeal| appeal.outcome);
    Ok(answer.is_some_and(|answer| answer != ObjectionOutcome::Rejected))
}

/// A refused claim of hers goes back to the queue. What was certified stands; whatever it lacks is
/// for people to correct.
async fn put_her_right(tx: &Tx<'_>, id: ClaimId) -> Result<PutRight, Failure> {
    let done = match claim::reopen_refused(tx, id).await? {
        claim::PutRight::Reopened => PutRight::Reopened,
        claim::PutRight::Revoked | claim::PutRight::Untouched => PutRight::Nothing,
    };
    claim::require_free(tx, id).await?;
    Ok(done)
}

/// What a supervisor keeps frozen waits. An objection's own hold of the notice entry is no such
/// freeze: it does not mark the claim.
async fn put_claim_right(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &objection::Model,
    (id, reason): (ClaimId, Option<&str>),
) -> Result<PutRight, Failure> {
    let why = reason.unwrap_or("异议成立");
    let done = if notice::strike(tx, row, (id, notice::PUT_RIGHT)).await? {
        claim::explain(tx, id, (caller.account, why)).await?;
        PutRight::Revoked
    } else {
        match claim::put_right(tx, caller.account, (id, why)).await? {
            claim::PutRight::Revoked => PutRight::Revoked,
            claim::PutRight::Reopened => PutRight::Reopened,
            claim::PutRight::Untouched => PutRight::Nothing,
        }
    };
    // Entry and claim are locked by now, in the order in which a freeze locks them: none comes
    // in between, and the refusal undoes what was done.
    claim::require_free(tx, id).await?;
    Ok(done)
}
