//! Operations of rules.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use entity::ids::SiteId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::diff::RuleDiff;
use super::dto::{
    CreateRuleVersion, PreviewRule, PublishRuleVersion, RuleDiffQuery, RulePreviewView,
    RuleSetView, RuleVersionPage, RuleVersionPath, RuleVersionQuery, RuleVersionView,
    UpdateRuleVersion,
};
use super::{drafting, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::clock::local_day;
use crate::platform::command::{Answer, Command, Done, with_etag};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 查看积分细则
///
/// The town's published rules, each item in plain words: the version in force and the
/// one to come. A station answers with its town's rules. `beyond_template` lists what the
/// version in force gives beyond the county's template of today: the county may lower its
/// ceilings below what a town has published.
#[utoipa::path(
    operation_id = "rule_set_get", tag = "rules",
    params(("site_id" = SiteId, Path, description = "所（站）编号")),
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "积分细则", body = RuleSetView)),
)]
#[get("/sites/{site_id}/rule-set")]
async fn get_set(app: Data<App>, site_id: Path<SiteId>) -> Result<Json<RuleSetView>, Failure> {
    let today = local_day(app.clock.now());
    service::get_set(&app.pools.read, *site_id, today).await.map(Json)
}

/// 细则版本列表
///
/// Drafts, published and retired versions, the highest number first.
#[utoipa::path(
    operation_id = "rule_version_list", tag = "rules",
    params(("site_id" = SiteId, Path, description = "所（站）编号"), RuleVersionQuery),
    extensions(("x-permission" = json!("view_rules"))),
    responses((status = OK, description = "细则版本", body = RuleVersionPage)),
)]
#[get("/sites/{site_id}/rule-versions")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site_id: Path<SiteId>,
    query: Query<RuleVersionQuery>,
) -> Result<Json<RuleVersionPage>, Failure> {
    let RuleVersionQuery { page_size, page_token } = query.into_inner();
    let name = format!("rule_versions|{}|{site_id}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    let at = (*site_id, local_day(app.clock.now()));
    service::list(&app.pools.read, &caller, at, &pager).await.map(Json)
}

/// 查看细则版本
///
/// One version with its items, and what the caller may do to it. A draft that is empty or
/// beyond the county's template of today (`ceiling_faults`) is not offered for publication.
#[utoipa::path(
    operation_id = "rule_version_get", tag = "rules",
    params(RuleVersionPath),
    extensions(("x-permission" = json!("view_rules")), ("x-etag" = json!(true))),
    responses((status = OK, description = "细则版本", body = RuleVersionView)),
)]
#[get("/sites/{site_id}/rule-versions/{rule_version_id}")]
async fn get_version(
    app: Data<App>,
    caller: Caller,
    path: Path<RuleVersionPath>,
    request: HttpRequest,
) -> Answer {
    let today = local_day(app.clock.now());
    let view = service::get(&app.pools.read, &caller, *path, today).await?;
    with_etag(&request, view.row.version, &view)
}

/// 起草细则版本
///
/// Begins the town's next version, empty, from a list of items, as a copy of an older
/// version or of the county's template, whose ceilings it may not exceed. At the county's
/// center this drafts the template itself. A town has one draft at a time.
#[utoipa::path(
    operation_id = "rule_version_create", tag = "rules",
    params(("site_id" = SiteId, Path, description = "所编号")),
    extensions(
        ("x-permission" = json!("manage_rules")),
        ("x-codes" = json!(["draft_exists", "item_kind_refused", "ceiling_exceeded"])),
        ("x-dry-run" = json!(true)),
    ),
    request_body = CreateRuleVersion,
    responses((status = CREATED, description = "已建立草稿", body = RuleVersionView)),
)]
#[post("/sites/{site_id}/rule-versions")]
async fn create(caller: Caller, site_id: Path<SiteId>, cmd: Command<CreateRuleVersion>) -> Answer {
    cmd.run(async move |tx, body| {
        let view = drafting::create(tx, &caller, *site_id, body).await?;
        let location = format!("/v1/sites/{site_id}/rule-versions/{}", view.row.id);
        let version = view.row.version;
        Ok(Done::created(view, location).version(version))
    })
    .await
}

