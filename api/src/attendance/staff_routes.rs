//! Operations of those who run an activity: codes, screens, roll-call, confirmation.
//! Staff need the permission at the activity's site; its organiser may, too.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, delete, get, post};
use entity::ids::{ActivityId, AttendanceId, ScreenId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::confirm::{self, Confirmation};
use super::dto::{
    AttendancePage, AttendanceQuery, CheckInCodeView, CheckInView, ConfirmAttendances,
    DisputeAttendance, DisputedView, IssueCode, MarkNoShow, PairedScreen, RollCall, StoppedScreen,
};
use super::{late, reading, scan, screen, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::batch::BatchResult;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::query::Query;

/// 生成签到码
///
/// Gives the code to show on the caller's phone now. Within its 15 seconds it stays the
/// same, so asking again does no harm.
#[utoipa::path(
    operation_id = "check_in_code_issue", tag = "attendance",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["permission_denied", "wrong_state", "activity_cancelled"])),
    ),
    request_body = IssueCode,
    responses((status = OK, description = "当前的签到码", body = CheckInCodeView)),
)]
#[post("/activities/{activity_id}/check-in-codes")]
async fn issue(
    app: Data<App>,
    caller: Caller,
    id: Path<ActivityId>,
    cmd: Command<IssueCode>,
) -> Answer {
    let code = screen::issue(&app, &caller, *id, cmd.body.direction).await?;
    Ok(HttpResponse::Ok().json(code))
}

/// 配对签到屏
///
/// Makes an address that a television or tablet opens without signing in; it is good
/// until check-out closes and is shown only here.
#[utoipa::path(
    operation_id = "screen_pair", tag = "attendance",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["permission_denied", "wrong_state", "activity_cancelled", "too_late"])),
    ),
    responses((status = OK, description = "已配对", body = PairedScreen)),
)]
#[post("/activities/{activity_id}/screens")]
async fn pair(caller: Caller, id: Path<ActivityId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let paired = screen::pair(tx, &caller, *id).await?;
        let id = paired.id;
        Ok(Done::ok(paired).about(id))
    })
    .await
}

/// 停用签到屏
///
/// Stops a screen; the code it shows is worthless at once. Attendances stay.
#[utoipa::path(
    operation_id = "screen_revoke", tag = "attendance",
    params(
        ("activity_id" = ActivityId, Path, description = "活动编号"),
        ("screen_id" = ScreenId, Path, description = "签到屏编号"),
    ),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["permission_denied"])),
    ),
    responses((status = OK, description = "已停用", body = StoppedScreen)),
)]
#[delete("/activities/{activity_id}/screens/{screen_id}")]
async fn stop(
    app: Data<App>,
    caller: Caller,
    path: Path<(ActivityId, ScreenId)>,
    cmd: Command<NoBody>,
) -> Answer {
    let (activity, id) = path.into_inner();
    let answer = cmd.run(async move |tx, _| {
        let row = screen::stop(tx, &caller, activity, id).await?;
        Ok(Done::ok(StoppedScreen::from(row)))
    });
    let answer = answer.await?;
    scan::revoke(&app, id.into(), activity).await;
    Ok(answer)
}

/// 点名登记
///
/// Records somebody by the card she shows, for those who cannot scan. The same rules hold
/// as for a scan; nobody records herself or her kin.
#[utoipa::path(
    operation_id = "roll_call", tag = "attendance",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!(["permission_denied", "must_recuse", "card_unknown", "card_not_active",
            "not_signed_up", "waitlisted", "activity_cancelled", "too_early", "too_late",
            "already_in", "not_in", "volunteer_not_active", "capacity_full", "needs_skill",
            "minor_barred", "overlap", "daily_cap"])),
    ),
    request_body = RollCall,
    responses((status = OK, description = "已登记", body = CheckInView)),
)]
#[post("/activities/{activity_id}/attendances")]
async fn roll_call(caller: Caller, id: Path<ActivityId>, cmd: Command<RollCall>) -> Answer {
    cmd.run(async move |tx, body| {
        let (card, direction) = (body.card_number.as_str(), body.direction.into());
        let visited = service::roll_call(tx, &caller, *id, card, direction).await?;
        let id = visited.id;
        Ok(Done::ok(CheckInView::from(visited)).about(id))
    })
    .await
}

