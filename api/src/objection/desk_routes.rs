//! Operations of objections: the steps of the staff and of the county.

use actix_web::post;
use actix_web::web::{Data, Path};
use entity::ids::{ObjectionId, VolunteerId};
use entity::objection;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    DecideObjection, ObjectionContact, ObjectionNote, ObjectionReason, ObjectionView,
};
use super::filing_dto::{AppealOnPaper, FileOnPaper};
use super::service::Decision;
use super::{execution, filing, reading, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// 录入书面异议
///
/// Enters what a volunteer handed in on paper, before a witness. Equal in standing to what is
/// filed by phone; she finds it among her own once she has an account.
#[utoipa::path(
    operation_id = "objection_file_on_paper", tag = "objections",
    request_body = FileOnPaper,
    params(("volunteer_id" = VolunteerId, Path, description = "提出异议的志愿者编号")),
    extensions(
        ("x-permission" = json!("handle_objections")),
        ("x-codes" = json!(["objection_open"])),
    ),
    responses((status = CREATED, description = "已录入", body = ObjectionView)),
)]
#[post("/volunteers/{volunteer_id}/objections")]
async fn file_on_paper(
    app: Data<App>,
    caller: Caller,
    volunteer: Path<VolunteerId>,
    cmd: Command<FileOnPaper>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let row = filing::file_on_paper(tx, &app.vault, (&caller, *volunteer), body).await?;
        let location = format!("/v1/objections/{}", row.id);
        Ok(Done::created(reading::view(&**tx, &caller, row, tx.now).await?, location))
    })
    .await
}

/// 受理异议
///
/// Takes it up; the days to decide are counted from the day after. An appeal is taken up by
/// the county.
#[utoipa::path(
    operation_id = "objection_accept", tag = "objections",
    request_body = ObjectionNote,
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(
        ("x-permission" = json!("handle_objections")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "异议的现状", body = ObjectionView)),
)]
#[post("/objections/{objection_id}/accept")]
async fn accept(caller: Caller, id: Path<ObjectionId>, cmd: Command<ObjectionNote>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        service::accept(tx, caller, *id, body.reason.map(String::from)).await
    })
    .await
}

/// 不予受理
///
/// Does not take it up, for a reason its filer is told; she may turn to the county.
#[utoipa::path(
    operation_id = "objection_refuse", tag = "objections",
    request_body = ObjectionReason,
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(
        ("x-permission" = json!("handle_objections")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "异议的现状", body = ObjectionView)),
)]
#[post("/objections/{objection_id}/refuse")]
async fn refuse(caller: Caller, id: Path<ObjectionId>, cmd: Command<ObjectionReason>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        service::refuse(tx, caller, *id, body.reason.into()).await
    })
    .await
}

/// 开始调查
///
/// The caller looks into it.
#[utoipa::path(
    operation_id = "objection_investigate", tag = "objections",
    request_body = ObjectionNote,
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(
        ("x-permission" = json!("handle_objections")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "异议的现状", body = ObjectionView)),
)]
#[post("/objections/{objection_id}/investigate")]
async fn investigate(caller: Caller, id: Path<ObjectionId>, cmd: Command<ObjectionNote>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        service::investigate(tx, caller, *id, body.reason.map(String::from)).await
    })
    .await
}

/// 作出决定
///
/// Decides, with a reason its filer is told. Nothing changes before another person executes it.
/// An appeal is decided by the county, by somebody who took no part before.
///
/// `attendance` says what was with the attendance the record rests on: she was there, and when, or
/// she was not. It must be said where an attendance itself was objected to with right and its
/// activity is over.
#[utoipa::path(
    operation_id = "objection_decide", tag = "objections",
    request_body = DecideObjection,
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(
        ("x-permission" = json!("decide_objections")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "异议的现状", body = ObjectionView)),
)]
#[post("/objections/{objection_id}/decide")]
async fn decide(caller: Caller, id: Path<ObjectionId>, cmd: Command<DecideObjection>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        let DecideObjection { outcome, reason, attendance } = body;
        let decision = Decision { outcome, reason: reason.into(), attendance };
        service::decide(tx, caller, *id, decision).await
    })
    .await
}

