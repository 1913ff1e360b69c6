//! Reading the audit trail, which is itself put on it.

use entity::audit_event;
use entity::ids::AuditEventId;

use super::repository::{self, Filter};
use crate::auth::{Caller, Permission};
use crate::platform::actor::Actor;
use crate::platform::audit_row;
use crate::platform::core::Core;
use crate::platform::failure::Failure;
use crate::platform::paging::Pager;
use crate::platform::tx::in_tx;

/// One page of what was done, newest first, in the subtrees she audits. What names no
/// site is the county's to read.
pub(super) async fn list(
    core: &Core,
    (caller, actor): (&Caller, &Actor),
    filter: Filter,
    pager: &Pager<'_>,
) -> Result<(Vec<audit_event::Model>, Option<String>), Failure> {
    let scopes = caller.scopes(Permission::ReadAudit);
    let everything = scopes.iter().any(|path| is_county(path));
    let filter = Filter { within: (!everything).then_some(scopes), ..filter };
    let before = pager.after::<AuditEventId>()?;
    let rows = repository::list(&core.pools.read, &filter, before, pager.limit()).await?;
    in_tx(core, actor, async |tx| audit_row::record(tx, "audit_event_list", None, "ok").await)
        .await?;
    pager.cut(rows, |row| row.id.to_string())
}

/// The county's own path has one part: `/county/`.
fn is_county(path: &str) -> bool {
    path.split('/').filter(|part| !part.is_empty()).count() == 1
}
