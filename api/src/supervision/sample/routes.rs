//! Operations of samples for supervisors and the town.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::{SampleId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    CommitSample, JudgeCase, RevealSeed, SamplePage, SampleQuery, SampleView, SettleDefect,
};
use super::{finding, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 承诺抽查种子
///
/// A supervisor promises a seed by its SHA-256. Then the population is fixed and published by its
/// digest, with a random number of the service's: neither she nor the office can steer the draw.
#[utoipa::path(
    operation_id = "sample_commit", tag = "supervision", request_body = CommitSample,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("supervise")),
        ("x-codes" = json!(["sample_open", "sample_too_few"])),
    ),
    responses((status = CREATED, description = "已承诺", body = SampleView)),
)]
#[post("/sites/{site_id}/samples")]
async fn commit(caller: Caller, site: Path<SiteId>, cmd: Command<CommitSample>) -> Answer {
    cmd.run(async move |tx, body| {
        let sample = service::commit(tx, &caller, *site, body).await?;
        let location = format!("/v1/samples/{}", sample.id);
        Ok(Done::created(service::view(&**tx, &caller, sample).await?, location))
    })
    .await
}

/// 公布种子并抽取
///
/// Draws the sample by the promised seed. Within seven days of the promise, by who promised.
#[utoipa::path(
    operation_id = "sample_reveal", tag = "supervision", request_body = RevealSeed,
    params(("sample_id" = SampleId, Path, description = "抽查编号")),
    extensions(
        ("x-permission" = json!("supervise")),
        ("x-codes" = json!(["sample_seed_wrong", "wrong_state"])),
    ),
    responses((status = OK, description = "已抽取", body = SampleView)),
)]
#[post("/samples/{sample_id}/reveal")]
async fn reveal(caller: Caller, id: Path<SampleId>, cmd: Command<RevealSeed>) -> Answer {
    cmd.run(async move |tx, body| {
        let sample = service::reveal(tx, &caller, *id, body.seed.as_str()).await?;
        Ok(Done::ok(service::view(&**tx, &caller, sample).await?))
    })
    .await
}

/// 抽查列表
///
/// The samples of a site and those below it, newest first, without their cases: `sample_get` has
/// them.
#[utoipa::path(
    operation_id = "sample_list", tag = "supervision",
    params(("site_id" = SiteId, Path, description = "所站编号"), SampleQuery),
    extensions(("x-permission" = json!("view_supervision"))),
    responses((status = OK, description = "抽查", body = SamplePage)),
)]
#[get("/sites/{site_id}/samples")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<SampleQuery>,
) -> Result<Json<SamplePage>, Failure> {
    let SampleQuery { quarter, page_size, page_token } = query.into_inner();
    let name = format!("samples|{}|{site}|{quarter:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::list(&app, &caller, (*site, quarter), &pager).await.map(Json)
}

/// 一次抽查
///
/// One sample with its drawn cases and what was found in them, people by a part of their names.
#[utoipa::path(
    operation_id = "sample_get", tag = "supervision",
    params(("sample_id" = SampleId, Path, description = "抽查编号")),
    extensions(("x-permission" = json!("view_supervision"))),
    responses((status = OK, description = "抽查", body = SampleView)),
)]
#[get("/samples/{sample_id}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    id: Path<SampleId>,
) -> Result<Json<SampleView>, Failure> {
    service::get(&app, &caller, *id).await.map(Json)
}

/// 作出抽查结论
///
/// Judges one drawn case, once. A defect needs a reason and opens a follow-up.
#[utoipa::path(
    operation_id = "sample_judge", tag = "supervision", request_body = JudgeCase,
    params(
        ("sample_id" = SampleId, Path, description = "抽查编号"),
        ("position" = i32, Path, description = "在总体中的序号", minimum = 1, example = 7),
    ),
    extensions(
        ("x-permission" = json!("supervise")),
        ("x-codes" = json!(["case_judged", "must_recuse"])),
    ),
    responses((status = OK, description = "已作结论", body = SampleView)),
)]
#[post("/samples/{sample_id}/cases/{position}/judge")]
async fn judge(caller: Caller, path: Path<(SampleId, i32)>, cmd: Command<JudgeCase>) -> Answer {
    cmd.run(async move |tx, body| {
        let sample = finding::judge(tx, &caller, *path, body).await?;
        Ok(Done::ok(service::view(&**tx, &caller, sample).await?).about(path.0))
    })
    .await
}

/// 记录整改
///
/// The town records what was done about a defect. Not who found it.
#[utoipa::path(
    operation_id = "sample_settle", tag = "supervision", request_body = SettleDefect,
    params(
        ("sample_id" = SampleId, Path, description = "抽查编号"),
        ("position" = i32, Path, description = "在总体中的序号", minimum = 1, example = 7),
    ),
    extensions(
        ("x-permission" = json!("appoint_supervisors")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "已整改", body = SampleView)),
)]
#[post("/samples/{sample_id}/cases/{position}/settle")]
async fn settle(caller: Caller, path: Path<(SampleId, i32)>, cmd: Command<SettleDefect>) -> Answer {
    cmd.run(async move |tx, body| {
        let sample = finding::settle(tx, &caller, *path, body.note.into()).await?;
        Ok(Done::ok(service::view(&**tx, &caller, sample).await?).about(path.0))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(commit).service(reveal).service(list).service(show).service(judge).service(settle);
}
