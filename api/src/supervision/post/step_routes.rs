//! Operations of supervisors' posts: the steps.

use actix_web::post;
use actix_web::web::{Data, Path};
use entity::ids::SupervisorPostId;
use entity::supervisor_post;
use utoipa_actix_web::service_config::ServiceConfig;

use super::domain::PostAction;
use super::dto::{AppointSupervisor, AppraiseSupervisor, PostNote, SupervisorPostView};
use super::{service, steps};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::tx::Tx;

/// 审核监督员人选
///
/// The general office agrees to a nomination, while the person is in good standing. Not who
/// nominated, nor kin of the person.
#[utoipa::path(
    operation_id = "supervisor_vet", tag = "supervision", request_body = PostNote,
    params(("supervisor_post_id" = SupervisorPostId, Path, description = "聘任编号")),
    extensions(
        ("x-permission" = json!("vet_supervisors")),
        ("x-codes" = json!(["must_recuse", "wrong_state", "volunteer_not_active"])),
    ),
    responses((status = OK, description = "审核通过", body = SupervisorPostView)),
)]
#[post("/supervisors/{supervisor_post_id}/vet")]
async fn vet(caller: Caller, id: Path<SupervisorPostId>, cmd: Command<PostNote>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        steps::vet(tx, caller, (*id, PostAction::Vet), body.note.into()).await
    })
    .await
}

/// 不同意监督员人选
///
/// The general office refuses a nomination, with its reason.
#[utoipa::path(
    operation_id = "supervisor_refuse", tag = "supervision", request_body = PostNote,
    params(("supervisor_post_id" = SupervisorPostId, Path, description = "聘任编号")),
    extensions(
        ("x-permission" = json!("vet_supervisors")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "审核未通过", body = SupervisorPostView)),
)]
#[post("/supervisors/{supervisor_post_id}/refuse")]
async fn refuse(caller: Caller, id: Path<SupervisorPostId>, cmd: Command<PostNote>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        steps::vet(tx, caller, (*id, PostAction::Refuse), body.note.into()).await
    })
    .await
}

/// 聘任监督员
///
/// The town appoints a vetted person for a term no longer than the setting allows, if the site
/// has a place. The role begins with the first day and ends with the last.
#[utoipa::path(
    operation_id = "supervisor_appoint", tag = "supervision", request_body = AppointSupervisor,
    params(("supervisor_post_id" = SupervisorPostId, Path, description = "聘任编号")),
    extensions(
        ("x-permission" = json!("appoint_supervisors")),
        ("x-codes" = json!(["must_recuse", "wrong_state", "volunteer_not_active", "supervisors_full", "supervisor_is_staff", "supervisor_is_kin", "roles_incompatible"])),
    ),
    responses((status = OK, description = "已聘任", body = SupervisorPostView)),
)]
#[post("/supervisors/{supervisor_post_id}/appoint")]
async fn appoint(
    app: Data<App>,
    caller: Caller,
    id: Path<SupervisorPostId>,
    cmd: Command<AppointSupervisor>,
) -> Answer {
    let id = *id;
    let appointed =
        step(caller, cmd, async move |tx, caller, body| steps::appoint(tx, caller, id, body).await);
    let answer = appointed.await?;
    service::forget(&app, id).await?;
    Ok(answer)
}

/// 年度考评
///
/// The general office appraises one year of a term, once.
#[utoipa::path(
    operation_id = "supervisor_appraise", tag = "supervision", request_body = AppraiseSupervisor,
    params(("supervisor_post_id" = SupervisorPostId, Path, description = "聘任编号")),
    extensions(
        ("x-permission" = json!("vet_supervisors")),
        ("x-codes" = json!(["must_recuse", "wrong_state", "appraised_already"])),
    ),
    responses((status = OK, description = "已考评", body = SupervisorPostView)),
)]
#[post("/supervisors/{supervisor_post_id}/appraise")]
async fn appraise(
    caller: Caller,
    id: Path<SupervisorPostId>,
    cmd: Command<AppraiseSupervisor>,
) -> Answer {
    step(caller, cmd, async move |tx, caller, body| steps::appraise(tx, caller, *id, body).await)
        .await
}

/// 撤回提名
///
/// The site takes a nomination back that has not become an appointment.
#[utoipa::path(
    operation_id = "supervisor_withdraw", tag = "supervision", request_body = PostNote,
    params(("supervisor_post_id" = SupervisorPostId, Path, description = "聘任编号")),
    extensions(
        ("x-permission" = json!("nominate_supervisors")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "已撤回", body = SupervisorPostView)),
)]
#[post("/supervisors/{supervisor_post_id}/withdraw")]
async fn withdraw(caller: Caller, id: Path<SupervisorPostId>, cmd: Command<PostNote>) -> Answer {
    step(caller, cmd, async move |tx, caller, body| {
        steps::end(tx, caller, (*id, PostAction::Withdraw), body.note.into()).await
    })
    .await
}

/// 解聘监督员
///
/// The town ends an appointment before its time; the role ends at once.
#[utoipa::path(
    operation_id = "supervisor_dismiss", tag = "supervision", request_body = PostNote,
    params(("supervisor_post_id" = SupervisorPostId, Path, description = "聘任编号")),
    extensions(
        ("x-permission" = json!("appoint_supervisors")),
        ("x-codes" = json!(["must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "已解聘", body = SupervisorPostView)),
)]
#[post("/supervisors/{supervisor_post_id}/dismiss")]
async fn dismiss(
    app: Data<App>,
    caller: Caller,
    id: Path<SupervisorPostId>,
    cmd: Command<PostNote>,
) -> Answer {
    let id = *id;
    let dismissed = step(caller, cmd, async move |tx, caller, body| {
        steps::end(tx, caller, (id, PostAction::Dismiss), body.note.into()).await
    });
    let answer = dismissed.await?;
    service::forget(&app, id).await?;
    Ok(answer)
}

/// Takes one step and shows the post as it stands after it.
async fn step<B: Clone + 'static>(
    caller: Caller,
    cmd: Command<B>,
    take: impl AsyncFn(&Tx<'_>, &Caller, B) -> Result<supervisor_post::Model, Failure> + 'static,
) -> Answer {
    cmd.run(async move |tx, body| {
        let post = take(tx, &caller, body).await?;
        Ok(Done::ok(service::view(&**tx, &caller, post).await?))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(vet).service(refuse).service(appoint);
    cfg.service(appraise).service(withdraw).service(dismiss);
}
