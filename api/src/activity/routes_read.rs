//! Operations that read activities.

use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use entity::ids::{ActivityId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    ActivityCounts, ActivityManagePage, ActivityManageView, ActivityPage, ActivityStateCount,
    ActivityView, OrganiserView, OverdueActivityPage,
};
use super::query::{ActivityManageQuery, ActivityQuery, OrganiserQuery};
use super::reading::{self, Wanted};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, with_etag};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// Everybody sees the same; places left may be half a minute old.
const SHORT: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=30");

/// 公开的活动
///
/// Published activities: those to come or running, soonest first, then those that
/// are over, latest first.
#[utoipa::path(
    operation_id = "activity_list", tag = "activities",
    params(ActivityQuery),
    extensions(("x-permission" = json!("public")), ("x-codes" = json!(["not_found"]))),
    responses(
        (status = OK, description = "活动列表", body = ActivityPage),
    ),
)]
#[get("/activities")]
async fn list(app: Data<App>, query: Query<ActivityQuery>) -> Answer {
    let page = query.page();
    let ActivityQuery { site_id, from, to, kind, .. } = query.into_inner();
    let wanted = Wanted { site_id, from, to, kind };
    let pager = Pager::new(&app.core, format!("activity_list:{wanted:?}"), &page)?;
    let (rows, next_page_token) = reading::list_public(&app, &wanted, &pager).await?;
    let now = app.clock.now();
    let items = rows.into_iter().map(|row| ActivityView::new(row, now)).collect();
    Ok(HttpResponse::Ok().insert_header(SHORT).json(ActivityPage { items, next_page_token }))
}

/// 一次公开的活动
///
/// A published activity, also when it was cancelled later. Drafts are not found.
#[utoipa::path(
    operation_id = "activity_get", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "活动", body = ActivityView)),
)]
#[get("/activities/{activity_id}")]
async fn get(app: Data<App>, id: Path<ActivityId>) -> Answer {
    let placed = reading::get_public(&app.pools.read, *id).await?;
    let view = ActivityView::new(placed, app.clock.now());
    Ok(HttpResponse::Ok().insert_header(SHORT).json(view))
}

/// 本站的活动
///
/// Activities of a site and below in any state, latest first, each with what the
/// caller may do.
#[utoipa::path(
    operation_id = "activity_manage_list", tag = "activities",
    params(("site_id" = SiteId, Path, description = "站点编号"), ActivityManageQuery),
    extensions(("x-permission" = json!("view_activities"))),
    responses((status = OK, description = "活动列表", body = ActivityManagePage)),
)]
#[get("/sites/{site_id}/activities")]
async fn manage_list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<ActivityManageQuery>,
) -> Result<Json<ActivityManagePage>, Failure> {
    let (site, state) = (*site, query.state);
    let name = format!("activity_manage_list:{}:{site}:{state:?}", caller.account);
    let pager = Pager::new(&app.core, name, &query.page())?;
    let (rows, next_page_token) =
        reading::list_managed(&app, &caller, (site, state), &pager).await?;
    let now = app.clock.now();
    let items = rows.into_iter().map(|row| ActivityManageView::new(row, &caller, now)).collect();
    Ok(Json(ActivityManagePage { items, next_page_token }))
}

/// 各状态的活动数
///
/// How many activities of a site and below are in each state, for the badges.
#[utoipa::path(
    operation_id = "activity_count", tag = "activities",
    params(("site_id" = SiteId, Path, description = "站点编号")),
    extensions(("x-permission" = json!("view_activities"))),
    responses((status = OK, description = "活动数", body = ActivityCounts)),
)]
#[get("/sites/{site_id}/activities/count")]
async fn count(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
) -> Result<Json<ActivityCounts>, Failure> {
    let counted = reading::count(&app, &caller, *site).await?;
    let items = counted.into_iter().map(|(state, count)| ActivityStateCount { state, count });
    Ok(Json(ActivityCounts { items: items.collect() }))
}

/// 逾期未记录的活动
///
/// Activities that ended more than the working days allowed ago and have no record.
#[utoipa::path(
    operation_id = "activity_overdue", tag = "activities",
    params(("site_id" = SiteId, Path, description = "站点编号"), PageQuery),
    extensions(("x-permission" = json!("view_activities"))),
    responses((status = OK, description = "逾期的活动，最早的在前", body = OverdueActivityPage)),
)]
#[get("/sites/{site_id}/activities/overdue")]
async fn overdue(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<PageQuery>,
) -> Result<Json<OverdueActivityPage>, Failure> {
    let name = format!("activity_overdue:{}:{site}", caller.account);
    let pager = Pager::new(&app.core, name, &query)?;
    let (items, next_page_token) = reading::list_overdue(&app, &caller, *site, &pager).await?;
    Ok(Json(OverdueActivityPage { items, next_page_token }))
}

/// 按卡号查找组织者
///
/// Finds the account of a volunteer of the town by her card, so that she can be named the
/// organiser of an activity though she is no staff.
#[utoipa::path(
    operation_id = "organiser_find", tag = "activities",
    params(("site_id" = SiteId, Path, description = "站点编号"), OrganiserQuery),
    extensions(
        ("x-permission" = json!("manage_activities")),
        ("x-codes" = json!(["card_unknown", "card_not_active", "no_account"])),
    ),
    responses((status = OK, description = "持卡人", body = OrganiserView)),
)]
#[get("/sites/{site_id}/organisers")]
async fn find_organiser(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<OrganiserQuery>,
) -> Result<Json<OrganiserView>, Failure> {
    reading::find_organiser(&app, &caller, *site, &query.card_number).await.map(Json)
}

/// 本站的一次活动
///
/// An activity of exactly this site in any state, with its `ETag` for changing it.
#[utoipa::path(
    operation_id = "activity_manage_get", tag = "activities",
    params(
        ("site_id" = SiteId, Path, description = "站点编号"),
        ("activity_id" = ActivityId, Path, description = "活动编号"),
    ),
    extensions(("x-permission" = json!("view_activities")), ("x-etag" = json!(true))),
    responses((status = OK, description = "活动", body = ActivityManageView)),
)]
#[get("/sites/{site_id}/activities/{activity_id}")]
async fn manage_get(
    app: Data<App>,
    caller: Caller,
    path: Path<(SiteId, ActivityId)>,
    request: HttpRequest,
) -> Answer {
    let (site, id) = *path;
    let placed = reading::get_managed(&app, &caller, site, id).await?;
    let version = placed.activity.version;
    let view = ActivityManageView::new(placed, &caller, app.clock.now());
    with_etag(&request, version, &view)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    // Words before ids: the first pattern that fits is taken.
    cfg.service(list)
        .service(get)
        .service(manage_list)
        .service(count)
        .service(overdue)
        .service(find_organiser)
        .service(manage_get);
}
