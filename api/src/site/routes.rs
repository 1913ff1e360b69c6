//! Operations of the site tree.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, get};
use entity::ids::SiteId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{SitePage, SiteQuery, SiteView};
use super::service;
use crate::app::App;
use crate::platform::command::{Answer, with_etag};
use crate::platform::failure::Failure;
use crate::platform::paging::Pager;

/// 中心、所、站列表
///
/// Lists the sites that exist today, whoever lies in a place after it. No sign-in
/// needed: a villager chooses her station before she registers.
#[utoipa::path(
    operation_id = "site_list", tag = "sites", params(SiteQuery),
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "列表", body = SitePage)),
)]
#[get("/sites")]
async fn list_sites(app: Data<App>, query: Query<SiteQuery>) -> Result<Json<SitePage>, Failure> {
    let name = query.list_name();
    let (filter, page) = query.into_inner().split();
    let pager = Pager::new(&app.core, name, &page)?;
    let (rows, next_page_token) = service::list(&app.core, &filter, &pager).await?;
    Ok(Json(SitePage { items: rows.into_iter().map(SiteView::from).collect(), next_page_token }))
}

/// 一个中心、所或站
///
/// Answers one site, also one that was closed.
#[utoipa::path(
    operation_id = "site_get", tag = "sites",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "所站", body = SiteView)),
)]
#[get("/sites/{site_id}")]
async fn get_site(app: Data<App>, request: HttpRequest, id: Path<SiteId>) -> Answer {
    let row = service::get(&app.pools.read, *id).await?;
    with_etag(&request, row.version, &SiteView::from(row))
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_sites).service(get_site);
}
