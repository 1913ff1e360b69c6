//! What notice rounds do to certified claims, and the one place that books a claim's points.

use chrono::{DateTime, Utc};
use entity::claim::{self, ClaimState};
use entity::ids::{AccountId, ClaimId, SiteId};
use serde_json::json;

use super::domain::NoticeStep;
use super::repository;
use crate::journal;
use crate::ledger::{self, Fate, Source};
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;

fn source(id: ClaimId) -> Source<'static> {
    Source { kind: "claim", id: id.into() }
}

/// Books the points of a certified claim; booked before, it changes nothing. Her account is
/// kept at the station she lives at, wherever she served.
///
/// # Errors
/// What the ledger refuses.
pub(crate) async fn book(
    tx: &Tx<'_>,
    claim: &claim::Model,
    home: SiteId,
    item_name: &str,
) -> Result<(), Failure> {
    let reason = format!("认定：{item_name}");
    let (her, points) = (claim.volunteer_id, claim.points.into());
    ledger::earn(tx, her, home, points, source(claim.id), &reason).await?;
    Ok(())
}

/// What became of the points the claim earned; none if it earned none yet.
pub(super) async fn fate_of(tx: &Tx<'_>, id: ClaimId) -> Result<Option<Fate>, Failure> {
    ledger::fate_of(&**tx, source(id)).await
}

/// Takes back what the claim earned; says whether it had, for one that waited for the notice
/// earned nothing yet.
pub(super) async fn take_back(tx: &Tx<'_>, id: ClaimId, reason: &str) -> Result<bool, Failure> {
    match ledger::reverse(tx, source(id), source(id), reason).await {
        Err(Failure::Refused(refusal)) if refusal.code == code::NOT_FOUND => Ok(false),
        other => other.map(|_| true),
    }
}

/// Puts the certified claims of an area (a pattern of sites' paths) that were decided before an
/// instant, and stand in no notice yet, into the notice. Two statements, however many they are;
/// the round tells the journal of them.
///
/// # Errors
/// The database's.
pub(crate) async fn enter_notice(
    tx: &Tx<'_>,
    area: &str,
    before: DateTime<Utc>,
) -> Result<u64, Failure> {
    let (_, to) = NoticeStep::Enter.edge();
    let entered = repository::enter_notice(tx, area, before, (to, tx.now)).await?;
    // An objection that was being accepted when the statement began is seen by the next one.
    let left = repository::leave_doubted(tx, area, (to, ClaimState::Certified)).await?;
    Ok(entered.saturating_sub(left))
}

/// Takes a step with those of the claims whose state allows it; answers them as they are now.
///
/// # Errors
/// The database's.
pub(crate) async fn take_notice_step(
    tx: &Tx<'_>,
    step: NoticeStep,
    ids: &[ClaimId],
) -> Result<Vec<claim::Model>, Failure> {
    let claims = repository::save_notice_step(tx, ids, step.edge(), tx.now).await?;
    for claim in &claims {
        let data = json!({"volunteer_id": claim.volunteer_id, "points": claim.points});
        let (id, site) = (claim.id.into(), Some(claim.site_id));
        journal::publish(tx, step.event(), "claim", id, site, data).await?;
    }
    Ok(claims)
}

/// Strikes a claim that was in notice and takes back what it earned; says whether it had earned.
///
/// # Errors
/// `wrong_state` when it is not in notice, under objection or in effect.
pub(crate) async fn strike(tx: &Tx<'_>, id: ClaimId, reason: &str) -> Result<bool, Failure> {
    repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    if take_notice_step(tx, NoticeStep::Strike, &[id]).await?.is_empty() {
        return Err(code::WRONG_STATE.into());
    }
    repository::save_reason(tx, id, (None, tx.now, reason)).await?;
    take_back(tx, id, reason).await
}

/// Tells the holder of a struck claim why, in the words of who had it struck: what everybody reads
/// beside the entry says less.
///
/// # Errors
/// The database's.
pub(crate) async fn explain(
    tx: &Tx<'_>,
    id: ClaimId,
    (by, reason): (AccountId, &str),
) -> Result<(), Failure> {
    Ok(repository::save_reason(tx, id, (Some(by), tx.now, reason)).await?)
}
