//! Operations of cases: the steps of the staff, of supervisors and of the county.

use actix_web::post;
use actix_web::web::{Data, Path};
use entity::disqualification;
use entity::ids::DisqualificationId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    CaseNote, DecideAppeal, DeliverNotice, ExecuteCase, PaperStatement, ReviewCase, SuperviseReview,
};
use super::views::CaseView;
use super::{execution, hers, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// 发出告知书
///
/// Issues the notice: ground, document number, what would follow, her right to speak.
#[utoipa::path(
    operation_id = "disqualification_notify", tag = "disqualifications",
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("manage_disqualifications")),
        ("x-codes" = json!(["must_recuse", "wrong_state", "volunteer_not_active"])),
    ),
    responses((status = OK, description = "案件的现状", body = CaseView)),
)]
#[post("/disqualifications/{disqualification_id}/notify")]
async fn notify(caller: Caller, id: Path<DisqualificationId>, cmd: Command<NoBody>) -> Answer {
    step(caller, cmd, async move |tx, caller, _body| service::notify(tx, caller, *id).await).await
}

/// 书面送达告知书
///
/// Records that the notice was handed to her on paper before a witness, not by who proposed the
/// case. Her time to speak, at least five working days, begins on the day after; of a year whose
/// calendar was not entered, days that may be holidays are not counted.
#[utoipa::path(
    operation_id = "disqualification_deliver", tag = "disqualifications",
    request_body = DeliverNotice,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("manage_disqualifications")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "案件的现状", body = CaseView)),
)]
#[post("/disqualifications/{disqualification_id}/deliver")]
async fn deliver(
    caller: Caller,
    id: Path<DisqualificationId>,
    cmd: Command<DeliverNotice>,
) -> Answer {
    step(caller, cmd, async move |tx, caller, body| service::deliver(tx, caller, *id, body).await)
        .await
}

/// 录入书面陈述申辩
///
/// Enters what she said on paper, before a witness: for who has no phone, and not by who proposed
/// the case. It is added to the statements of the case, says who entered it, and never touches
/// what she said herself.
#[utoipa::path(
    operation_id = "disqualification_enter_statement", tag = "disqualifications",
    request_body = PaperStatement,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("manage_disqualifications")),
        ("x-codes" = json!(["has_account", "must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "案件的现状", body = CaseView)),
)]
#[post("/disqualifications/{disqualification_id}/statement")]
async fn speak_on_paper(
    caller: Caller,
    id: Path<DisqualificationId>,
    cmd: Command<PaperStatement>,
) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        hers::speak_on_paper(tx, caller, *id, body).await
    })
    .await
}

/// 监督员到场
///
/// A supervisor of the site confirms that she is present at the review; the first who does stays
/// on record.
#[utoipa::path(
    operation_id = "disqualification_supervise", tag = "disqualifications",
    request_body = SuperviseReview,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("supervise")),
        ("x-codes" = json!([
            "must_recuse", "wrong_state", "statement_period_running", "supervised_already",
        ])),
    ),
    responses((status = OK, description = "案件的现状", body = CaseView)),
)]
#[post("/disqualifications/{disqualification_id}/supervise")]
async fn supervise(
    caller: Caller,
    id: Path<DisqualificationId>,
    cmd: Command<SuperviseReview>,
) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        service::supervise(tx, caller, *id, body.note.map(String::from)).await
    })
    .await
}

/// 复核
///
/// Records the review, by another person than who proposed. It needs a supervisor present and her
/// time to speak to be over.
#[utoipa::path(
    operation_id = "disqualification_review", tag = "disqualifications",
    request_body = ReviewCase,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("manage_disqualifications")),
        ("x-codes" = json!(["must_recuse", "wrong_state", "statement_period_running", "supervisor_missing"])),
    ),
    responses((status = OK, description = "案件的现状", body = CaseView)),
)]
#[post("/disqualifications/{disqualification_id}/review")]
async fn review(caller: Caller, id: Path<DisqualificationId>, cmd: Command<ReviewCase>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        service::review(tx, caller, *id, (body.opinion, body.note.into())).await
    })
    .await
}

