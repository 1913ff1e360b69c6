//! Operations of late entry.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{get, post};
use entity::ids::{ActivityId, LateEntryId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::super::service::run_by;
use super::domain::LateAction;
use super::dto::{
    EnterLate, LateEntryCounts, LateEntryPage, LateEntryQuery, LateEntryView, RejectLateEntry,
};
use super::{reading, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::batch::BatchResult;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;

/// 补录签到
///
/// Writes down who took part without a scan or a card, each by itself and with its own
/// result: in an activity published after its start, or until the day on which the activity
/// must be recorded. Nothing counts before a second person has agreed. Nobody enters herself
/// or her kin.
#[utoipa::path(
    operation_id = "late_entry_create", tag = "attendance",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
        ("x-codes" = json!(["permission_denied"])),
        ("x-item-codes" = json!([
            "must_recuse", "card_unknown", "card_not_active", "not_found", "permission_denied",
            "late_window_over", "late_entry_pending", "activity_cancelled", "too_early",
            "too_late", "already_in", "volunteer_not_active", "minor_barred", "needs_skill",
            "not_signed_up", "waitlisted", "capacity_full", "overlap", "daily_cap",
            "invalid_value",
        ])),
    ),
    request_body = EnterLate,
    responses((status = OK, description = "逐条的结果", body = BatchResult)),
)]
#[post("/activities/{activity_id}/late-entries")]
async fn enter(
    app: Data<App>,
    caller: Caller,
    id: Path<ActivityId>,
    cmd: Command<EnterLate>,
) -> Answer {
    run_by(&app.pools.read, &caller, *id).await?;
    let items = |body: &EnterLate| body.items.clone();
    cmd.run_each(items, async move |tx, item| service::enter(tx, &caller, *id, item).await).await
}

/// 复核通过补录
///
/// Agrees to a late entry as the second person: not who entered it, not the volunteer, not
/// her kin. It becomes an attendance, marked as entered by hand, to be confirmed as any.
#[utoipa::path(
    operation_id = "late_entry_approve", tag = "attendance",
    params(("late_entry_id" = LateEntryId, Path, description = "补录编号")),
    extensions(
        ("x-permission" = json!("run_attendance")),
        ("x-codes" = json!([
            "wrong_state", "must_recuse", "activity_cancelled", "too_late", "already_in",
            "volunteer_not_active", "card_not_active", "minor_barred", "needs_skill",
            "not_signed_up", "waitlisted", "capacity_full", "overlap", "daily_cap",
        ])),
    ),
    responses((status = OK, description = "已通过", body = LateEntryView)),
)]
#[post("/late-entries/{late_entry_id}/approve")]
async fn approve(caller: Caller, id: Path<LateEntryId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        service::settle(tx, &caller, *id, (LateAction::Approve, None)).await?;
        Ok(Done::ok(reading::get(&**tx, &caller, *id).await?))
    })
    .await
}

/// 不予通过补录
///
/// Refuses a late entry as the second person, with a reason. It can be entered anew.
#[utoipa::path(
    operation_id = "late_entry_reject", tag = "attendance",
    params(("late_entry_id" = LateEntryId, Path, description = "补录编号")),
    extensions(
        ("x-permission" = json!("run_attendance")),
        ("x-codes" = json!(["wrong_state", "must_recuse"])),
    ),
    request_body = RejectLateEntry,
    responses((status = OK, description = "未通过", body = LateEntryView)),
)]
#[post("/late-entries/{late_entry_id}/reject")]
async fn reject(caller: Caller, id: Path<LateEntryId>, cmd: Command<RejectLateEntry>) -> Answer {
    cmd.run(async move |tx, body| {
        let reason = Some(body.reason.into());
        service::settle(tx, &caller, *id, (LateAction::Reject, reason)).await?;
        Ok(Done::ok(reading::get(&**tx, &caller, *id).await?))
    })
    .await
}

/// 补录列表
///
/// Everything entered by hand at a site and below, newest first, names masked, for
/// supervisors and staff.
#[utoipa::path(
    operation_id = "late_entry_list", tag = "attendance",
    params(("site_id" = SiteId, Path, description = "所站编号"), LateEntryQuery),
    extensions(("x-permission" = json!("view_activities"))),
    responses((status = OK, description = "补录", body = LateEntryPage)),
)]
#[get("/sites/{site_id}/late-entries")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<LateEntryQuery>,
) -> Result<Json<LateEntryPage>, Failure> {
    reading::list(&app, &caller, *site, query.into_inner()).await.map(Json)
}

/// 各录入人的补录数
///
/// How much each person has entered by hand at a site and below, who entered most first.
#[utoipa::path(
    operation_id = "late_entry_count", tag = "attendance",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("view_activities"))),
    responses((status = OK, description = "补录数", body = LateEntryCounts)),
)]
#[get("/sites/{site_id}/late-entries/count")]
async fn count(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
) -> Result<Json<LateEntryCounts>, Failure> {
    reading::count(&app, &caller, *site).await.map(Json)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(enter).service(approve).service(reject).service(list).service(count);
}
