//! Operations of notice rounds for everybody, without signing in. Addresses stay for good.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get};
use entity::ids::SiteId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::public;
use super::public_dto::{
    PublicCorrectionPage, PublicEntryPage, PublicEntryView, PublicNoticePage, PublicNoticeView,
};
use crate::app::App;
use crate::paper::answer;
use crate::platform::command::Answer;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 一个所站的公示
///
/// The opened, closed and archived notice rounds of a site and those below it, newest first; in a
/// station's list also those of its town, which gives notice for it.
#[utoipa::path(
    operation_id = "public_notice_list", tag = "publicity",
    params(("site_id" = SiteId, Path, description = "所站编号"), PageQuery),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "公示", body = PublicNoticePage)),
)]
#[get("/public/sites/{site_id}/notices")]
async fn list(
    app: Data<App>,
    request: HttpRequest,
    site: Path<SiteId>,
    query: Query<PageQuery>,
) -> Answer {
    let pager = Pager::new(&app.core, format!("public_notices|{site}"), &query)?;
    answer::json(&request, &public::notices(&app, *site, &pager).await?)
}

/// 一期公示（公开）
///
/// One notice round with its digest, how to object, and what stands on every public page.
#[utoipa::path(
    operation_id = "public_notice_get", tag = "publicity",
    params(("round_no" = String, Path, description = "公示编号", example = "GS7K2M4P9QX")),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "公示", body = PublicNoticeView)),
)]
#[get("/public/notices/{round_no}")]
async fn show(app: Data<App>, request: HttpRequest, number: Path<String>) -> Answer {
    answer::json(&request, &public::notice(&app, &number).await?)
}

/// 公示条目（公开）
///
/// The entries of a round. A person is named where she agreed to it before the opening and still
/// does, called 一名志愿者 once she withdrew, and else shown by the tail of her card's number.
#[utoipa::path(
    operation_id = "public_notice_entries", tag = "publicity",
    params(("round_no" = String, Path, description = "公示编号", example = "GS7K2M4P9QX"), PageQuery),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "公示条目", body = PublicEntryPage)),
)]
#[get("/public/notices/{round_no}/entries")]
async fn entries(
    app: Data<App>,
    request: HttpRequest,
    number: Path<String>,
    query: Query<PageQuery>,
) -> Answer {
    let pager = Pager::new(&app.core, format!("public_entries|{number}"), &query)?;
    answer::json(&request, &public::entries(&app, &number, &pager).await?)
}

/// 公示中的一条（公开）
///
/// One entry by its number, with its seal and its correction, if any.
#[utoipa::path(
    operation_id = "public_notice_entry", tag = "publicity",
    params(
        ("round_no" = String, Path, description = "公示编号", example = "GS7K2M4P9QX"),
        ("position" = i32, Path, description = "条目序号", minimum = 1, example = 12),
    ),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "公示条目", body = PublicEntryView)),
)]
#[get("/public/notices/{round_no}/entries/{position}")]
async fn entry(app: Data<App>, request: HttpRequest, path: Path<(String, i32)>) -> Answer {
    let (number, position) = path.into_inner();
    answer::json(&request, &public::entry(&app, &number, position).await?)
}

/// 公示更正（公开）
///
/// What became different after the opening, oldest first. Nothing shown is ever edited.
#[utoipa::path(
    operation_id = "public_notice_corrections", tag = "publicity",
    params(("round_no" = String, Path, description = "公示编号", example = "GS7K2M4P9QX"), PageQuery),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "更正", body = PublicCorrectionPage)),
)]
#[get("/public/notices/{round_no}/corrections")]
async fn corrections(
    app: Data<App>,
    request: HttpRequest,
    number: Path<String>,
    query: Query<PageQuery>,
) -> Answer {
    let pager = Pager::new(&app.core, format!("public_corrections|{number}"), &query)?;
    answer::json(&request, &public::corrections(&app, &number, &pager).await?)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list).service(show).service(entries).service(entry).service(corrections);
}
