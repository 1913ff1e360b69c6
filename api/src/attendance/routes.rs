//! Operations of the villager: checking in and out, and her own records.

use actix_web::web::{Data, Json};
use actix_web::{get, post};
use entity::attendance::AttendanceSource;
use utoipa_actix_web::service_config::ServiceConfig;

use super::code::Direction;
use super::dto::{CheckInView, MyAttendancePage, ScanCode};
use super::record_dto::{ServiceRecordPage, ServiceRecordQuery};
use super::service::{self, Visit};
use super::{reading, rules, scan, staff_routes};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::paging::PageQuery;
use crate::platform::query::Query;

/// 扫码签到
///
/// Checks the caller in with the code on the screen. The server decides by its own clock
/// and rules; nothing but the code is taken from the client. Whoever is in already gets the
/// same attendance again (`repeated`). A refusal says in `next_step` what to do.
#[utoipa::path(
    operation_id = "check_in", tag = "attendance",
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!(["unknown_code", "code_expired", "code_revoked", "wrong_activity",
            "wrong_direction", "not_signed_up", "waitlisted", "activity_cancelled", "too_early",
            "too_late", "already_in", "volunteer_not_active", "card_not_active",
            "capacity_full", "needs_skill", "minor_barred", "overlap", "daily_cap", "not_found"])),
    ),
    request_body = ScanCode,
    responses((status = OK, description = "已签到", body = CheckInView)),
)]
#[post("/check-ins")]
async fn check_in(app: Data<App>, caller: Caller, cmd: Command<ScanCode>) -> Answer {
    pass(app, caller, cmd, Direction::In).await
}

/// 扫码签退
///
/// Checks the caller out with the code on the screen. Whoever has left already gets the
/// same attendance again (`repeated`).
#[utoipa::path(
    operation_id = "check_out", tag = "attendance",
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-idempotency-key-required" = json!(true)),
        ("x-codes" = json!(["unknown_code", "code_expired", "code_revoked", "wrong_activity",
            "wrong_direction", "activity_cancelled", "too_late", "not_in", "not_found"])),
    ),
    request_body = ScanCode,
    responses((status = OK, description = "已签退", body = CheckInView)),
)]
#[post("/check-outs")]
async fn check_out(app: Data<App>, caller: Caller, cmd: Command<ScanCode>) -> Answer {
    pass(app, caller, cmd, Direction::Out).await
}

/// The code is read before the transaction and judged in it, after the key: an answer
/// that was lost is given again although its code has expired meanwhile.
async fn pass(
    app: Data<App>,
    caller: Caller,
    cmd: Command<ScanCode>,
    direction: Direction,
) -> Answer {
    let (volunteer, account) = (caller.volunteer()?, caller.account);
    let actor = cmd.actor().clone();
    let scanned = scan::read(&app, cmd.body.code.as_str(), cmd.body.activity_id, direction).await;
    let entry = match scanned.result {
        Ok(good) => {
            let visit = Visit {
                activity: good.activity,
                volunteer,
                direction,
                source: AttendanceSource::Qr,
                unverified: good.unverified,
                entered_by: account,
            };
            Ok((visit, rules::of(&app, good.activity).await?))
        }
        Err(reason) => Err(reason),
    };
    let answer = cmd.run(async move |tx, _| {
        let (visit, rules) = entry?;
        let visited = service::visit(tx, visit, &rules).await?;
        let id = visited.id;
        Ok(Done::ok(CheckInView::from(visited)).about(id))
    });
    match answer.await {
        Ok(answer) => Ok(answer),
        Err(failure) => {
            Err(scan::remember_refusal(&app, &actor, account, &scanned, failure).await?)
        }
    }
}

/// 我的签到记录
///
/// Lists the caller's attendances, newest first.
#[utoipa::path(
    operation_id = "my_attendances", tag = "attendance",
    params(PageQuery),
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "签到记录", body = MyAttendancePage)),
)]
#[get("/me/attendances")]
async fn my_attendances(
    app: Data<App>,
    caller: Caller,
    query: Query<PageQuery>,
) -> Result<Json<MyAttendancePage>, Failure> {
    reading::mine(&app, &caller, &query).await.map(Json)
}

/// 我的志愿服务记录
///
/// Lists the caller's service records of a year, each in its latest revision, with the
/// year's hours. Hours are never spent and have nothing to do with points.
#[utoipa::path(
    operation_id = "my_service_records", tag = "attendance",
    params(ServiceRecordQuery),
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "志愿服务记录", body = ServiceRecordPage)),
)]
#[get("/me/service-records")]
async fn my_service_records(
    app: Data<App>,
    caller: Caller,
    query: Query<ServiceRecordQuery>,
) -> Result<Json<ServiceRecordPage>, Failure> {
    reading::my_records(&app, &caller, query.into_inner()).await.map(Json)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(check_in)
        .service(check_out)
        .service(my_attendances)
        .service(my_service_records)
        .configure(staff_routes::configure);
}