/// 活动的签到记录
///
/// Lists the attendances of an activity with what a confirmation would give. Who does not
/// run the activity sees masked names; minors' names are shown in full for a stated reason
/// that is kept in the audit trail.
#[utoipa::path(
    operation_id = "attendance_list", tag = "attendance",
    params(("activity_id" = ActivityId, Path, description = "活动编号"), AttendanceQuery),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["permission_denied"])),
    ),
    responses((status = OK, description = "签到记录", body = AttendancePage)),
)]
#[get("/activities/{activity_id}/attendances")]
async fn list(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<ActivityId>,
    query: Query<AttendanceQuery>,
) -> Result<Json<AttendancePage>, Failure> {
    reading::of_activity(&app, (&actor, &caller), *id, query.into_inner()).await.map(Json)
}

/// 确认签到记录
///
/// Confirms attendances one by one; the server computes the hours and writes the service
/// records. Per item: `must_recuse` for one's own or a relative's, `wrong_state`,
/// `activity_cancelled`, `overlap`, `not_found`, `invalid_value`.
#[utoipa::path(
    operation_id = "attendance_confirm", tag = "attendance",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-dry-run" = json!(true)),
        ("x-codes" = json!(["permission_denied"])),
        ("x-item-codes" = json!([
            "must_recuse", "wrong_state", "activity_cancelled", "overlap", "not_found",
            "invalid_value",
        ])),
    ),
    request_body = ConfirmAttendances,
    responses((status = OK, description = "逐条的结果", body = BatchResult)),
)]
#[post("/activities/{activity_id}/attendances/confirm")]
async fn confirm_many(
    app: Data<App>,
    caller: Caller,
    id: Path<ActivityId>,
    cmd: Command<ConfirmAttendances>,
) -> Answer {
    service::run_by(&app.pools.read, &caller, *id).await?;
    let items = |body: &ConfirmAttendances| body.items.iter().map(Confirmation::from).collect();
    cmd.run_each(items, async move |tx, item| confirm::confirm(tx, &caller, *id, item).await).await
}

/// 对签到记录提出争议
///
/// Sets an attendance aside until a person decides: by those who run the activity, or by
/// the volunteer whose it is.
#[utoipa::path(
    operation_id = "attendance_dispute", tag = "attendance",
    params(
        ("activity_id" = ActivityId, Path, description = "活动编号"),
        ("attendance_id" = AttendanceId, Path, description = "签到记录编号"),
    ),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["permission_denied", "wrong_state", "activity_cancelled"])),
    ),
    request_body = DisputeAttendance,
    responses((status = OK, description = "已记录争议", body = DisputedView)),
)]
#[post("/activities/{activity_id}/attendances/{attendance_id}/dispute")]
async fn dispute(
    caller: Caller,
    path: Path<(ActivityId, AttendanceId)>,
    cmd: Command<DisputeAttendance>,
) -> Answer {
    let (activity, id) = path.into_inner();
    cmd.run(async move |tx, body| {
        let row = confirm::dispute(tx, &caller, activity, id, body.reason.as_str()).await?;
        Ok(Done::ok(DisputedView::from(row)))
    })
    .await
}

/// 标记未到
///
/// Marks who was on the list and did not come, one by one, after the end. Per item:
/// `must_recuse`, `wrong_state`, `not_signed_up`, `activity_cancelled`.
#[utoipa::path(
    operation_id = "attendance_mark_no_show", tag = "attendance",
    params(("activity_id" = ActivityId, Path, description = "活动编号")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["permission_denied"])),
        ("x-item-codes" = json!([
            "must_recuse", "wrong_state", "not_signed_up", "activity_cancelled",
        ])),
    ),
    request_body = MarkNoShow,
    responses((status = OK, description = "逐条的结果", body = BatchResult)),
)]
#[post("/activities/{activity_id}/attendances/no-show")]
async fn mark_no_show(
    app: Data<App>,
    caller: Caller,
    id: Path<ActivityId>,
    cmd: Command<MarkNoShow>,
) -> Answer {
    service::run_by(&app.pools.read, &caller, *id).await?;
    let items = |body: &MarkNoShow| body.items.iter().map(|item| item.volunteer_id).collect();
    cmd.run_each(items, async move |tx, person| {
        confirm::mark_no_show(tx, &caller, *id, person).await
    })
    .await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(issue)
        .service(pair)
        .service(stop)
        .service(roll_call)
        .service(list)
        .service(confirm_many)
        .service(mark_no_show)
        .service(dispute)
        .configure(late::configure);
}
