//! Writing down what a decision says of an attendance, and carrying it out.

use entity::attendance::AttendanceState;
use entity::ids::{AccountId, AttendanceId, ObjectionId, VolunteerId};
use entity::{activity as activity_row, attendance, attendance_correction, service_record};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::json;

use super::super::confirm::{hours, publish, record, whole};
use super::super::domain::is_service;
use super::super::error::OVERLAP;
use super::super::hours::{ComputedHours, Interval};
use super::super::repository as attendances;
use super::domain::{Granted, Said, SaidRefusal, can_be_corrected, check, check_granted, in_words};
use super::dto::DecidedAttendance;
use super::repository;
use crate::activity::{self, current_state, earns_hours};
use crate::platform::failure::{Failure, Refusal, code};
use crate::platform::tx::Tx;
use crate::{site, volunteer};

/// An attendance that was put right, and whose it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Corrected {
    pub(crate) attendance: AttendanceId,
    pub(crate) volunteer: VolunteerId,
    pub(crate) present: bool,
    /// It was confirmed before, so that its points could be claimed.
    pub(crate) was_confirmed: bool,
    /// Its hours grew.
    pub(crate) gained: bool,
}

/// What became of what a decision says of an attendance.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CarriedOut {
    /// It says nothing of one.
    Nothing,
    /// Somebody decided about the attendance later, and that was carried out: it stands.
    Overtaken,
    /// The attendance is what was decided.
    Done(Corrected),
}

impl From<SaidRefusal> for Failure {
    fn from(refusal: SaidRefusal) -> Self {
        let (member, words) = match refusal {
            SaidRefusal::NotOver => ("", "活动尚未结束或已取消，不能更正签到记录"),
            SaidRefusal::StartOutside => ("/starts_at", "应在活动时间之内"),
            SaidRefusal::EndOutside => ("/ends_at", "应在活动时间之内"),
            SaidRefusal::Same => ("", "与现有记录相同；记录无误的，异议不成立"),
            SaidRefusal::Less => {
                ("", "本人的异议成立的，不能比现有记录更少；要减少的，请选部分成立")
            }
        };
        Self::field(&format!("/attendance{member}"), words)
    }
}

/// Whether the activity of this attendance is over, so that a decision can say what was.
///
/// # Errors
/// `not_found`.
pub(crate) async fn is_over(tx: &Tx<'_>, id: AttendanceId) -> Result<bool, Failure> {
    let (_, activity) = find(&**tx, id).await?;
    Ok(can_be_corrected(current_state(&activity, tx.now)))
}

/// Writes down what a decision about an objection says of the attendance the record rests on.
///
/// # Errors
/// The member that cannot be so.
pub(crate) async fn decide(
    tx: &Tx<'_>,
    (objection, by): (ObjectionId, AccountId),
    id: AttendanceId,
    (said, granted): (Said, Granted),
) -> Result<(), Failure> {
    let (row, activity) = find(&**tx, id).await?;
    let whole = whole(&activity).ok_or_else(|| Failure::internal("an activity without length"))?;
    check(said, current_state(&activity, tx.now), &whole)?;
    // It would not be carried out, and is better refused to whoever can say something else.
    let hours = match counted(tx, &row, &activity, said).await {
        Err(Failure::Refused(refusal)) if refusal.code == OVERLAP => {
            let words = "与本人另一次已确认的签到时间重叠";
            return Err(Failure::field("/attendance/starts_at", words));
        }
        other => other?,
    };
    check_granted(granted, &row, (said, hours.tenths))?;
    let correction = attendance_correction::Model {
        id: tx.new_id(),
        objection_id: objection,
        attendance_id: id,
        volunteer_id: row.volunteer_id,
        site_id: row.site_id,
        present: said.span().is_some(),
        starts_at: said.span().map(|span| span.start()),
        ends_at: said.span().map(|span| span.end()),
        decided_by: by,
        decided_at: tx.now,
        executed_by: None,
        executed_at: None,
        state_before: None,
        starts_before: None,
        ends_before: None,
        tenths_before: None,
        tenths_after: None,
    };
    Ok(repository::insert(tx, correction).await?)
}

