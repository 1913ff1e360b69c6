//! Operations of supervisors' posts: nominating and reading.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{SiteId, SupervisorPostId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{NominateSupervisor, PostQuery, SupervisorPostPage, SupervisorPostView};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 提名监督员
///
/// Nominates a volunteer of the town, who has an account, to supervise the site. She is no staff
/// of the site, above it or below it, and no declared relative of its staff.
#[utoipa::path(
    operation_id = "supervisor_nominate", tag = "supervision",
    request_body = NominateSupervisor,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("nominate_supervisors")),
        ("x-codes" = json!([
            "supervisor_is_staff", "supervisor_is_kin", "supervisor_without_account",
            "supervisor_post_exists", "volunteer_not_active",
        ])),
    ),
    responses((status = CREATED, description = "已提名", body = SupervisorPostView)),
)]
#[post("/sites/{site_id}/supervisors")]
async fn nominate(caller: Caller, site: Path<SiteId>, cmd: Command<NominateSupervisor>) -> Answer {
    cmd.run(async move |tx, body| {
        let post = service::nominate(tx, &caller, *site, body).await?;
        let location = format!("/v1/supervisors/{}", post.id);
        Ok(Done::created(service::view(&**tx, &caller, post).await?, location))
    })
    .await
}

/// 监督员列表
///
/// The supervisors of a site and those below it, with nominations and past terms, newest first.
#[utoipa::path(
    operation_id = "supervisor_list", tag = "supervision",
    params(("site_id" = SiteId, Path, description = "所站编号"), PostQuery),
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "监督员", body = SupervisorPostPage)),
)]
#[get("/sites/{site_id}/supervisors")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<PostQuery>,
) -> Result<Json<SupervisorPostPage>, Failure> {
    let PostQuery { state, page_size, page_token } = query.into_inner();
    let name = format!("supervisors|{}|{site}|{state:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::list(&app, &caller, (*site, state), &pager).await.map(Json)
}

/// 一名监督员的提名与聘任
///
/// One post with its appraisals and what the caller may do.
#[utoipa::path(
    operation_id = "supervisor_get", tag = "supervision",
    params(("supervisor_post_id" = SupervisorPostId, Path, description = "聘任编号")),
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "监督员", body = SupervisorPostView)),
)]
#[get("/supervisors/{supervisor_post_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    id: Path<SupervisorPostId>,
) -> Result<Json<SupervisorPostView>, Failure> {
    service::get(&app, &caller, *id).await.map(Json)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(nominate).service(list).service(show);
}
