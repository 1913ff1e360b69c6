//! Operations of leaving.

use actix_web::post;
use actix_web::web::{Data, Path};
use entity::ids::VolunteerId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{CloseAccount, CloseOnPaper, ClosureView};
use super::service;
use crate::app::App;
use crate::auth::{self, Caller};
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;

/// 注销账号
///
/// Closes the caller's account for good: profile, card, consents, sessions and phone go; ledger
/// sums and hours stay without her name. `?dry_run=true` shows what would happen. Refused with
/// all reasons while something is open in her name or she is suspended. Export everything first.
#[utoipa::path(
    operation_id = "me_closure", tag = "me", request_body = CloseAccount,
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-dry-run" = json!(true)),
        ("x-codes" = json!(["closure_blocked", "wrong_state"])),
    ),
    responses((status = OK, description = "已注销", body = ClosureView)),
)]
#[post("/me/closure")]
async fn close_own(app: Data<App>, caller: Caller, cmd: Command<CloseAccount>) -> Answer {
    require_confirmed(cmd.body.confirm)?;
    let account = caller.account;
    let answer = cmd.run(async move |tx, _| {
        let view = service::close_own(tx, &caller).await?;
        let id = view.volunteer_id;
        Ok(Done::ok(view).about(id))
    });
    let answer = answer.await?;
    auth::forget(&app, account).await;
    service::sweep(&app).await;
    Ok(answer)
}

fn require_confirmed(confirmed: bool) -> Result<(), Failure> {
    if confirmed { Ok(()) } else { Err(Failure::field("/confirm", "须确认知悉后果")) }
}

/// 凭书面申请办理注销
///
/// Closes the account of somebody without a phone who asked for it on paper, with a witness.
/// The same happens as when she closes it herself.
#[utoipa::path(
    operation_id = "volunteer_close", tag = "volunteers", request_body = CloseOnPaper,
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-dry-run" = json!(true)),
        ("x-codes" = json!(["closure_blocked", "must_recuse", "has_account", "wrong_state"])),
    ),
    responses((status = OK, description = "已注销", body = ClosureView)),
)]
#[post("/volunteers/{volunteer_id}/closure")]
async fn close_on_paper(
    app: Data<App>,
    caller: Caller,
    id: Path<VolunteerId>,
    cmd: Command<CloseOnPaper>,
) -> Answer {
    require_confirmed(cmd.body.confirm)?;
    let answer = cmd.run(async move |tx, body| {
        service::close_on_paper(tx, &caller, *id, body.witness.as_str()).await.map(Done::ok)
    });
    let answer = answer.await?;
    service::sweep(&app).await;
    Ok(answer)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(close_own).service(close_on_paper);
}
