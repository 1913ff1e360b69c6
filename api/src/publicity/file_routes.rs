//! Files of a notice for everybody, without signing in.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get};
use utoipa_actix_web::service_config::ServiceConfig;

use super::files;
use crate::app::App;
use crate::pages::print::PrintQuery;
use crate::paper::answer::{self, PartQuery};
use crate::platform::command::Answer;
use crate::platform::query::Query;

/// 公示的打印稿（公开）
///
/// A notice as PDF to be put on the wall, A4 or A3, with the square code of its address, its
/// digest, and how to object. The same content gives the same bytes.
#[utoipa::path(
    operation_id = "public_notice_print", tag = "publicity",
    params(("round_no" = String, Path, description = "公示编号", example = "GS7K2M4P9QX"), PrintQuery),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "打印稿", body = Vec<u8>, content_type = "application/pdf")),
)]
#[get("/public/notices/{round_no}/print.pdf")]
async fn print(
    app: Data<App>,
    request: HttpRequest,
    number: Path<String>,
    query: Query<PrintQuery>,
) -> Answer {
    let base = answer::base(&app, &request);
    let bytes =
        files::print(&app, &number, (query.paper, query.part.map(i32::from)), &base).await?;
    Ok(answer::pdf(&request, bytes))
}

/// 公示的工作簿（公开）
///
/// A notice as an XLSX workbook, people as everybody may see them. Texts that a spreadsheet
/// would take for a formula are made harmless.
#[utoipa::path(
    operation_id = "public_notice_export", tag = "publicity",
    params(("round_no" = String, Path, description = "公示编号", example = "GS7K2M4P9QX")),
    extensions(("x-permission" = json!("public"))),
    responses((
        status = OK, description = "工作簿", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )),
)]
#[get("/public/notices/{round_no}/notice.xlsx")]
async fn export(app: Data<App>, number: Path<String>) -> Answer {
    let file = files::workbook(&app, &number).await?;
    answer::workbook("notice", file)
}

/// 公示的广播稿（公开）
///
/// A notice in sentences a person can read aloud: numbers in words, no symbols, a card's tail
/// letter by letter.
#[utoipa::path(
    operation_id = "public_notice_broadcast", tag = "publicity",
    params(("round_no" = String, Path, description = "公示编号", example = "GS7K2M4P9QX"), PartQuery),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "广播稿", body = String, content_type = "text/plain; charset=utf-8")),
)]
#[get("/public/notices/{round_no}/broadcast.txt")]
async fn broadcast(
    app: Data<App>,
    request: HttpRequest,
    number: Path<String>,
    query: Query<PartQuery>,
) -> Answer {
    Ok(answer::words(&request, files::broadcast(&app, &number, query.part.map(i32::from)).await?))
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(print).service(export).service(broadcast);
}
