//! Operations of the audit trail.

use actix_web::get;
use actix_web::web::{Data, Json};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{AuditEventPage, AuditEventView, AuditQuery};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::paging::Pager;
use crate::platform::query::Query;

/// 审计记录
///
/// Lists who did or tried what, newest first, in the subtree the caller audits. Reading
/// it is itself recorded.
#[utoipa::path(
    operation_id = "audit_event_list", tag = "audit", params(AuditQuery),
    extensions(("x-permission" = json!("read_audit"))),
    responses((status = OK, description = "审计记录", body = AuditEventPage)),
)]
#[get("/audit-events")]
async fn list_audit_events(
    app: Data<App>,
    caller: Caller,
    actor: Actor,
    query: Query<AuditQuery>,
) -> Result<Json<AuditEventPage>, Failure> {
    let name = query.list_name(caller.account);
    let (filter, page) = query.into_inner().split()?;
    let pager = Pager::new(&app.core, name, &page)?;
    let found = service::list(&app.core, (&caller, &actor), filter, &pager);
    let (rows, next_page_token) = found.await?;
    let items = rows.into_iter().map(AuditEventView::from).collect();
    Ok(Json(AuditEventPage { items, next_page_token }))
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_audit_events);
}
