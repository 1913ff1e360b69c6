//! The audit trail's one writer: who did what to which object, in the effect's transaction.

use entity::audit_event;
use sea_orm::{EntityTrait, Set};
use serde_json::Value;

use super::failure::Failure;
use super::tx::Tx;

/// Writes one audit row (cybersecurity law art. 21: kept at least six months).
///
/// # Errors
/// The database's.
pub async fn record(
    tx: &Tx<'_>,
    action: &str,
    object_id: Option<&str>,
    result: &str,
) -> Result<(), Failure> {
    write(tx, action, object_id, (result, None)).await
}

/// Writes one audit row that says more, such as why somebody's data was read.
///
/// # Errors
/// The database's.
pub async fn record_with(
    tx: &Tx<'_>,
    action: &str,
    object_id: Option<&str>,
    detail: Value,
) -> Result<(), Failure> {
    write(tx, action, object_id, ("ok", Some(detail))).await
}

async fn write(
    tx: &Tx<'_>,
    action: &str,
    object_id: Option<&str>,
    (result, detail): (&str, Option<Value>),
) -> Result<(), Failure> {
    let object_type = action.split('_').next().unwrap_or(action);
    let row = audit_event::ActiveModel {
        id: Set(tx.new_id()),
        occurred_at: Set(tx.now),
        actor_account_id: Set(tx.actor.account),
        actor_kind: Set(tx.actor.kind),
        session_id: Set(tx.actor.session),
        action: Set(action.into()),
        object_type: Set(object_type.into()),
        object_id: Set(object_id.map(str::to_owned)),
        site_id: Set(tx.actor.site()),
        actor_role: Set(Some(tx.actor.role())),
        result: Set(result.into()),
        request_id: Set(tx.actor.request_id.clone()),
        ip_prefix: Set(tx.actor.ip_prefix.clone()),
        detail: Set(detail),
    };
    audit_event::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}
