//! Steps of the staff up to the decision, and the end; her own withdrawal.

use entity::ids::{AccountId, ObjectionId, VolunteerId};
use entity::objection::{self, ObjectionKind, ObjectionOutcome};
use entity::objection_step::{self, ObjectionAction};
use entity::site;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::domain::{EarlierHands, Person, apply, decide_said, decide_step, event, hands, is_hers};
use super::subject::{self, Subject};
use super::{filing, notice, repository};
use crate::attendance::{self as attendances, DecidedAttendance, Granted};
use crate::auth::{Caller, Permission};
use crate::calendar;
use crate::journal;
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::platform::vault::Vault;
use crate::site as sites;
use crate::volunteer as volunteers;

/// An objection under lock, with the site whose record it is about.
pub(super) async fn lock_row(
    tx: &Tx<'_>,
    id: ObjectionId,
) -> Result<(objection::Model, site::Model), Failure> {
    let row = repository::lock(tx, id).await?.ok_or(code::NOT_FOUND)?;
    let site = sites::get(&**tx, row.site_id).await?;
    Ok((row, site))
}

/// What each step asks of who takes it. The answer to an appeal is the county's.
pub(super) const fn permission_for(kind: ObjectionKind, action: ObjectionAction) -> Permission {
    match (kind, action) {
        (
            ObjectionKind::Appeal,
            ObjectionAction::Accept
            | ObjectionAction::Refuse
            | ObjectionAction::Investigate
            | ObjectionAction::Decide,
        ) => Permission::DecideAppeals,
        (ObjectionKind::Objection | ObjectionKind::Correction, ObjectionAction::Decide) => {
            Permission::DecideObjections
        }
        (
            ObjectionKind::Objection | ObjectionKind::Correction,
            ObjectionAction::Accept | ObjectionAction::Refuse | ObjectionAction::Investigate,
        )
        | (
            _,
            ObjectionAction::File
            | ObjectionAction::Execute
            | ObjectionAction::Close
            | ObjectionAction::Withdraw
            | ObjectionAction::Appeal,
        ) => Permission::HandleObjections,
    }
}

/// An objection that the caller may take `action` in, in the state it reaches.
///
/// # Errors
/// The caller's lack of permission, or what the rules refuse.
pub(super) async fn begin(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ObjectionId,
    action: ObjectionAction,
) -> Result<(objection::Model, site::Model), Failure> {
    let (mut row, site) = lock_row(tx, id).await?;
    caller.require_at(permission_for(row.kind, action), &site.path)?;
    let by = person(&**tx, caller, &row).await?;
    let earlier = earlier_hands(&**tx, &row).await?;
    row.state = decide_step(&row, action, by, &earlier)?;
    Ok((row, site))
}

/// The caller, and whether she is close to whose record it is or who filed it.
pub(super) async fn person(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: &objection::Model,
) -> Result<Person, Failure> {
    let mut is_related = false;
    for volunteer in [Some(row.subject_volunteer_id), row.filer_volunteer_id].into_iter().flatten()
    {
        is_related |= volunteers::is_related(db, caller, volunteer).await?;
    }
    Ok(Person { account: caller.account, is_related })
}

/// Who decided before or entered it: the record, as it stands now, and what is appealed
/// against.
pub(super) async fn earlier_hands(
    db: &impl ConnectionTrait,
    row: &objection::Model,
) -> Result<EarlierHands, Failure> {
    let found = subject::resolve(db, row.subject_kind, row.subject_id).await?;
    earlier_hands_about(db, row, &found).await
}

/// The same about a record that is read already.
pub(super) async fn earlier_hands_about(
    db: &impl ConnectionTrait,
    row: &objection::Model,
    found: &Subject,
) -> Result<EarlierHands, Failure> {
    let deciders = found.deciders.iter().chain(&found.enterers).copied().collect();
    let correctors = found.correctors.clone();
    let answerers_before = match row.appeal_of {
        Some(id) => repository::find(db, id).await?.as_ref().map(hands).unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(EarlierHands { deciders, correctors, answerers_before })
}

/// Writes the changed objection as its next version, with its step.
pub(super) async fn store(
    tx: &Tx<'_>,
    row: objection::Model,
    action: ObjectionAction,
    said: (Option<AccountId>, Option<String>),
) -> Result<objection::Model, Failure> {
    let row = objection::Model { version: row.version + 1, updated_at: tx.now, ..row };
    if !repository::save(tx, &row).await? {
        return Err(Failure::internal("a locked objection changed"));
    }
    record(tx, &row, action, said).await?;
    Ok(row)
}

/// Adds a step to the trail and tells of it; of who filed it, nothing.
pub(super) async fn record(
    tx: &Tx<'_>,
    row: &objection::Model,
    action: ObjectionAction,
    (by_account, reason): (Option<AccountId>, Option<String>),
) -> Result<(), Failure> {
    let step = objection_step::Model {
        id: tx.new_id(),
        objection_id: row.id,
        action,
        state: row.state,
        by_account,
        reason,
        at: tx.now,
    };
    repository::insert_step(tx, step).await?;
    let data = json!({
        "kind": row.kind,
        "subject_kind": row.subject_kind,
        "subject_id": row.subject_id,
        "state": row.state,
        "outcome": row.outcome,
        "effect": row.effect,
    });
    journal::publish(tx, event(action), "objection", row.id.into(), Some(row.site_id), data).await
}

/// Takes it up: from now on the days to decide are counted.
///
/// # Errors
/// What [`begin`] refuses.
pub(super) async fn accept(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ObjectionId,
    reason: Option<String>,
) -> Result<objection::Model, Failure> {
    let (mut row, site) = begin(tx, caller, id, ObjectionAction::Accept).await?;
    let days = sites::effective_settings(&**tx, &site, tx.now).await?.objection_decide_working_days;
    let today = local_day(tx.now);
    let due = calendar::working_days(&**tx, today).await?.last_day_after(today, days);
    row.decide_due = Some(due);
    row.admitted_by = Some(caller.account);
    row.admitted_at = Some(tx.now);
    notice::hold_back(tx, &row).await?;
    store(tx, row, ObjectionAction::Accept, (Some(caller.account), reason)).await
}

/// Does not take it up, for a reason its filer is told.
///
/// # Errors
/// What [`begin`] refuses.
pub(super) async fn refuse(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ObjectionId,
    reason: String,
) -> Result<objection::Model, Failure> {
    let (mut row, _) = begin(tx, caller, id, ObjectionAction::Refuse).await?;
    row.admitted_by = Some(caller.account);
    row.admitted_at = Some(tx.now);
    store(tx, row, ObjectionAction::Refuse, (Some(caller.account), Some(reason))).await
}

/// The caller looks into it.
///
/// # Errors
/// What [`begin`] refuses.
pub(super) async fn investigate(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ObjectionId,
    reason: Option<String>,
) -> Result<objection::Model, Failure> {
    let (mut row, _) = begin(tx, caller, id, ObjectionAction::Investigate).await?;
    row.investigated_by = Some(caller.account);
    store(tx, row, ObjectionAction::Investigate, (Some(caller.account), reason)).await
}

/// A decision, with what it says of the attendance the record rests on.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) outcome: ObjectionOutcome,
    pub(super) reason: String,
    pub(super) attendance: Option<DecidedAttendance>,
}

