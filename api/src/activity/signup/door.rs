//! Taking a place at the door of an activity that wants no sign-up beforehand.

use entity::ids::{AccountId, ActivityId, SiteId, VolunteerId};
use entity::sign_up::{self, SignUpState};
use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::super::repository::take_place;
use super::repository;
use crate::journal;
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// Puts somebody who came without signing up on the list, which is the evidence of
/// who was insured; false when no place is left, and then the caller must not commit.
/// Whether she may take part is the caller's business, too.
///
/// The place is taken last: it locks the activity, and at the opening of a large event
/// everybody at the door waits for that lock.
///
/// # Errors
/// The database's. A unique violation means that she signed up at this very moment:
/// the transaction is run again and finds her on the list.
pub(crate) async fn sign_up_at_door(
    tx: &Tx<'_>,
    (activity, site): (ActivityId, SiteId),
    volunteer: VolunteerId,
    entered_by: AccountId,
) -> Result<bool, Failure> {
    let row = sign_up::ActiveModel {
        id: Set(tx.new_id()),
        activity_id: Set(activity),
        volunteer_id: Set(volunteer),
        state: Set(SignUpState::SignedUp),
        signed_up_at: Set(tx.now),
        promoted_at: Set(None),
        withdrawn_at: Set(None),
        entered_by: Set(entered_by),
        reason: Set(Some("现场登记".into())),
        version: Set(1),
    };
    let row = repository::insert(tx, row).await?;
    let data = json!({"activity_id": activity, "volunteer_id": volunteer});
    journal::publish(tx, "sign_up.signed_up", "sign_up", row.id.into(), Some(site), data).await?;
    Ok(take_place(tx, activity).await?)
}
