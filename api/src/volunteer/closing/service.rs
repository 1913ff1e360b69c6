//! Use cases of endings: a registration that is not accepted.

use entity::ids::{AccountId, VolunteerId};
use entity::volunteer;

use super::{domain, repository};
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::failure::{Failure, code};
use crate::platform::tx::Tx;
use crate::volunteer::domain::VolunteerAction;
use crate::volunteer::{kin, service};

/// Turns a locked volunteer into nobody and frees what was hers alone.
///
/// # Errors
/// `wrong_state`.
pub(in crate::volunteer) async fn end(
    tx: &Tx<'_>,
    row: &volunteer::Model,
    action: VolunteerAction,
    reason: Option<String>,
) -> Result<volunteer::Model, Failure> {
    action.apply(row.state).ok_or(code::WRONG_STATE)?;
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

/// Refuses a pending registration. Nothing of it is kept but the reason.
pub(super) async fn reject(
    tx: &Tx<'_>,
    caller: &Caller,
    id: VolunteerId,
    reason: String,
) -> Result<volunteer::Model, Failure> {
    let (row, _) = service::lock_for(tx, caller, Permission::ManageVolunteers, id).await?;
    if kin::is_related(&**tx, caller.account, id).await? {
        return Err(code::MUST_RECUSE.into());
    }
    end(tx, &row, VolunteerAction::Reject, Some(reason)).await
}

/// Whose account it is, so that it can be told that it is a volunteer no longer.
pub(super) async fn account_of(app: &App, id: VolunteerId) -> Result<Option<AccountId>, Failure> {
    Ok(service::find(&app.pools.read, id).await?.and_then(|row| row.account_id))
}
