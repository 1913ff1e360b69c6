//! What moves points: the execution, its undoing, and the end of the year.

use entity::disqualification::{self, DisqualificationState};
use entity::ids::DisqualificationId;
use entity::volunteer::VolunteerState;

use super::domain::{CaseAction, ended_state, is_over, suspended_through};
use super::hers::appeal_until;
use super::service::{begin, lock_case, store};
use super::words;
use crate::auth::Caller;
use crate::ledger::{self, Source};
use crate::platform::clock::local_day;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;
use crate::redemption;
use crate::supervision;
use crate::volunteer as volunteers;

/// A second person confirms and it is done: she is suspended, so that nothing new begins;
/// what she had ordered is cancelled, which gives back its points; then all is taken. She does
/// not watch over others any more. In a case of last year the suspension is over already.
///
/// # Errors
/// `statement_period_running`, `must_recuse`, or a document number that is not the case's.
pub(super) async fn execute(
    tx: &Tx<'_>,
    caller: &Caller,
    id: DisqualificationId,
    document_no: &str,
) -> Result<disqualification::Model, Failure> {
    let (mut case, _) = begin(tx, caller, id, CaseAction::Execute).await?;
    if document_no != case.document_no {
        return Err(Failure::field("/document_no", "与案件的文书号不符，请核对"));
    }
    let before = volunteers::disqualify(tx, case.volunteer_id, words::ground(case.ground)).await?;
    supervision::lose_standing(tx, case.volunteer_id, "取消积分资格").await?;
    redemption::cancel_open_of(tx, case.volunteer_id, "取消积分资格").await?;
    let taken = ledger::zero_out(tx, case.volunteer_id, source(&case), &reason(&case)).await?;
    case.executed_by = Some(caller.account);
    case.executed_at = Some(tx.now);
    case.points_taken = Some(taken.points);
    case.suspended_through = Some(suspended_through(local_day(case.proposed_at)));
    case.state_before = Some(before);
    if is_over(&case, local_day(tx.now)) {
        readmit(tx, &mut case, "取消积分资格的年度已过").await?;
    }
    store(tx, case, CaseAction::Execute).await
}

/// The county decides an appeal: overturned, and what was taken is given back exactly; or
/// upheld.
///
/// # Errors
/// `must_recuse` for whoever took an earlier step, and what [`begin`] refuses.
pub(super) async fn decide_appeal(
    tx: &Tx<'_>,
    caller: &Caller,
    (id, action): (DisqualificationId, CaseAction),
    note: String,
) -> Result<disqualification::Model, Failure> {
    let (mut case, _) = begin(tx, caller, id, action).await?;
    case.appeal_decided_by = Some(caller.account);
    case.appeal_decided_at = Some(tx.now);
    case.appeal_note = Some(note);
    if case.state == DisqualificationState::Overturned {
        readmit(tx, &mut case, "申诉成立").await?;
        if case.points_taken.is_some_and(|points| points > 0) {
            ledger::restore(tx, source(&case), "申诉成立，恢复被清零的积分").await?;
        }
    }
    store(tx, case, action).await
}

/// The year is over: she earns again, and a case that nobody may appeal any more ends. Says
/// whether anything moved.
///
/// # Errors
/// The database's.
pub(super) async fn end_year(tx: &Tx<'_>, id: DisqualificationId) -> Result<bool, Failure> {
    let (mut case, site) = lock_case(tx, id).await?;
    let today = local_day(tx.now);
    if !is_over(&case, today) {
        return Ok(false);
    }
    let readmits = case.readmitted_at.is_none();
    if readmits {
        readmit(tx, &mut case, "取消积分资格期满").await?;
    }
    let appeal_until = appeal_until(&**tx, &case, &site).await?;
    match ended_state(&case, appeal_until, today) {
        Some(state) => case.state = state,
        None if !readmits => return Ok(false),
        None => {}
    }
    store(tx, case, CaseAction::End).await?;
    Ok(true)
}

/// Lets her earn and redeem again, as she could before; once.
async fn readmit(
    tx: &Tx<'_>,
    case: &mut disqualification::Model,
    reason: &str,
) -> Result<(), Failure> {
    if case.readmitted_at.is_none() {
        let to = case.state_before.unwrap_or(VolunteerState::Active);
        volunteers::readmit(tx, case.volunteer_id, to, reason).await?;
        case.readmitted_at = Some(tx.now);
    }
    Ok(())
}

fn source(case: &disqualification::Model) -> Source<'static> {
    Source { kind: "disqualification", id: case.id.into() }
}

fn reason(case: &disqualification::Model) -> String {
    format!("清零：{}，依据{}", words::ground(case.ground), case.document_no)
}
