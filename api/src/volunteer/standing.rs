//! A volunteer's standing as a disqualification changes it. Only that slice calls this: the
//! actions of whoever manages volunteers stand in `domain`.

use entity::ids::VolunteerId;
use entity::volunteer::{self, VolunteerState};

use super::{error, service};
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// The standing somebody has to lose. Who was verified once has it while she waits again: else a
/// corrected name would stop a case.
fn standing(state: VolunteerState, admitted: bool) -> Option<VolunteerState> {
    match state {
        VolunteerState::Active => Some(VolunteerState::Active),
        VolunteerState::Suspended => Some(VolunteerState::Suspended),
        VolunteerState::PendingVerification => admitted.then_some(VolunteerState::Active),
        VolunteerState::Disqualified | VolunteerState::Closed => None,
    }
}

/// The state she goes back to: who was waiting to be verified again goes on waiting.
fn readmitted(standing: VolunteerState, verified: bool) -> VolunteerState {
    let waits = standing == VolunteerState::Active && !verified;
    if waits { VolunteerState::PendingVerification } else { standing }
}

/// Whether she has a standing to lose.
///
/// # Errors
/// `volunteer_not_active`.
pub(crate) fn require_disqualifiable(her: &volunteer::Model) -> Result<(), Failure> {
    let found = standing(her.state, her.admitted_at.is_some());
    found.map(drop).ok_or_else(|| error::not_active(her.state))
}

/// Suspends earning and redeeming; answers the standing she loses by it.
///
/// # Errors
/// `volunteer_not_active`.
pub(crate) async fn disqualify(
    tx: &Tx<'_>,
    id: VolunteerId,
    reason: &str,
) -> Result<VolunteerState, Failure> {
    let row = service::lock(tx, id).await?;
    let before = standing(row.state, row.admitted_at.is_some());
    let before = before.ok_or_else(|| error::not_active(row.state))?;
    let state_reason = Some(reason.to_owned());
    let row = volunteer::Model { state: VolunteerState::Disqualified, state_reason, ..row };
    service::store(tx, row, "volunteer.disqualified").await?;
    Ok(before)
}

/// Ends it, and gives that standing back. Who closed her account meanwhile stays away.
///
/// # Errors
/// The database's.
pub(crate) async fn readmit(
    tx: &Tx<'_>,
    id: VolunteerId,
    before: VolunteerState,
    reason: &str,
) -> Result<(), Failure> {
    let row = service::lock(tx, id).await?;
    if row.state == VolunteerState::Disqualified {
        let state = readmitted(before, row.verified_at.is_some());
        let state_reason = Some(reason.to_owned());
        let row = volunteer::Model { state, state_reason, ..row };
        service::store(tx, row, "volunteer.readmitted").await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn who_was_verified_once_has_a_standing_to_lose_and_goes_back_to_where_she_was() {
        use VolunteerState::{Active, PendingVerification, Suspended};
        for admitted in [true, false] {
            for state in VolunteerState::iter() {
                let expected = match (state, admitted) {
                    (Active, _) | (PendingVerification, true) => Some(Active),
                    (Suspended, _) => Some(Suspended),
                    _ => None,
                };
                assert_eq!(standing(state, admitted), expected, "{state} {admitted}");
            }
        }
        assert_eq!(readmitted(Active, true), Active);
        assert_eq!(readmitted(Active, false), PendingVerification);
        assert_eq!(readmitted(Suspended, true), Suspended);
        assert_eq!(readmitted(Suspended, false), Suspended);
    }
}