async fn find(
    db: &impl ConnectionTrait,
    id: AttendanceId,
) -> Result<(attendance::Model, activity_row::Model), Failure> {
    let row = attendance::Entity::find_by_id(id).one(db).await?.ok_or(code::NOT_FOUND)?;
    let activity = activity::get(db, row.activity_id).await?;
    Ok((row, activity))
}

async fn counted(
    tx: &Tx<'_>,
    row: &attendance::Model,
    activity: &activity_row::Model,
    said: Said,
) -> Result<ComputedHours, Failure> {
    let site = site::get(&**tx, row.site_id).await?;
    // What was set afterwards is no part of what was.
    let settings = site::effective_settings(&**tx, &site, activity.ends_at).await?;
    hours(tx, row, activity, said.span(), &settings).await
}

/// What the decision about an objection says of an attendance, if anything.
///
/// # Errors
/// The database's.
pub(crate) async fn decided(
    db: &impl ConnectionTrait,
    objection: ObjectionId,
) -> Result<Option<DecidedAttendance>, Failure> {
    Ok(repository::find(db, objection).await?.as_ref().map(DecidedAttendance::from))
}

/// The attendance that the decision about an objection says something of, if any.
///
/// # Errors
/// The database's.
pub(crate) async fn decided_about(
    db: &impl ConnectionTrait,
    objection: ObjectionId,
) -> Result<Option<AttendanceId>, Failure> {
    Ok(repository::find(db, objection).await?.map(|row| row.attendance_id))
}

/// Whoever decided about an attendance and carried that out before.
///
/// # Errors
/// The database's.
pub(crate) async fn earlier_hands(
    db: &impl ConnectionTrait,
    id: AttendanceId,
) -> Result<Vec<AccountId>, Failure> {
    let rows = repository::list_executed(db, id).await?;
    Ok(rows.iter().flat_map(|row| [Some(row.decided_by), row.executed_by]).flatten().collect())
}

/// Makes the attendance what the decision about this objection says, with the next version of its
/// service record. The last decision about an attendance stands, in whatever order they are
/// carried out.
///
/// # Errors
/// `overlap` with what was confirmed after the decision.
pub(crate) async fn carry_out(
    tx: &Tx<'_>,
    objection: ObjectionId,
    by: AccountId,
) -> Result<CarriedOut, Failure> {
    let Some(correction) = repository::find(&**tx, objection).await? else {
        return Ok(CarriedOut::Nothing);
    };
    let said = said_by(&correction)?;
    let (found, activity) = find(&**tx, correction.attendance_id).await?;
    // One person's attendances change one after the other; she before them, as where she claims.
    volunteer::lock(tx, found.volunteer_id).await?;
    let before = repository::lock_attendance(tx, found.id).await?.ok_or(code::NOT_FOUND)?;
    let done = repository::list_executed(&**tx, found.id).await?;
    if done.iter().any(|other| other.decided_at > correction.decided_at) {
        return Ok(CarriedOut::Overtaken);
    }
    let hours = counted(tx, &before, &activity, said).await.map_err(explain_overlap)?;
    let serves = is_service(activity.kind) && earns_hours(&**tx, &activity).await?;
    let row = write(tx, &before, (said, &hours, serves)).await?;
    revise(tx, by, (&row, serves), &activity).await?;
    complete(tx, by, correction, (&before, &row)).await?;
    let data = json!({
        "activity_id": activity.id, "volunteer_id": row.volunteer_id, "objection_id": objection,
        "state": row.state, "hours_tenths": hours.tenths,
    });
    publish(tx, "attendance.corrected", &row, data).await?;
    Ok(CarriedOut::Done(Corrected {
        attendance: row.id,
        volunteer: row.volunteer_id,
        present: said.span().is_some(),
        was_confirmed: before.state == AttendanceState::Confirmed,
        gained: row.hours_tenths.unwrap_or(0) > before.hours_tenths.unwrap_or(0),
    }))
}

