//! Opening a case.

use entity::disqualification::{self, DisqualificationState};
use entity::ids::VolunteerId;
use sea_orm::Set;

use super::domain::{ProposalFault, check_proposal};
use super::dto::ProposeDisqualification;
use super::service::tell;
use super::{error, repository};
use crate::auth::{Caller, Permission};
use crate::platform::clock::local_day;
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::site as sites;
use crate::volunteer as volunteers;

/// Opens a case.
///
/// # Errors
/// `disqualification_open`, `document_used`, `must_recuse`, and faults of the body.
pub(super) async fn propose(
    tx: &Tx<'_>,
    caller: &Caller,
    volunteer: VolunteerId,
    body: ProposeDisqualification,
) -> Result<disqualification::Model, Failure> {
    let her = volunteers::lock(tx, volunteer).await?;
    let site = sites::get(&**tx, her.site_id).await?;
    caller.require_at(Permission::ManageDisqualifications, &site.path)?;
    if volunteers::is_related(&**tx, caller, volunteer).await? {
        return Err(code::MUST_RECUSE.into());
    }
    volunteers::require_disqualifiable(&her)?;
    let (note, today) = (body.ground_note.map(String::from), local_day(tx.now));
    check_proposal(body.ground, note.is_some(), body.document_date, today).map_err(fault)?;

    let document = (body.document_issuer.as_str(), body.document_no.as_str());
    if repository::is_used(&**tx, volunteer, document).await? {
        return Err(error::DOCUMENT_USED.into());
    }

    let new = disqualification::ActiveModel {
        id: Set(tx.new_id()),
        volunteer_id: Set(volunteer),
        site_id: Set(site.id),
        state: Set(DisqualificationState::Proposed),
        ground: Set(body.ground),
        document_no: Set(body.document_no.into()),
        document_issuer: Set(body.document_issuer.into()),
        document_date: Set(body.document_date),
        ground_note: Set(note),
        proposed_by: Set(caller.account),
        proposed_at: Set(tx.now),
        updated_at: Set(tx.now),
        version: Set(1),
        ..Default::default()
    };
    let row = repository::insert(tx, new).await?.ok_or(error::CASE_OPEN)?;
    tell(tx, "disqualification.proposed", &row).await?;
    Ok(row)
}

fn fault(fault: ProposalFault) -> Failure {
    match fault {
        ProposalFault::DocumentDate => Failure::field("/document_date", "不能晚于今天"),
        ProposalFault::NoteMissing => Failure::field("/ground_note", "其他情形须写明"),
        ProposalFault::NoteUnwanted => {
            Failure::field("/ground_note", "此情形只记录文书号，不写处罚内容")
        }
    }
}
