//! Operations of samples for everybody, without signing in.

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use entity::ids::SiteId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::public;
use super::public_dto::{
    ErrorRateView, PopulationPage, PublicSamplePage, PublicSampleView, RateQuery,
};
use crate::app::App;
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 一个所站的抽查（公开）
///
/// Every sample of a site and those below it, newest first; promises that were not kept, too.
#[utoipa::path(
    operation_id = "public_sample_list", tag = "supervision",
    params(("site_id" = SiteId, Path, description = "所站编号"), PageQuery),
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "抽查", body = PublicSamplePage)),
)]
#[get("/public/sites/{site_id}/samples")]
async fn list(
    app: Data<App>,
    site: Path<SiteId>,
    query: Query<PageQuery>,
) -> Result<Json<PublicSamplePage>, Failure> {
    let pager = Pager::new(&app.core, format!("public_samples|{site}"), &query)?;
    public::list(&app, *site, &pager).await.map(Json)
}

/// 一次抽查（公开）
///
/// Promise, seed, random number, digest of the population and what was drawn: enough for anybody
/// to draw it again.
#[utoipa::path(
    operation_id = "public_sample_get", tag = "supervision",
    params(("sample_no" = String, Path, description = "抽查编号", example = "CJ-7K3Q-X0Z1-M94")),
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "抽查", body = PublicSampleView)),
)]
#[get("/public/samples/{sample_no}")]
async fn show(app: Data<App>, number: Path<String>) -> Result<Json<PublicSampleView>, Failure> {
    public::get(&app, &number).await.map(Json)
}

/// 抽查总体（公开）
///
/// The lines of the population in order. They hold no personal data.
#[utoipa::path(
    operation_id = "public_sample_population", tag = "supervision",
    params(
        ("sample_no" = String, Path, description = "抽查编号", example = "CJ-7K3Q-X0Z1-M94"),
        PageQuery,
    ),
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "总体", body = PopulationPage)),
)]
#[get("/public/samples/{sample_no}/population")]
async fn population(
    app: Data<App>,
    number: Path<String>,
    query: Query<PageQuery>,
) -> Result<Json<PopulationPage>, Failure> {
    let pager = Pager::new(&app.core, format!("public_population|{number}"), &query)?;
    public::population(&app, &number, &pager).await.map(Json)
}

/// 差错率（公开）
///
/// Defects by judged cases of a quarter, at a site and those below it, with how many were drawn
/// and judged. What was not judged is never counted.
#[utoipa::path(
    operation_id = "public_error_rate", tag = "supervision",
    params(("site_id" = SiteId, Path, description = "所站编号"), RateQuery),
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "差错率", body = ErrorRateView)),
)]
#[get("/public/sites/{site_id}/error-rate")]
async fn error_rate(
    app: Data<App>,
    site: Path<SiteId>,
    query: Query<RateQuery>,
) -> Result<Json<ErrorRateView>, Failure> {
    public::error_rate(&app, *site, &query.quarter).await.map(Json)
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list).service(show).service(population).service(error_rate);
}