/// 修改细则草稿
///
/// Replaces note and items of a draft. Whoever changes it counts as its author and
/// cannot publish it.
#[utoipa::path(
    operation_id = "rule_version_update", tag = "rules",
    params(RuleVersionPath),
    extensions(
        ("x-permission" = json!("manage_rules")),
        ("x-codes" = json!(["wrong_state", "item_kind_refused", "ceiling_exceeded"])),
    ),
    request_body = UpdateRuleVersion,
    responses((status = OK, description = "已修改", body = RuleVersionView)),
)]
#[put("/sites/{site_id}/rule-versions/{rule_version_id}")]
async fn update(
    caller: Caller,
    path: Path<RuleVersionPath>,
    cmd: Command<UpdateRuleVersion>,
) -> Answer {
    let expected = cmd.expected_version()?;
    cmd.run(async move |tx, body| {
        let view = drafting::update(tx, &caller, *path, (expected, body)).await?;
        let version = view.row.version;
        Ok(Done::ok(view).version(version))
    })
    .await
}

/// 发布细则
///
/// Publishes a draft from a day on; older versions are retired from that day. Not by
/// whoever wrote it, and only the items whose digest the publisher names. The county's answer
/// for its template names the towns whose own rules are above it from that day on.
#[utoipa::path(
    operation_id = "rule_version_publish", tag = "rules",
    params(RuleVersionPath),
    extensions(
        ("x-permission" = json!("publish_rules")),
        ("x-codes" = json!([
            "wrong_state", "must_recuse", "no_items", "stale_version", "ceiling_exceeded",
        ])),
        ("x-dry-run" = json!(true)),
    ),
    request_body = PublishRuleVersion,
    responses((status = OK, description = "已发布", body = RuleVersionView)),
)]
#[post("/sites/{site_id}/rule-versions/{rule_version_id}/publish")]
async fn publish(
    caller: Caller,
    path: Path<RuleVersionPath>,
    cmd: Command<PublishRuleVersion>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let view = service::publish(tx, &caller, *path, body).await?;
        let version = view.row.version;
        Ok(Done::ok(view).version(version))
    })
    .await
}

/// 比较细则版本
///
/// What a version adds, takes away and changes against another of the same rules, as data
/// and in words.
#[utoipa::path(
    operation_id = "rule_version_diff", tag = "rules",
    params(RuleVersionPath, RuleDiffQuery),
    extensions(("x-permission" = json!("view_rules"))),
    responses((status = OK, description = "两个版本的差别", body = RuleDiff)),
)]
#[get("/sites/{site_id}/rule-versions/{rule_version_id}/diff")]
async fn diff_versions(
    app: Data<App>,
    caller: Caller,
    path: Path<RuleVersionPath>,
    query: Query<RuleDiffQuery>,
) -> Result<Json<RuleDiff>, Failure> {
    service::diff(&app.pools.read, &caller, *path, query.against).await.map(Json)
}

/// 试算积分
///
/// What an attendance or an award would earn under a version, in words. Writes nothing.
#[utoipa::path(
    operation_id = "rule_preview", tag = "rules",
    params(RuleVersionPath),
    extensions(("x-permission" = json!("view_rules"))),
    request_body = PreviewRule,
    responses((status = OK, description = "试算结果", body = RulePreviewView)),
)]
#[post("/sites/{site_id}/rule-versions/{rule_version_id}/preview")]
async fn preview(
    app: Data<App>,
    caller: Caller,
    path: Path<RuleVersionPath>,
    cmd: Command<PreviewRule>,
) -> Answer {
    let view = service::preview(&app.pools.read, &caller, *path, &cmd.body).await?;
    Ok(HttpResponse::Ok().json(view))
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_set)
        .service(list)
        .service(get_version)
        .service(diff_versions)
        .service(create)
        .service(update)
        .service(publish)
        .service(preview);
}
