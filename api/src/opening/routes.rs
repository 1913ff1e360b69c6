//! Operations of take-overs of paper books.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use entity::ids::{OpeningImportId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    CommitOpeningImport, CreateOpeningImport, OpeningFaultPage, OpeningImportPage,
    OpeningImportView, OpeningQuery, OpeningRowPage,
};
use super::{reading, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::Failure;
use crate::platform::query::Query;
use crate::platform::text::spreadsheet::CSV;

/// 上传纸质积分册
///
/// Uploads a file of paper books (CSV or XLSX, at most 5 MiB and 5,000 lines) and checks every
/// line as live writes are checked. Nothing is booked: the answer lists what is wrong, or the
/// digest that a second person must give to commit it.
#[utoipa::path(
    operation_id = "opening_import_create", tag = "openings",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("import_openings")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-body-limit" = json!(7_340_032)),
    ),
    request_body = CreateOpeningImport,
    responses((status = CREATED, description = "已核对", body = OpeningImportView)),
)]
#[post("/sites/{site_id}/opening-imports")]
async fn create(caller: Caller, site: Path<SiteId>, cmd: Command<CreateOpeningImport>) -> Answer {
    let upload = service::read(&cmd.body).await?;
    cmd.run(async move |tx, body| {
        let file = (body.source.as_str(), &upload);
        let view = service::preview(tx, &caller, *site, file).await?;
        let (location, version) = (format!("/v1/opening-imports/{}", view.id), view.version);
        Ok(Done::created(view, location).version(version))
    })
    .await
}

/// 期初结转列表
///
/// Lists a site's take-overs, newest first.
#[utoipa::path(
    operation_id = "opening_import_list", tag = "openings",
    params(("site_id" = SiteId, Path, description = "所站编号"), OpeningQuery),
    extensions(("x-permission" = json!("import_openings"))),
    responses((status = OK, description = "期初结转", body = OpeningImportPage)),
)]
#[get("/sites/{site_id}/opening-imports")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<OpeningQuery>,
) -> Result<Json<OpeningImportPage>, Failure> {
    reading::list(&app, &caller, *site, &query.into_inner().page()).await.map(Json)
}

/// 期初结转模板
///
/// An empty file with the columns: row id, card number, external volunteer number (one of the
/// two), name as registered, points 1 to 100,000, page of the paper book.
#[utoipa::path(
    operation_id = "opening_import_template", tag = "openings",
    extensions(("x-permission" = json!("import_openings"))),
    responses((
        status = OK, description = "模板", body = String, content_type = "text/csv; charset=utf-8",
    )),
)]
#[get("/opening-imports/template.csv")]
async fn template(_caller: Caller) -> HttpResponse {
    csv("opening-template.csv", reading::template())
}

/// 查看期初结转
///
/// One take-over, its progress and its first faults.
#[utoipa::path(
    operation_id = "opening_import_get", tag = "openings",
    params(("opening_import_id" = OpeningImportId, Path, description = "期初结转编号")),
    extensions(("x-permission" = json!("import_openings")), ("x-etag" = json!(true))),
    responses((status = OK, description = "期初结转", body = OpeningImportView)),
)]
#[get("/opening-imports/{opening_import_id}")]
async fn show(
    app: Data<App>,
    request: HttpRequest,
    caller: Caller,
    id: Path<OpeningImportId>,
) -> Answer {
    let view = reading::get(&app, &caller, *id).await?;
    with_etag(&request, view.version, &view)
}

/// 期初结转明细
///
/// Whom a take-over names, for how many points, and from which page of the book, by line: what a
/// second person reads before she commits it. Minors' names are masked. A file with faults has no
/// rows; what became of the rows of a committed one stands beside them.
#[utoipa::path(
    operation_id = "opening_row_list", tag = "openings",
    params(
        ("opening_import_id" = OpeningImportId, Path, description = "期初结转编号"),
        OpeningQuery,
    ),
    extensions(("x-permission" = json!("import_openings"))),
    responses((status = OK, description = "明细", body = OpeningRowPage)),
)]
#[get("/opening-imports/{opening_import_id}/rows")]
async fn rows(
    app: Data<App>,
    caller: Caller,
    id: Path<OpeningImportId>,
    query: Query<OpeningQuery>,
) -> Result<Json<OpeningRowPage>, Failure> {
    reading::rows(&app, &caller, *id, &query.into_inner().page()).await.map(Json)
}

