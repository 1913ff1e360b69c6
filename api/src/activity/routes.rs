//! Operations that change activities.

use actix_web::web::Path;
use actix_web::{post, put};
use entity::ids::{ActivityId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::domain::ActivityAction;
use super::dto::{ActivityBody, ActivityManageView, ActivityReason, ActivityRecord};
use super::service::{self, Placed};
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::tx::Tx;

fn done(placed: Placed, caller: &Caller, tx: &Tx<'_>) -> Done<ActivityManageView> {
    let version = placed.activity.version;
    Done::ok(ActivityManageView::new(placed, caller, tx.now)).version(version)
}

/// 起草活动
///
/// Drafts an activity of a site. Nobody but staff sees it before it is published.
#[utoipa::path(
    operation_id = "activity_create", tag = "activities",
    params(("site_id" = SiteId, Path, description = "站点编号")),
    extensions(
        ("x-permission" = json!("manage_activities")),
        ("x-codes" = json!(["site_closed"])),
    ),
    request_body = ActivityBody,
    responses((status = CREATED, description = "已起草", body = ActivityManageView)),
)]
#[post("/sites/{site_id}/activities")]
async fn create(caller: Caller, site: Path<SiteId>, cmd: Command<ActivityBody>) -> Answer {
    let site = *site;
    cmd.run(async move |tx, body| {
        let placed = service::create(tx, &caller, site, body.into()).await?;
        let (id, version) = (placed.activity.id, placed.activity.version);
        let view = ActivityManageView::new(placed, &caller, tx.now);
        let location = format!("/v1/sites/{site}/activities/{id}");
        Ok(Done::created(view, location).version(version).about(id))
    })
    .await
}

/// 修改活动
///
/// Replaces a draft. Of a published activity that has not begun only content, place
/// and contact may change; the other fields must be sent as they are.
#[utoipa::path(
    operation_id = "activity_update", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("manage_activities")),
        ("x-codes" = json!(["wrong_state", "fields_frozen", "site_closed"])),
    ),
    request_body = ActivityBody,
    responses((status = OK, description = "已修改", body = ActivityManageView)),
)]
#[put("/activities/{activity_id}")]
async fn update(caller: Caller, id: Path<ActivityId>, cmd: Command<ActivityBody>) -> Answer {
    let expected = cmd.expected_version()?;
    cmd.run(async move |tx, body| {
        let placed = service::update(tx, &caller, *id, expected, body.into()).await?;
        Ok(done(placed, &caller, tx))
    })
    .await
}

/// 提交审核
///
/// Hands a draft in for publishing.
#[utoipa::path(
    operation_id = "activity_submit", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("manage_activities")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已提交", body = ActivityManageView)),
)]
#[post("/activities/{activity_id}/submit")]
async fn submit(caller: Caller, id: Path<ActivityId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| Ok(done(service::submit(tx, &caller, *id).await?, &caller, tx)))
        .await
}

/// 退回修改
///
/// Returns a submitted activity to its author with a reason.
#[utoipa::path(
    operation_id = "activity_return", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("publish_activities")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    request_body = ActivityReason,
    responses((status = OK, description = "已退回", body = ActivityManageView)),
)]
#[post("/activities/{activity_id}/return")]
async fn return_to_author(
    caller: Caller,
    id: Path<ActivityId>,
    cmd: Command<ActivityReason>,
) -> Answer {
    with_reason(caller, *id, cmd, ActivityAction::Return).await
}

async fn with_reason(
    caller: Caller,
    id: ActivityId,
    cmd: Command<ActivityReason>,
    action: ActivityAction,
) -> Answer {
    cmd.run(async move |tx, body| {
        let reason = Some(body.reason.into());
        let placed = service::act_with_reason(tx, &caller, id, action, reason).await?;
        Ok(done(placed, &caller, tx))
    })
    .await
}

/// 发布活动
///
/// Publishes a submitted activity and freezes the rules it earns by. A dangerous one
/// needs an insurance policy number. Published after its start, only late entries count.
#[utoipa::path(
    operation_id = "activity_publish", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("publish_activities")),
        ("x-codes" = json!([
            "wrong_state", "insurance_required", "rules_not_in_force", "rule_item_missing",
            "rule_item_unfit", "site_closed",
        ])),
        ("x-dry-run" = json!(true)),
    ),
    responses((status = OK, description = "已发布", body = ActivityManageView)),
)]
#[post("/activities/{activity_id}/publish")]
async fn publish(caller: Caller, id: Path<ActivityId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| Ok(done(service::publish(tx, &caller, *id).await?, &caller, tx)))
        .await
}

/// 取消活动
///
/// Cancels an activity that has not begun. Those who signed up see it with its reason.
#[utoipa::path(
    operation_id = "activity_cancel", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("publish_activities")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    request_body = ActivityReason,
    responses((status = OK, description = "已取消", body = ActivityManageView)),
)]
#[post("/activities/{activity_id}/cancel")]
async fn cancel(caller: Caller, id: Path<ActivityId>, cmd: Command<ActivityReason>) -> Answer {
    with_reason(caller, *id, cmd, ActivityAction::Cancel).await
}

/// 提前结束活动
///
/// Ends a running activity now; hours are counted up to this moment.
#[utoipa::path(
    operation_id = "activity_end", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("run_attendance")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已结束", body = ActivityManageView)),
)]
#[post("/activities/{activity_id}/end")]
async fn end(caller: Caller, id: Path<ActivityId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| Ok(done(service::end(tx, &caller, *id).await?, &caller, tx))).await
}

/// 记录活动
///
/// Records an ended activity with its evaluation; due within ten working days, once every
/// attendance is confirmed or marked as absence.
#[utoipa::path(
    operation_id = "activity_record", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("publish_activities")),
        ("x-codes" = json!(["wrong_state", "attendances_undecided"])),
    ),
    request_body = ActivityRecord,
    responses((status = OK, description = "已记录", body = ActivityManageView)),
)]
#[post("/activities/{activity_id}/record")]
async fn record(caller: Caller, id: Path<ActivityId>, cmd: Command<ActivityRecord>) -> Answer {
    cmd.run(async move |tx, body| {
        let placed = service::record(tx, &caller, *id, body.evaluation.into()).await?;
        Ok(done(placed, &caller, tx))
    })
    .await
}

/// 归档活动
///
/// Archives a recorded activity in which nothing waits for a decision.
#[utoipa::path(
    operation_id = "activity_archive", tag = "activities",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("publish_activities")),
        ("x-codes" = json!(["wrong_state", "attendances_undecided"])),
    ),
    responses((status = OK, description = "已归档", body = ActivityManageView)),
)]
#[post("/activities/{activity_id}/archive")]
async fn archive(caller: Caller, id: Path<ActivityId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let action = ActivityAction::Archive;
        let placed = service::act_with_reason(tx, &caller, *id, action, None).await?;
        Ok(done(placed, &caller, tx))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(create)
        .service(update)
        .service(submit)
        .service(return_to_author)
        .service(publish)
        .service(cancel)
        .service(end)
        .service(record)
        .service(archive);
}
