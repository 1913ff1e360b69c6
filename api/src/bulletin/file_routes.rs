//! Files of a bulletin for everybody, without signing in.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get};
use utoipa_actix_web::service_config::ServiceConfig;

use super::files;
use crate::app::App;
use crate::pages::print::PrintQuery;
use crate::paper::answer::{self, PartQuery};
use crate::platform::command::Answer;
use crate::platform::query::Query;

/// 季度公开的打印稿（公开）
///
/// A bulletin as PDF to be put on the wall, A4 or A3, with the square code of its address, its
/// digest, the head of the public tree, and how to object. The same content gives the same
/// bytes.
#[utoipa::path(
    operation_id = "public_bulletin_print", tag = "publicity",
    params(("bulletin_no" = String, Path, description = "公开编号", example = "GK7K2M4P9QX"), PrintQuery),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "打印稿", body = Vec<u8>, content_type = "application/pdf")),
)]
#[get("/public/bulletins/{bulletin_no}/print.pdf")]
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

/// 季度公开的工作簿（公开）
///
/// A bulletin as an XLSX workbook: figures and register, people as everybody may see them.
/// Texts that a spreadsheet would take for a formula are made harmless.
#[utoipa::path(
    operation_id = "public_bulletin_export", tag = "publicity",
    params(("bulletin_no" = String, Path, description = "公开编号", example = "GK7K2M4P9QX")),
    extensions(("x-permission" = json!("public"))),
    responses((
        status = OK, description = "工作簿", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )),
)]
#[get("/public/bulletins/{bulletin_no}/bulletin.xlsx")]
async fn export(app: Data<App>, number: Path<String>) -> Answer {
    let file = files::workbook(&app, &number).await?;
    answer::workbook("bulletin", file)
}

/// 季度公开的广播稿（公开）
///
/// A bulletin in sentences a person can read aloud: numbers in words, no symbols, a card's
/// tail letter by letter.
#[utoipa::path(
    operation_id = "public_bulletin_broadcast", tag = "publicity",
    params(("bulletin_no" = String, Path, description = "公开编号", example = "GK7K2M4P9QX"), PartQuery),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "广播稿", body = String, content_type = "text/plain; charset=utf-8")),
)]
#[get("/public/bulletins/{bulletin_no}/broadcast.txt")]
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
