//! What is found in drawn cases, and what is done about defects.

use entity::ids::SampleId;
use entity::supervision_sample_case::Verdict;
use entity::{supervision_sample, supervision_sample_case};
use serde_json::json;

use super::domain::{Found, decide_finding, decide_settling};
use super::dto::JudgeCase;
use super::repository;
use crate::auth::{Caller, Permission};
use crate::journal;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::volunteer as volunteers;

/// A drawn case with its sample, the case locked.
async fn lock(
    tx: &Tx<'_>,
    caller: &Caller,
    (id, position): (SampleId, i32),
    permission: Permission,
) -> Result<(supervision_sample::Model, supervision_sample_case::Model), Failure> {
    let sample = repository::find(&**tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, sample.site_id).await?;
    caller.require_at(permission, &site.path)?;
    let case = repository::lock_case(tx, id, position).await?.ok_or(code::NOT_FOUND)?;
    Ok((sample, case))
}

/// Judges a drawn case. A defect needs a reason and opens a follow-up, to which a freeze of the
/// record may be linked.
///
/// # Errors
/// `case_judged`, `must_recuse`, `not_found` for a case that was not drawn.
pub(super) async fn judge(
    tx: &Tx<'_>,
    caller: &Caller,
    at: (SampleId, i32),
    body: JudgeCase,
) -> Result<supervision_sample::Model, Failure> {
    let (sample, case) = lock(tx, caller, at, Permission::Supervise).await?;
    let is_related = volunteers::is_related(&**tx, caller, case.volunteer_id).await?;
    decide_finding(&case, is_related)?;
    let found = Found {
        verdict: body.verdict,
        reason: body.reason.map(String::from),
        freeze: body.freeze_id,
    };
    match (found.verdict, &found.reason, found.freeze) {
        (Verdict::Defect, None, _) => {
            return Err(Failure::field("/reason", "有问题的须写明原因"));
        }
        (Verdict::InOrder, _, Some(_)) => {
            return Err(Failure::field("/freeze_id", "无误的不应冻结"));
        }
        (Verdict::Defect | Verdict::InOrder, _, _) => {}
    }
    if let Some(freeze) = found.freeze
        && !repository::has_freeze(&**tx, freeze, case.case_id).await?
    {
        return Err(Failure::field("/freeze_id", "不是对该记录的冻结"));
    }

    repository::save_finding(tx, &case, &found, (caller.account, tx.now)).await?;
    let data =
        json!({"number": sample.number, "position": case.position, "verdict": found.verdict});
    journal::publish(tx, "sample.judged", "sample", sample.id.into(), Some(sample.site_id), data)
        .await?;
    Ok(sample)
}

/// Records what was done about a defect.
///
/// # Errors
/// `wrong_state` without an open follow-up, `must_recuse` for who found the defect or is close.
pub(super) async fn settle(
    tx: &Tx<'_>,
    caller: &Caller,
    at: (SampleId, i32),
    note: String,
) -> Result<supervision_sample::Model, Failure> {
    let (sample, case) = lock(tx, caller, at, Permission::AppointSupervisors).await?;
    let is_related = volunteers::is_related(&**tx, caller, case.volunteer_id).await?;
    decide_settling(&case, caller.account, is_related)?;
    repository::save_settled(tx, &case, &note, (caller.account, tx.now)).await?;
    let data = json!({"number": sample.number, "position": case.position});
    journal::publish(tx, "sample.settled", "sample", sample.id.into(), Some(sample.site_id), data)
        .await?;
    Ok(sample)
}
