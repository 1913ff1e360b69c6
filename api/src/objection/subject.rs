//! What an objection is about: whose record it is, where it is kept, who entered it and decided
//! about it.

use entity::attendance::{self, AttendanceSource};
use entity::claim::{self, EnteredVia};
use entity::ids::{
    AccountId, AttendanceId, ClaimId, LedgerEntryId, ObjectionId, RedemptionId, SiteId, VolunteerId,
};
use entity::ledger_entry::LedgerKind;
use entity::objection::ObjectionSubject;
use entity::{ledger_entry, objection, opening_import, opening_row, redemption};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use super::filing_dto::SubjectBody;
use super::receipt_dto::ShownSubject;
use super::repository;
use crate::attendance as attendances;
use crate::bulletin;
use crate::claim as claims;
use crate::platform::failure::{Failure, code};
use crate::publicity;
use crate::volunteer as volunteers;

/// A record somebody may object to.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) volunteer: VolunteerId,
    pub(super) site: SiteId,
    /// Who decided about it so far; the decision objected to first.
    pub(super) deciders: Vec<AccountId>,
    /// Whoever of the staff entered it: she does not judge it, either.
    pub(super) enterers: Vec<AccountId>,
    /// Who put it right before, and decided that.
    pub(super) correctors: Vec<AccountId>,
    /// The claim it stands for, when it is one or was earned by one.
    pub(super) claim: Option<ClaimId>,
    /// The attendance it rests on, or is.
    pub(super) attendance: Option<AttendanceId>,
}

/// Which record a filer means. Everybody knows a notice entry by its notice and number, and a line
/// of the register by its bulletin and number; their ids are nobody's to know.
///
/// # Errors
/// The member that is missing or has no place here; `not_found` for an unknown entry.
pub(super) async fn named(
    db: &impl ConnectionTrait,
    body: &SubjectBody,
) -> Result<(ObjectionSubject, Uuid), Failure> {
    if body.position.is_some_and(|position| position < 1) {
        return Err(Failure::field("/subject/position", "应为1以上的整数"));
    }
    let shown = (body.notice.as_ref(), body.bulletin.as_ref());
    match (body.kind, body.id, shown, body.position) {
        (ObjectionSubject::NoticeEntry, None, (Some(notice), None), Some(position)) => {
            let found = publicity::find_entry(db, notice.as_str(), position).await?;
            Ok((body.kind, found.entry.claim_id.into()))
        }
        (ObjectionSubject::Redemption, None, (None, Some(number)), Some(position)) => {
            let found = bulletin::find_line(db, number.as_str(), position).await?;
            Ok((body.kind, found.into()))
        }
        (ObjectionSubject::NoticeEntry, Some(_), ..)
        | (ObjectionSubject::Redemption, Some(_), (_, Some(_)), _) => {
            Err(Failure::field("/subject/id", "以编号和序号指明的，不填对象编号"))
        }
        (ObjectionSubject::NoticeEntry, None, (None, _), _) => {
            Err(Failure::field("/subject/notice", "请写明公示编号"))
        }
        (ObjectionSubject::NoticeEntry, None, (Some(_), None), None)
        | (ObjectionSubject::Redemption, None, (None, Some(_)), None) => {
            Err(Failure::field("/subject/position", "请写明序号"))
        }
        (_, _, (Some(_), None), _) => Err(Failure::field("/subject/notice", "只有公示条目才填写")),
        (_, _, (_, Some(_)), _) => {
            Err(Failure::field("/subject/bulletin", "只有季度公开的台账才填写"))
        }
        (_, _, (None, None), Some(_)) => {
            Err(Failure::field("/subject/position", "只有公示条目和台账才填写"))
        }
        (_, None, (None, None), None) => Err(Failure::field("/subject/id", "请写明对象编号")),
        (kind, Some(id), (None, None), None) => Ok((kind, id)),
    }
}

/// What an objection is about, as its filer may see it: a notice hides the claim behind an
/// entry, and so does every answer to who read the notice.
///
/// # Errors
/// The database's.
pub(super) async fn shown(
    db: &impl ConnectionTrait,
    row: &objection::Model,
) -> Result<ShownSubject, Failure> {
    let by_id = ShownSubject { subject_id: Some(row.subject_id), ..ShownSubject::default() };
    match row.subject_kind {
        ObjectionSubject::NoticeEntry => {
            let found = publicity::entry_of(db, row.subject_id.into()).await?;
            let (notice, position) = (Some(found.round.number), Some(found.entry.position));
            Ok(ShownSubject { notice, position, ..ShownSubject::default() })
        }
        // Only its holder knows it by its id.
        ObjectionSubject::Redemption
            if row.filer_volunteer_id != Some(row.subject_volunteer_id) =>
        {
            let found = bulletin::line_of(db, row.subject_id.into()).await?;
            let Some((bulletin, position)) = found else { return Ok(by_id) };
            let (bulletin, position) = (Some(bulletin), Some(position));
            Ok(ShownSubject { bulletin, position, ..ShownSubject::default() })
        }
        ObjectionSubject::Claim
        | ObjectionSubject::LedgerEntry
        | ObjectionSubject::Attendance
        | ObjectionSubject::Redemption => Ok(by_id),
    }
}

