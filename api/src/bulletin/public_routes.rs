//! Operations of bulletins for everybody, without signing in. Addresses stay for good.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get};
use entity::ids::SiteId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::public_dto::{
    BulletinCorrectionPage, PublicBulletinPage, PublicBulletinQuery, PublicBulletinView,
    PublicRegisterPage,
};
use super::screen::ScreenView;
use super::{public, screen};
use crate::app::App;
use crate::paper::answer;
use crate::platform::command::Answer;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 季度公开（公开）
///
/// The published bulletins of a site and those below it, or of the county, the latest
/// quarter first. A station's list holds those of its town, too, where its figures stand.
#[utoipa::path(
    operation_id = "public_bulletin_list", tag = "publicity",
    params(PublicBulletinQuery),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "季度公开", body = PublicBulletinPage)),
)]
#[get("/public/bulletins")]
async fn list(app: Data<App>, request: HttpRequest, query: Query<PublicBulletinQuery>) -> Answer {
    let site = query.site_id;
    let pager = Pager::new(&app.core, format!("public_bulletins|{site:?}"), &query.page())?;
    answer::json(&request, &public::bulletins(&app, site, &pager).await?)
}

/// 一期季度公开（公开）
///
/// One bulletin with its figures, its digest, the head of the public tree it holds, how to
/// object, and what stands on every public page.
#[utoipa::path(
    operation_id = "public_bulletin_get", tag = "publicity",
    params(("bulletin_no" = String, Path, description = "公开编号", example = "GK7K2M4P9QX")),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "季度公开", body = PublicBulletinView)),
)]
#[get("/public/bulletins/{bulletin_no}")]
async fn show(app: Data<App>, request: HttpRequest, number: Path<String>) -> Answer {
    answer::json(&request, &public::bulletin(&app, &number).await?)
}

/// 公开台账（公开）
///
/// The redemption register of a bulletin. A person is named where she agreed to it before the
/// publication and still does, called 一名志愿者 once she withdrew, and else shown by the tail of her
/// card's number.
#[utoipa::path(
    operation_id = "public_bulletin_lines", tag = "publicity",
    params(("bulletin_no" = String, Path, description = "公开编号", example = "GK7K2M4P9QX"), PageQuery),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "台账", body = PublicRegisterPage)),
)]
#[get("/public/bulletins/{bulletin_no}/lines")]
async fn lines(
    app: Data<App>,
    request: HttpRequest,
    number: Path<String>,
    query: Query<PageQuery>,
) -> Answer {
    let pager = Pager::new(&app.core, format!("public_bulletin_lines|{number}"), &query)?;
    answer::json(&request, &public::lines(&app, &number, &pager).await?)
}

/// 季度公开的更正（公开）
///
/// What became different after the publication, oldest first.
#[utoipa::path(
    operation_id = "public_bulletin_corrections", tag = "publicity",
    params(("bulletin_no" = String, Path, description = "公开编号", example = "GK7K2M4P9QX"), PageQuery),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "更正", body = BulletinCorrectionPage)),
)]
#[get("/public/bulletins/{bulletin_no}/corrections")]
async fn corrections(
    app: Data<App>,
    request: HttpRequest,
    number: Path<String>,
    query: Query<PageQuery>,
) -> Answer {
    let pager = Pager::new(&app.core, format!("public_bulletin_corrections|{number}"), &query)?;
    answer::json(&request, &public::corrections(&app, &number, &pager).await?)
}

/// 屏幕内容（公开）
///
/// What a site's screen shows now: open notices and the latest bulletin, in pages of a few
/// lines with hints for large type.
#[utoipa::path(
    operation_id = "public_screen", tag = "publicity",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "屏幕内容", body = ScreenView)),
)]
#[get("/public/sites/{site_id}/screen")]
async fn show_screen(app: Data<App>, request: HttpRequest, site: Path<SiteId>) -> Answer {
    let base = answer::base(&app, &request);
    answer::json(&request, &screen::screen(&app, *site, &base).await?)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list).service(show).service(lines).service(corrections).service(show_screen);
}
