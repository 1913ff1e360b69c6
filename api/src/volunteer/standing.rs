//! A volunteer's standing as a disqualification changes it. Only that slice calls this: the
//! actions of whoever manages volunteers stand in `domain`.

use entity::ids::VolunteerId;
use entity::volunteer::{self, VolunteerState};

use super::{error, service};
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// Whether somebody in this state has a standing to lose.
///
/// # Errors
/// `volunteer_not_active`.
pub(crate) fn require_disqualifiable(state: VolunteerState) -> Result<(), Failure> {
    match state {
        VolunteerState::Active | VolunteerState::Suspended => Ok(()),
        VolunteerState::PendingVerification
        | VolunteerState::Disqualified
        | VolunteerState::Closed => Err(error::VOLUNTEER_NOT_ACTIVE.into()),
    }
}

/// Suspends earning and redeeming; answers the state she goes back to.
///
/// # Errors
/// `volunteer_not_active`.
pub(crate) async fn disqualify(
    tx: &Tx<'_>,
    id: VolunteerId,
    reason: &str,
) -> Result<VolunteerState, Failure> {
    let row = service::lock(tx, id).await?;
    let before = row.state;
    require_disqualifiable(before)?;
    let state_reason = Some(reason.to_owned());
    let row = volunteer::Model { state: VolunteerState::Disqualified, state_reason, ..row };
    service::store(tx, row, "volunteer.disqualified").await?;
    Ok(before)
}

/// Ends it. Who closed her account meanwhile stays away.
///
/// # Errors
/// The database's.
pub(crate) async fn readmit(
    tx: &Tx<'_>,
    id: VolunteerId,
    to: VolunteerState,
    reason: &str,
) -> Result<(), Failure> {
    let row = service::lock(tx, id).await?;
    if row.state == VolunteerState::Disqualified {
        let state_reason = Some(reason.to_owned());
        let row = volunteer::Model { state: to, state_reason, ..row };
        service::store(tx, row, "volunteer.readmitted").await?;
    }
    Ok(())
}