/// The same for the filer's copy of all that is kept of her: the members of her record that name
/// what she objected to.
///
/// # Errors
/// `not_found`, or the database's.
pub(crate) async fn exported(db: &impl ConnectionTrait, id: ObjectionId) -> Result<Value, Failure> {
    let row = repository::find(db, id).await?.ok_or(code::NOT_FOUND)?;
    serde_json::to_value(shown(db, &row).await?).map_err(Failure::internal)
}

/// Finds the record.
///
/// # Errors
/// `not_found`.
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
        ObjectionSubject::NoticeEntry => {
            claimed(db, publicity::entry_of(db, id.into()).await?.entry.claim_id).await
        }
    }
}

/// A claim, with whoever of the staff filed or submitted it. Her own hand and her proxy's are none
/// of theirs.
async fn claimed(db: &impl ConnectionTrait, id: ClaimId) -> Result<Subject, Failure> {
    let row = claim::Entity::find_by_id(id).one(db).await?.ok_or(code::NOT_FOUND)?;
    let attended = match row.attendance_id {
        Some(id) => Some(attended(db, id).await?),
        None => None,
    };
    // Who certified it was the first to decide; whoever confirmed what it rests on decided, too.
    let mut deciders: Vec<_> = row.decided_by.into_iter().collect();
    deciders.extend(attended.iter().flat_map(|attended| attended.deciders.iter().copied()));
    let filed = (row.entered_via == EnteredVia::Staff).then_some(row.entered_by);
    let mut enterers: Vec<_> = filed.into_iter().chain(row.submitted_by).collect();
    enterers.extend(attended.iter().flat_map(|attended| attended.enterers.iter().copied()));
    Ok(Subject {
        volunteer: row.volunteer_id,
        site: row.site_id,
        deciders,
        enterers,
        correctors: attended.map(|attended| attended.correctors).unwrap_or_default(),
        claim: Some(row.id),
        attendance: row.attendance_id,
    })
}

/// Who wrote down that she came, where she did not scan herself, and that she left; of a late
/// entry, the first of its two persons.
const fn by_hand(row: &attendance::Model) -> [Option<AccountId>; 2] {
    let came = match row.source {
        AttendanceSource::Qr => None,
        AttendanceSource::RollCall
        | AttendanceSource::OfflineBatch
        | AttendanceSource::LateEntry => Some(row.entered_by),
    };
    [came, row.checked_out_by]
}

/// Points earned by a claim stand and fall with it. A debt paid or an earning taken back names the
/// same cause, and is none of that.
async fn posted(db: &impl ConnectionTrait, id: LedgerEntryId) -> Result<Subject, Failure> {
    let row = ledger_entry::Entity::find_by_id(id).one(db).await?.ok_or(code::NOT_FOUND)?;
    if row.source_kind == "claim" && row.kind == LedgerKind::Earn {
        let claim = claimed(db, row.source_id.into()).await?;
        let deciders = row.actor_account_id.into_iter().chain(claim.deciders).collect();
        return Ok(Subject { deciders, ..claim });
    }
    let her = volunteers::get(db, row.volunteer_id).await?;
    let opens = row.kind == LedgerKind::Opening;
    let taken_over = if opens { find_take_over(db, id).await? } else { None };
    let (by, committed) = taken_over.map(|file| (file.created_by, file.committed_by)).unzip();
    Ok(Subject {
        volunteer: her.id,
        site: her.site_id,
        deciders: committed.flatten().into_iter().chain(row.actor_account_id).collect(),
        enterers: by.into_iter().collect(),
        correctors: Vec::new(),
        claim: None,
        attendance: None,
    })
}

/// The file that brought an opening entry: of its two persons neither judges it.
async fn find_take_over(
    db: &impl ConnectionTrait,
    id: LedgerEntryId,
) -> Result<Option<opening_import::Model>, Failure> {
    let row = opening_row::Entity::find().filter(opening_row::Column::EntryId.eq(id));
    match row.one(db).await? {
        Some(row) => Ok(opening_import::Entity::find_by_id(row.import_id).one(db).await?),
        None => Ok(None),
    }
}

/// Who certified points for an attendance does not judge it, either.
async fn attended(db: &impl ConnectionTrait, id: AttendanceId) -> Result<Subject, Failure> {
    let row = attendance::Entity::find_by_id(id).one(db).await?.ok_or(code::NOT_FOUND)?;
    let mut deciders: Vec<_> = row.confirmed_by.into_iter().chain(row.approved_by).collect();
    let claims = claims::list_for_attendance(db, id).await?;
    deciders.extend(claims.into_iter().filter_map(|claim| claim.decided_by));
    Ok(Subject {
        volunteer: row.volunteer_id,
        site: row.site_id,
        deciders,
        enterers: by_hand(&row).into_iter().flatten().collect(),
        correctors: attendances::earlier_hands(db, id).await?,
        claim: None,
        attendance: Some(row.id),
    })
}

async fn redeemed(db: &impl ConnectionTrait, id: RedemptionId) -> Result<Subject, Failure> {
    let row = redemption::Entity::find_by_id(id).one(db).await?.ok_or(code::NOT_FOUND)?;
    Ok(Subject {
        volunteer: row.volunteer_id,
        site: row.site_id,
        deciders: row.fulfilled_by.into_iter().collect(),
        enterers: Vec::new(),
        correctors: Vec::new(),
        claim: None,
        attendance: None,
    })
}
