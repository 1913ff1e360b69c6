//! Operations of the site tree.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get, post, put};
use entity::ids::SiteId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{CreateSite, SitePage, SiteQuery, SiteView, UpdateSite};
use super::{appointment, redemption_point, service, setting, staff};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::clock::local_day;
use crate::platform::command::{Answer, Command, Done, with_etag};
use crate::platform::failure::Failure;
use crate::platform::paging::Pager;
use crate::platform::query::Query;

/// 中心、所、站列表
///
/// Lists the sites that exist today, whoever lies in a place after it. No sign-in
/// needed: a villager chooses her station before she registers.
#[utoipa::path(
    operation_id = "site_list", tag = "sites", params(SiteQuery),
    extensions(("x-permission" = json!("public")), ("x-reader" = json!(true))),
    responses((status = OK, description = "列表", body = SitePage)),
)]
#[get("/sites")]
async fn list_sites(
    app: Data<App>,
    reader: Option<Caller>,
    query: Query<SiteQuery>,
) -> Result<Json<SitePage>, Failure> {
    let name = query.list_name();
    let (filter, page) = query.into_inner().split();
    let pager = Pager::new(&app.core, name, &page)?;
    let (rows, next_page_token) = service::list(&app.core, &filter, &pager).await?;
    let today = local_day(app.clock.now());
    let view = |row| SiteView::new(row, reader.as_ref(), today);
    Ok(Json(SitePage { items: rows.into_iter().map(view).collect(), next_page_token }))
}

/// 一个中心、所或站
///
/// Answers one site, also one that was closed. Who is signed in sees what she may do with it.
#[utoipa::path(
    operation_id = "site_get", tag = "sites",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("public")),
        ("x-reader" = json!(true)),
        ("x-etag" = json!(true)),
    ),
    responses((status = OK, description = "所站", body = SiteView)),
)]
#[get("/sites/{site_id}")]
async fn get_site(
    app: Data<App>,
    request: HttpRequest,
    reader: Option<Caller>,
    id: Path<SiteId>,
) -> Answer {
    let row = service::get(&app.pools.read, *id).await?;
    let today = local_day(app.clock.now());
    with_etag(&request, row.version, &SiteView::new(row, reader.as_ref(), today))
}

/// 新设所站
///
/// Founds an institute below a center or a station below an institute. Its division
/// code must lie in the parent's.
#[utoipa::path(
    operation_id = "site_create", tag = "sites", request_body = CreateSite,
    extensions(
        ("x-permission" = json!("manage_sites")),
        ("x-codes" = json!(["not_found", "division_code_taken"])),
    ),
    responses((status = CREATED, description = "已设立", body = SiteView)),
)]
#[post("/sites")]
async fn create_site(caller: Caller, cmd: Command<CreateSite>) -> Answer {
    cmd.run(async move |tx, body| {
        let row = service::create(tx, &caller, body).await?;
        let (version, location) = (row.version, format!("/v1/sites/{}", row.id));
        let view = SiteView::new(row, Some(&caller), local_day(tx.now));
        Ok(Done::created(view, location).version(version))
    })
    .await
}

/// 修改所站
///
/// Replaces the details of a site. Kind, parent, place and division code stay: the
/// names of other things are made from them.
#[utoipa::path(
    operation_id = "site_update", tag = "sites", request_body = UpdateSite,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("manage_sites")), ("x-codes" = json!(["county_only"]))),
    responses((status = OK, description = "已修改", body = SiteView)),
)]
#[put("/sites/{site_id}")]
async fn update_site(caller: Caller, id: Path<SiteId>, cmd: Command<UpdateSite>) -> Answer {
    let expected = cmd.expected_version()?;
    cmd.run(async move |tx, body| {
        let row = service::update(tx, &caller, *id, expected, body.into()).await?;
        let version = row.version;
        let view = SiteView::new(row, Some(&caller), local_day(tx.now));
        Ok(Done::ok(view).version(version))
    })
    .await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_sites)
        .service(get_site)
        .service(create_site)
        .service(update_site)
        .configure(setting::configure)
        .configure(staff::configure)
        .configure(appointment::configure)
        .configure(redemption_point::configure);
}