/// Another attendance was confirmed for that time after the decision: one of the two is wrong.
fn explain_overlap(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.code == OVERLAP => {
            let words =
                "作出决定以后，本人另一次签到确认在同一时间；请先就那次签到提出更正，再执行";
            Refusal::new(OVERLAP).detail(words).into()
        }
        Failure::Refused(_) | Failure::Database(_) | Failure::Internal(_) => failure,
    }
}

fn said_by(row: &attendance_correction::Model) -> Result<Said, Failure> {
    match row.starts_at.zip(row.ends_at) {
        None => Ok(Said::Absent),
        Some((from, to)) => Interval::new(from, to).map(Said::Present).map_err(Failure::internal),
    }
}

async fn write(
    tx: &Tx<'_>,
    before: &attendance::Model,
    (said, hours, serves): (Said, &ComputedHours, bool),
) -> Result<attendance::Model, Failure> {
    let tenths = i32::try_from(hours.tenths).map_err(Failure::internal)?;
    let words = said.span().map_or_else(|| "未到场".into(), |_| hours.in_words(serves));
    let confirmed_at = before.confirmed_at.or_else(|| said.span().map(|_| tx.now));
    let mut new = before.clone().into_active_model();
    new.state = Set(said.state());
    new.is_inside = Set(false);
    new.starts_at = Set(said.span().map(|span| span.start()));
    new.ends_at = Set(said.span().map(|span| span.end()));
    new.hours_tenths = Set(said.span().map(|_| tenths));
    new.explanation = Set(Some(in_words(&words, before)));
    // Who confirmed it first stays on record: she is not the one to judge it, whatever it becomes.
    // Who decided and carried out what it became stands with the correction.
    new.confirmed_at = Set(confirmed_at);
    new.version = Set(before.version + 1);
    new.updated_at = Set(tx.now);
    Ok(attendances::update(tx, new).await?)
}

/// The next version of the service record, where there is one or has to be: what was not served
/// stands there with no hours.
async fn revise(
    tx: &Tx<'_>,
    by: AccountId,
    (row, serves): (&attendance::Model, bool),
    activity: &activity_row::Model,
) -> Result<(), Failure> {
    let last = repository::find_record(&**tx, row.id).await?;
    let counts = serves && row.hours_tenths.is_some_and(|tenths| tenths > 0);
    let revision = last.as_ref().map_or(1, |last| last.revision + 1);
    let next = match last {
        _ if counts => {
            let site = site::get(&**tx, activity.site_id).await?;
            record(tx, (by, revision), row, activity, &site)?
        }
        Some(last) => service_record::ActiveModel {
            id: Set(tx.new_id()),
            revision: Set(revision),
            hours_tenths: Set(0),
            created_by: Set(by),
            created_at: Set(tx.now),
            ..last.into_active_model().reset_all()
        },
        None => return Ok(()),
    };
    Ok(attendances::insert_record(tx, next).await?)
}

async fn complete(
    tx: &Tx<'_>,
    by: AccountId,
    correction: attendance_correction::Model,
    (before, after): (&attendance::Model, &attendance::Model),
) -> Result<(), Failure> {
    let mut new = correction.into_active_model();
    new.executed_by = Set(Some(by));
    new.executed_at = Set(Some(tx.now));
    new.state_before = Set(Some(before.state));
    new.starts_before = Set(before.starts_at);
    new.ends_before = Set(before.ends_at);
    new.tenths_before = Set(before.hours_tenths);
    new.tenths_after = Set(Some(after.hours_tenths.unwrap_or(0)));
    Ok(repository::complete(tx, new).await?)
}
