//! Writing to the journal.

use entity::ids::SiteId;
use entity::journal_event;
use sea_orm::Set;
use serde_json::Value;
use uuid::Uuid;

use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// Tells what happened, in the same transaction. `data` holds ids and numbers only,
/// never personal data: readers fetch what they may see.
///
/// # Errors
/// The database's.
#[expect(clippy::too_many_arguments, reason = "an event is these five facts")]
pub(crate) async fn publish(
    tx: &Tx<'_>,
    kind: &str,
    subject_type: &str,
    subject_id: Uuid,
    site_id: Option<SiteId>,
    data: Value,
) -> Result<(), Failure> {
    let row = journal_event::ActiveModel {
        id: Set(tx.new_id()),
        position: Set(None),
        kind: Set(kind.into()),
        subject_type: Set(subject_type.into()),
        subject_id: Set(subject_id),
        site_id: Set(site_id),
        data: Set(data),
        occurred_at: Set(tx.now),
        request_id: Set(tx.actor.request_id.clone()),
    };
    Ok(tx.tell(row).await?)
}