/// 决定清零
///
/// Decides, by another person than who proposed. Nothing is taken before a second person
/// confirms.
#[utoipa::path(
    operation_id = "disqualification_decide", tag = "disqualifications",
    request_body = CaseNote,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("decide_disqualifications")),
        ("x-codes" = json!([
            "must_recuse", "wrong_state", "statement_period_running", "review_against",
        ])),
    ),
    responses((status = OK, description = "案件的现状", body = CaseView)),
)]
#[post("/disqualifications/{disqualification_id}/decide")]
async fn decide(caller: Caller, id: Path<DisqualificationId>, cmd: Command<CaseNote>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        service::decide(tx, caller, *id, body.note.into()).await
    })
    .await
}

/// 确认并执行清零
///
/// A second person confirms by giving the document number again. In one transaction: open
/// redemptions are cancelled, all available points are taken, earning and redeeming are
/// suspended until 31 December of the year the case was opened in; her nominations and posts as
/// a supervisor end. Hours stay.
#[utoipa::path(
    operation_id = "disqualification_execute", tag = "disqualifications",
    request_body = ExecuteCase,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("decide_disqualifications")),
        ("x-codes" = json!(["must_recuse", "wrong_state", "statement_period_running", "volunteer_not_active", "frozen"])),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
    ),
    responses((status = OK, description = "案件的现状", body = CaseView)),
)]
#[post("/disqualifications/{disqualification_id}/execute")]
async fn execute(
    app: Data<App>,
    caller: Caller,
    id: Path<DisqualificationId>,
    cmd: Command<ExecuteCase>,
) -> Answer {
    let id = *id;
    let executed = step(caller, cmd, async move |tx, caller, body| {
        execution::execute(tx, caller, id, body.document_no.as_str()).await
    });
    let answer = executed.await?;
    service::forget(&app, id).await?;
    Ok(answer)
}

/// 录入书面申诉
///
/// Enters the appeal, received on paper, of somebody who has no account, before a witness; not by
/// who proposed or decided the case.
#[utoipa::path(
    operation_id = "disqualification_enter_appeal", tag = "disqualifications",
    request_body = PaperStatement,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("manage_disqualifications")),
        ("x-codes" = json!([
            "has_account", "must_recuse", "wrong_state", "appeal_window_closed",
        ])),
    ),
    responses((status = OK, description = "案件的现状", body = CaseView)),
)]
#[post("/disqualifications/{disqualification_id}/appeal")]
async fn appeal_on_paper(
    caller: Caller,
    id: Path<DisqualificationId>,
    cmd: Command<PaperStatement>,
) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        hers::appeal_on_paper(tx, caller, *id, body).await
    })
    .await
}

/// 申诉决定
///
/// The county decides an appeal, by somebody who took no earlier step. Overturned: exactly
/// what was taken is given back and she may earn again.
#[utoipa::path(
    operation_id = "disqualification_decide_appeal", tag = "disqualifications",
    request_body = DecideAppeal,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("decide_appeals")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
        ("x-idempotency-key-required" = json!(true)),
        ("x-dry-run" = json!(true)),
    ),
    responses((status = OK, description = "案件的现状", body = CaseView)),
)]
#[post("/disqualifications/{disqualification_id}/appeal-decision")]
async fn decide_appeal(
    caller: Caller,
    id: Path<DisqualificationId>,
    cmd: Command<DecideAppeal>,
) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        execution::decide_appeal(tx, caller, (*id, body.outcome.action()), body.note.into()).await
    })
    .await
}

/// 终止案件
///
/// Ends a case before its execution; nothing is taken. Once it is decided that takes
/// `decide_disqualifications`.
#[utoipa::path(
    operation_id = "disqualification_drop", tag = "disqualifications",
    request_body = CaseNote,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("manage_disqualifications")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "案件的现状", body = CaseView)),
)]
#[post("/disqualifications/{disqualification_id}/drop")]
async fn drop_case(caller: Caller, id: Path<DisqualificationId>, cmd: Command<CaseNote>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        service::drop_case(tx, caller, *id, body.note.into()).await
    })
    .await
}

/// Takes one step and shows the case as it stands after it.
async fn step<B: Clone + 'static>(
    caller: Caller,
    cmd: Command<B>,
    take: impl AsyncFn(&Tx<'_>, &Caller, B) -> Result<disqualification::Model, Failure> + 'static,
) -> Answer {
    cmd.run(async move |tx, body| {
        let case = take(tx, &caller, body).await?;
        Ok(Done::ok(service::view(&**tx, &caller, case, tx.now).await?))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(notify)
        .service(deliver)
        .service(speak_on_paper)
        .service(supervise)
        .service(review)
        .service(decide)
        .service(execute)
        .service(appeal_on_paper)
        .service(decide_appeal)
        .service(drop_case);
}