/// 执行决定
///
/// Another person than who decided puts it into effect: a certification is revoked and its points
/// are reversed by an entry, a refused claim goes back to the queue. `effect` says what was done,
/// or what is left to be done by people. A claim a supervisor keeps frozen waits until it is free.
///
/// Where the decision says what was with an attendance, that becomes so: its hours are computed
/// anew, the service record gets its next version, a claim that waits is valued anew, and one that
/// was certified is taken back and stands anew for what it is worth now (`corrected`).
#[utoipa::path(
    operation_id = "objection_execute", tag = "objections",
    request_body = ObjectionNote,
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(
        ("x-permission" = json!("handle_objections")),
        ("x-codes" = json!([
            "must_recuse", "wrong_state", "objection_outcome", "frozen", "overlap",
        ])),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
    ),
    responses((status = OK, description = "异议的现状", body = ObjectionView)),
)]
#[post("/objections/{objection_id}/execute")]
async fn execute(caller: Caller, id: Path<ObjectionId>, cmd: Command<ObjectionNote>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        execution::execute(tx, caller, *id, body.reason.map(String::from)).await
    })
    .await
}

/// 办结
///
/// Puts it away: executed, rejected, or not taken up.
#[utoipa::path(
    operation_id = "objection_close", tag = "objections",
    request_body = ObjectionNote,
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(
        ("x-permission" = json!("handle_objections")),
        ("x-codes" = json!(["must_recuse", "wrong_state", "objection_outcome"])),
    ),
    responses((status = OK, description = "异议的现状", body = ObjectionView)),
)]
#[post("/objections/{objection_id}/close")]
async fn close(caller: Caller, id: Path<ObjectionId>, cmd: Command<ObjectionNote>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        service::close(tx, caller, *id, body.reason.map(String::from)).await
    })
    .await
}

/// 录入书面申诉
///
/// Enters the appeal to the county of a volunteer who handed it in on paper, before a witness.
/// Not by who had a hand in the answer.
#[utoipa::path(
    operation_id = "objection_enter_appeal", tag = "objections",
    request_body = AppealOnPaper,
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(
        ("x-permission" = json!("handle_objections")),
        ("x-codes" = json!([
            "must_recuse", "wrong_state", "objection_outcome", "objection_appealed",
            "objection_appeal_closed",
        ])),
    ),
    responses((status = CREATED, description = "申诉", body = ObjectionView)),
)]
#[post("/objections/{objection_id}/appeal")]
async fn appeal_on_paper(
    app: Data<App>,
    caller: Caller,
    id: Path<ObjectionId>,
    cmd: Command<AppealOnPaper>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let row = filing::appeal_on_paper(tx, &app.vault, (&caller, *id), body).await?;
        let location = format!("/v1/objections/{}", row.id);
        Ok(Done::created(reading::view(&**tx, &caller, row, tx.now).await?, location))
    })
    .await
}

/// 查看联系电话
///
/// The number its filer left, for who may handle it. Each asking stands on the audit trail.
#[utoipa::path(
    operation_id = "objection_contact", tag = "objections",
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(
        ("x-permission" = json!("handle_objections")),
        ("x-codes" = json!(["must_recuse"])),
    ),
    responses((status = OK, description = "联系电话", body = ObjectionContact)),
)]
#[post("/objections/{objection_id}/contact")]
async fn contact(
    app: Data<App>,
    caller: Caller,
    id: Path<ObjectionId>,
    cmd: Command<NoBody>,
) -> Answer {
    cmd.run(async move |tx, _body| {
        let contact = service::contact(tx, &app.vault, &caller, *id).await?;
        Ok(Done::ok(ObjectionContact { contact }))
    })
    .await
}

/// Takes one step and shows the objection as it stands after it.
async fn step<B: Clone + 'static>(
    caller: Caller,
    cmd: Command<B>,
    take: impl AsyncFn(&Tx<'_>, &Caller, B) -> Result<objection::Model, Failure> + 'static,
) -> Answer {
    cmd.run(async move |tx, body| {
        let row = take(tx, &caller, body).await?;
        Ok(Done::ok(reading::view(&**tx, &caller, row, tx.now).await?))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(file_on_paper)
        .service(accept)
        .service(refuse)
        .service(investigate)
        .service(decide)
        .service(execute)
        .service(close)
        .service(appeal_on_paper)
        .service(contact);
}