/// 期初结转问题清单
///
/// What is wrong with a file, or which rows of a committed one could not be booked any more, by
/// line.
#[utoipa::path(
    operation_id = "opening_import_faults", tag = "openings",
    params(
        ("opening_import_id" = OpeningImportId, Path, description = "期初结转编号"),
        OpeningQuery,
    ),
    extensions(("x-permission" = json!("import_openings"))),
    responses((status = OK, description = "问题", body = OpeningFaultPage)),
)]
#[get("/opening-imports/{opening_import_id}/faults")]
async fn faults(
    app: Data<App>,
    caller: Caller,
    id: Path<OpeningImportId>,
    query: Query<OpeningQuery>,
) -> Result<Json<OpeningFaultPage>, Failure> {
    reading::faults(&app, &caller, *id, &query.into_inner().page()).await.map(Json)
}

/// 下载期初结转问题清单
///
/// The same as CSV. No cell is taken for a formula.
#[utoipa::path(
    operation_id = "opening_import_faults_csv", tag = "openings",
    params(("opening_import_id" = OpeningImportId, Path, description = "期初结转编号")),
    extensions(("x-permission" = json!("import_openings"))),
    responses((
        status = OK, description = "问题", body = String, content_type = "text/csv; charset=utf-8",
    )),
)]
#[get("/opening-imports/{opening_import_id}/faults.csv")]
async fn faults_csv(app: Data<App>, caller: Caller, id: Path<OpeningImportId>) -> Answer {
    Ok(csv("opening-faults.csv", reading::faults_csv(&app, &caller, *id).await?))
}

/// 确认入账
///
/// A second person commits what she saw, by its digest; nothing in it may concern herself or
/// her kin. A task then books the rows; the take-over shows how far. Committed again, it goes on
/// where a cancelled task stopped.
#[utoipa::path(
    operation_id = "opening_import_commit", tag = "openings",
    params(("opening_import_id" = OpeningImportId, Path, description = "期初结转编号")),
    extensions(
        ("x-permission" = json!("import_openings")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!([
            "wrong_state", "import_faulty", "digest_mismatch", "second_person_required",
            "must_recuse",
        ])),
    ),
    request_body = CommitOpeningImport,
    responses((status = OK, description = "正在入账", body = OpeningImportView)),
)]
#[post("/opening-imports/{opening_import_id}/commit")]
async fn commit(
    caller: Caller,
    id: Path<OpeningImportId>,
    cmd: Command<CommitOpeningImport>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let view = service::commit(tx, &caller, *id, body.digest.as_str()).await?;
        let version = view.version;
        Ok(Done::ok(view).version(version))
    })
    .await
}

/// 作废期初结转
///
/// Discards a file that nobody is to book any more: by who uploaded it, or by another who might
/// commit it. It stays in the list. One that a task books is stopped first; what was booked of it
/// stays.
#[utoipa::path(
    operation_id = "opening_import_discard", tag = "openings",
    params(("opening_import_id" = OpeningImportId, Path, description = "期初结转编号")),
    extensions(
        ("x-permission" = json!("import_openings")),
        ("x-codes" = json!(["wrong_state", "must_recuse"])),
    ),
    responses((status = OK, description = "已作废", body = OpeningImportView)),
)]
#[post("/opening-imports/{opening_import_id}/discard")]
async fn discard(caller: Caller, id: Path<OpeningImportId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let view = service::discard(tx, &caller, *id).await?;
        let version = view.version;
        Ok(Done::ok(view).version(version))
    })
    .await
}

fn csv(name: &str, text: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, CSV))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(text)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(create)
        .service(list)
        .service(template)
        .service(show)
        .service(rows)
        .service(faults)
        .service(faults_csv)
        .service(commit)
        .service(discard);
}
