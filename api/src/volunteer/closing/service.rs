//! Use cases of endings: a registration that is not accepted.

use entity::ids::{AccountId, VolunteerId};
use entity::volunteer;

use super::{domain, repository};
use crate::app::App;
use crate::auth::{self, Caller, Permission};
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::volunteer::domain::VolunteerAction;
use crate::volunteer::{error, kin, service};

/// Turns a locked volunteer into nobody and frees what was hers alone.
///
/// # Errors
/// `wrong_state`, `volunteer_admitted`.
async fn end(
    tx: &Tx<'_>,
    row: &volunteer::Model,
    action: VolunteerAction,
    reason: Option<String>,
) -> Result<volunteer::Model, Failure> {
    action.apply(row.state).ok_or(code::WRONG_STATE)?;
    if action.is_too_late(row.admitted_at.is_some()) {
        return Err(error::VOLUNTEER_ADMITTED.into());
    }
    repository::end_all(tx, row.id, tx.now).await?;
    service::store(tx, domain::nobody(row, reason), action.event()).await
}

/// Turns somebody who leaves into nobody. What she earned stays with the row's id.
///
/// # Errors
/// `wrong_state`.
pub(crate) async fn close(
    tx: &Tx<'_>,
    row: &volunteer::Model,
) -> Result<volunteer::Model, Failure> {
    end(tx, row, VolunteerAction::Close, None).await
}

/// Refuses a registration that nobody confirmed, and keeps for the account it came from what its
/// holder is told.
///
/// # Errors
/// `wrong_state`, `volunteer_admitted`.
pub(in crate::volunteer) async fn refuse(
    tx: &Tx<'_>,
    row: &volunteer::Model,
    (reason, told): (String, &str),
) -> Result<volunteer::Model, Failure> {
    let ended = end(tx, row, VolunteerAction::Reject, Some(reason)).await?;
    if let Some(account) = row.account_id {
        auth::keep_refusal(tx, account, told).await?;
    }
    Ok(ended)
}

/// Refuses a pending registration. Nothing of it is kept but the reason.
pub(super) async fn reject(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
    reason: String,
) -> Result<volunteer::Model, Failure> {
    let (row, _) = service::lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    if kin::is_related(&**tx, caller, id).await? {
        return Err(code::MUST_RECUSE.into());
    }
    let told = reason.clone();
    refuse(tx, &row, (reason, &told)).await
}

/// Whose account it is, so that it can be told that it is a volunteer no longer.
pub(super) async fn account_of(app: &App, id: VolunteerId) -> Result<Option<AccountId>, Failure> {
    Ok(service::find(&app.pools.read, id).await?.and_then(|row| row.account_id))
}
