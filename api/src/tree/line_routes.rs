//! Operations on single lines: the holder's own, and the receipts the station prints.

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use entity::ids::{LedgerEntryId, VolunteerId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{LineProofView, ReceiptQuery, SizeQuery, StatementQuery, StatementReceiptQuery};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::failure::Failure;
use crate::platform::query::Query;

/// 我的一笔流水的收据行与证明
///
/// Her own line with the proof that it is in a signed head, as text and square: the newest, or
/// the one of a size, such as that whose root hangs on the wall with a bulletin.
#[utoipa::path(
    operation_id = "my_entry_proof", tag = "trees",
    params(("ledger_entry_id" = LedgerEntryId, Path, description = "流水编号"), SizeQuery),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["not_published_yet", "line_erased", "checkpoint_unknown"])),
    ),
    responses((status = OK, description = "收据行与证明", body = LineProofView)),
)]
#[get("/me/ledger-entries/{ledger_entry_id}/proof")]
async fn my_line(
    app: Data<App>,
    caller: Caller,
    id: Path<LedgerEntryId>,
    query: Query<SizeQuery>,
) -> Result<Json<LineProofView>, Failure> {
    let which = (*id, query.into_inner().size);
    service::own_line(&app.pools.read, caller.volunteer()?, which).await.map(Json)
}

/// 打印一笔流水的收据行与证明
///
/// The same for the receipt that the station prints for a volunteer of its site. The line has
/// her whole card number, so that supervisors and others who see people masked get none. A
/// minor's needs a reason and leaves an audit row.
#[utoipa::path(
    operation_id = "ledger_entry_proof", tag = "trees",
    params(("ledger_entry_id" = LedgerEntryId, Path, description = "流水编号"), ReceiptQuery),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["not_published_yet", "line_erased", "checkpoint_unknown"])),
    ),
    responses((status = OK, description = "收据行与证明", body = LineProofView)),
)]
#[get("/ledger-entries/{ledger_entry_id}/proof")]
async fn line_for_staff(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<LedgerEntryId>,
    query: Query<ReceiptQuery>,
) -> Result<Json<LineProofView>, Failure> {
    let about = (*id, query.into_inner());
    service::line_for_staff(&app, &actor, &caller, about).await.map(Json)
}

/// 我的季度对账单的收据行与证明
///
/// Her statement of a quarter as it was written into the public tree when the quarter was closed,
/// with the proof that it is in a signed head: one line that vouches for all of the quarter. A
/// quarter that is not closed has none yet (`not_published_yet`), one in which nothing of hers
/// moved, or from before the tree began, has none at all (`not_found`).
#[utoipa::path(
    operation_id = "my_statement_proof", tag = "trees",
    params(StatementQuery),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!([
            "not_found", "not_published_yet", "line_erased", "checkpoint_unknown",
        ])),
    ),
    responses((status = OK, description = "对账单的收据行与证明", body = LineProofView)),
)]
#[get("/me/points/statement/proof")]
async fn my_statement(
    app: Data<App>,
    caller: Caller,
    query: Query<StatementQuery>,
) -> Result<Json<LineProofView>, Failure> {
    let StatementQuery { quarter, size } = query.into_inner();
    let her = caller.volunteer()?;
    service::own_statement(&app, her, (&quarter, size)).await.map(Json)
}

/// 打印季度对账单的收据行与证明
///
/// The same for the receipt that the station prints for a volunteer of its site. The line has
/// her whole card number, so that supervisors and others who see people masked get none. A
/// minor's needs a reason and leaves an audit row.
#[utoipa::path(
    operation_id = "volunteer_statement_proof", tag = "trees",
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号"), StatementReceiptQuery),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["not_published_yet", "line_erased", "checkpoint_unknown"])),
    ),
    responses((status = OK, description = "对账单的收据行与证明", body = LineProofView)),
)]
#[get("/volunteers/{volunteer_id}/points/statement/proof")]
async fn statement_for_staff(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<VolunteerId>,
    query: Query<StatementReceiptQuery>,
) -> Result<Json<LineProofView>, Failure> {
    let about = (*id, query.into_inner());
    service::statement_for_staff(&app, &actor, &caller, about).await.map(Json)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(my_line).service(line_for_staff);
    cfg.service(my_statement).service(statement_for_staff);
}
