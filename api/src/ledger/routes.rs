//! Operations of the ledger: reading only; entries are posted by what causes them.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get};
use entity::ids::{SiteId, VolunteerId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    EntryQuery, HerEntryQuery, HerPointsQuery, HerStatementQuery, LedgerEntryPage, LedgerEntryView,
    LedgerProofPage, LedgerProofView, PointsQuery, PointsView, StatementQuery, StatementView,
};
use super::reading;
use crate::app::App;
use crate::auth::{Caller, Permission};
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, with_etag};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;
use crate::volunteer::{self, Reading, ReadingReason};

/// 我的积分
///
/// The caller's points: certified, held and available, now or at the end of a past day.
#[utoipa::path(
    operation_id = "my_points", tag = "ledger", params(PointsQuery),
    extensions(("x-permission" = json!("volunteer")), ("x-etag" = json!(true))),
    responses((status = OK, description = "积分", body = PointsView)),
)]
#[get("/me/points")]
async fn my_points(
    app: Data<App>,
    request: HttpRequest,
    caller: Caller,
    query: Query<PointsQuery>,
) -> Answer {
    points(&app, &request, caller.volunteer()?, &query).await
}

/// 我的积分流水
///
/// The caller's entries, newest first, each explained in words.
#[utoipa::path(
    operation_id = "my_ledger_entries", tag = "ledger", params(EntryQuery),
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "流水", body = LedgerEntryPage)),
)]
#[get("/me/ledger-entries")]
async fn my_ledger_entries(
    app: Data<App>,
    caller: Caller,
    query: Query<EntryQuery>,
) -> Result<Json<LedgerEntryPage>, Failure> {
    entries(&app, &caller, caller.volunteer()?, &query.into_inner().page()).await
}

/// 我的积分对账单
///
/// What happened to the caller's points in a month or a quarter: opening, earned, spent,
/// expired, other, closing.
#[utoipa::path(
    operation_id = "my_statement", tag = "ledger", params(StatementQuery),
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "对账单", body = StatementView)),
)]
#[get("/me/points/statement")]
async fn my_statement(
    app: Data<App>,
    caller: Caller,
    query: Query<StatementQuery>,
) -> Result<Json<StatementView>, Failure> {
    statement(&app, caller.volunteer()?, query.into_inner()).await
}

/// 志愿者的积分对账单
///
/// A volunteer's statement as staff of her site see it. Reading a minor's needs a reason and
/// leaves an audit row.
#[utoipa::path(
    operation_id = "volunteer_statement", tag = "ledger",
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号"), HerStatementQuery),
    extensions(("x-permission" = json!("view_ledger"))),
    responses((status = OK, description = "对账单", body = StatementView)),
)]
#[get("/volunteers/{volunteer_id}/points/statement")]
async fn volunteer_statement(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<VolunteerId>,
    query: Query<HerStatementQuery>,
) -> Result<Json<StatementView>, Failure> {
    let HerStatementQuery { period, reason } = query.into_inner();
    let reading = reading_of("volunteer_statement", reason);
    volunteer::admit(&app, &actor, &caller, *id, reading).await?;
    statement(&app, *id, StatementQuery { period }).await
}

/// 志愿者的积分
///
/// A volunteer's points as staff of her site see them. Reading a minor's needs a reason and
/// leaves an audit row.
#[utoipa::path(
    operation_id = "volunteer_points", tag = "ledger",
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号"), HerPointsQuery),
    extensions(("x-permission" = json!("view_ledger")), ("x-etag" = json!(true))),
    responses((status = OK, description = "积分", body = PointsView)),
)]
#[get("/volunteers/{volunteer_id}/points")]
async fn volunteer_points(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<VolunteerId>,
    (query, request): (Query<HerPointsQuery>, HttpRequest),
) -> Answer {
    let HerPointsQuery { as_of, reason } = query.into_inner();
    let reading = reading_of("volunteer_points", reason);
    volunteer::admit(&app, &actor, &caller, *id, reading).await?;
    points(&app, &request, *id, &PointsQuery { as_of }).await
}

/// 志愿者的积分流水
///
/// A volunteer's entries as staff of her site see them, newest first. Reading a minor's needs
/// a reason and leaves an audit row.
#[utoipa::path(
    operation_id = "volunteer_ledger_entries", tag = "ledger",
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号"), HerEntryQuery),
    extensions(("x-permission" = json!("view_ledger"))),
    responses((status = OK, description = "流水", body = LedgerEntryPage)),
)]
#[get("/volunteers/{volunteer_id}/ledger-entries")]
async fn volunteer_ledger_entries(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<VolunteerId>,
    query: Query<HerEntryQuery>,
) -> Result<Json<LedgerEntryPage>, Failure> {
    let (reason, page) = query.into_inner().parts();
    let reading = reading_of("volunteer_ledger_entries", reason);
    volunteer::admit(&app, &actor, &caller, *id, reading).await?;
    entries(&app, &caller, *id, &page).await
}

/// 核验积分账户
///
/// Recomputes the chain of hashes and the sums of every account kept at a site and
/// below it, one page of accounts at a time, and names each entry that does not fit.
#[utoipa::path(
    operation_id = "ledger_verify", tag = "ledger",
    params(("site_id" = SiteId, Path, description = "所站编号"), EntryQuery),
    extensions(("x-permission" = json!("view_ledger"))),
    responses((status = OK, description = "核验结果", body = LedgerProofPage)),
)]
#[get("/sites/{site_id}/ledger/verify")]
async fn ledger_verify(
    app: Data<App>,
    caller: Caller,
    id: Path<SiteId>,
    query: Query<EntryQuery>,
) -> Result<Json<LedgerProofPage>, Failure> {
    let name = format!("ledger-proof:{}:{id}", caller.account);
    let pager = Pager::new(&app.core, name, &query.into_inner().page())?;
    let (proofs, next_page_token) = reading::prove(&app.core, &caller, *id, &pager).await?;
    let items = proofs.into_iter().map(LedgerProofView::from).collect();
    Ok(Json(LedgerProofPage { items, next_page_token }))
}

const fn reading_of(action: &'static str, reason: Option<ReadingReason>) -> Reading {
    Reading { permission: Permission::ViewLedger, action, reason }
}

async fn points(app: &App, request: &HttpRequest, id: VolunteerId, query: &PointsQuery) -> Answer {
    let standing = reading::standing(&app.core, id, query.as_of).await?;
    with_etag(request, standing.version(), &PointsView::new(id, query.as_of, standing))
}

async fn statement(
    app: &App,
    id: VolunteerId,
    query: StatementQuery,
) -> Result<Json<StatementView>, Failure> {
    let sums = reading::statement(&app.core, id, &query.period).await?;
    Ok(Json(StatementView::new(id, query.period, sums)))
}

async fn entries(
    app: &App,
    caller: &Caller,
    id: VolunteerId,
    page: &PageQuery,
) -> Result<Json<LedgerEntryPage>, Failure> {
    let name = format!("ledger-entries:{}:{id}", caller.account);
    let pager = Pager::new(&app.core, name, page)?;
    let (rows, next_page_token) = reading::entries(&app.core, id, &pager).await?;
    let items = rows.into_iter().map(LedgerEntryView::from).collect();
    Ok(Json(LedgerEntryPage { items, next_page_token }))
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(my_points)
        .service(my_ledger_entries)
        .service(my_statement)
        .service(volunteer_statement)
        .service(volunteer_points)
        .service(volunteer_ledger_entries)
        .service(ledger_verify);
}