/// Decides. Nothing changes before another person executes it.
///
/// # Errors
/// What [`begin`] refuses; what cannot be said of the attendance.
pub(super) async fn decide(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ObjectionId,
    decision: Decision,
) -> Result<objection::Model, Failure> {
    let (mut row, _) = begin(tx, caller, id, ObjectionAction::Decide).await?;
    let Decision { outcome, reason, attendance } = decision;
    say(tx, (&row, caller.account), outcome, attendance).await?;
    row.outcome = Some(outcome);
    row.decided_by = Some(caller.account);
    row.decided_at = Some(tx.now);
    if outcome == ObjectionOutcome::Rejected {
        notice::let_go(tx, &row).await?;
    }
    store(tx, row, ObjectionAction::Decide, (Some(caller.account), Some(reason))).await
}

/// Writes down what the decision says of the attendance.
async fn say(
    tx: &Tx<'_>,
    (row, by): (&objection::Model, AccountId),
    outcome: ObjectionOutcome,
    decided: Option<DecidedAttendance>,
) -> Result<(), Failure> {
    let found = subject::resolve(&**tx, row.subject_kind, row.subject_id).await?;
    let is_over = match found.attendance {
        Some(id) => Some(attendances::is_over(tx, id).await?),
        None => None,
    };
    decide_said(row.subject_kind, outcome, (decided.is_some(), is_over))?;
    match (decided, found.attendance) {
        (Some(decided), Some(id)) => {
            let granted = match outcome {
                ObjectionOutcome::Upheld if is_hers(row) => Granted::ToHer,
                ObjectionOutcome::Upheld => Granted::ToOthers,
                ObjectionOutcome::Partly | ObjectionOutcome::Rejected => Granted::InPart,
            };
            attendances::decide(tx, (row.id, by), id, (decided.said()?, granted)).await
        }
        (Some(_) | None, _) => Ok(()),
    }
}

/// Puts it away.
///
/// # Errors
/// `objection_outcome` while what was upheld is not executed, and what [`begin`] refuses.
pub(super) async fn close(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ObjectionId,
    reason: Option<String>,
) -> Result<objection::Model, Failure> {
    let (mut row, _) = begin(tx, caller, id, ObjectionAction::Close).await?;
    row.closed_by = Some(caller.account);
    store(tx, row, ObjectionAction::Close, (Some(caller.account), reason)).await
}

/// Its filer takes it back before it is decided.
///
/// # Errors
/// `wrong_state`; `not_found` for another's.
pub(super) async fn withdraw(
    tx: &Tx<'_>,
    caller: &Caller,
    id: ObjectionId,
    reason: Option<String>,
) -> Result<objection::Model, Failure> {
    let (mut row, _) = filing::lock_own(tx, caller, id).await?;
    row.state = apply(ObjectionAction::Withdraw, row.state)?;
    notice::let_go(tx, &row).await?;
    store(tx, row, ObjectionAction::Withdraw, (None, reason)).await
}

/// The number its filer left, for who handles it; the asking stands on the audit trail.
///
/// # Errors
/// `must_recuse` for who is close to it; `not_found` when no number was left.
pub(super) async fn contact(
    tx: &Tx<'_>,
    vault: &Vault,
    caller: &Caller,
    id: ObjectionId,
) -> Result<String, Failure> {
    let (row, site) = lock_row(tx, id).await?;
    caller.require_at(permission_for(row.kind, ObjectionAction::Accept), &site.path)?;
    let by = person(&**tx, caller, &row).await?;
    let earlier = earlier_hands(&**tx, &row).await?;
    if super::domain::must_recuse(&row, ObjectionAction::Accept, by, &earlier) {
        return Err(code::MUST_RECUSE.into());
    }
    filing::open_contact(vault, &row)
}

/// Takes away what a filer who is leaving wrote; the cases stay.
///
/// # Errors
/// The database's.
pub(crate) async fn forget_filer(
    tx: &Tx<'_>,
    volunteer: VolunteerId,
    account: Option<AccountId>,
    text: &str,
) -> Result<u64, Failure> {
    Ok(repository::forget_filer(tx, volunteer, account, text).await?)
}
