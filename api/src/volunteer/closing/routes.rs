//! Operations that end a registration.

use actix_web::post;
use actix_web::web::{Data, Path};
use entity::ids::VolunteerId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::RejectVolunteer;
use super::service;
use crate::app::App;
use crate::auth::{self, Caller};
use crate::platform::command::{Answer, Command, Done};
use crate::volunteer::dto::VolunteerView;
use crate::volunteer::service::view_of;

/// 登记不予通过
///
/// Refuses a pending registration that was never verified: a stranger's document, somebody of
/// another town, a second entry. Account, document and number are free to be registered again,
/// and nothing of what was typed in is kept. Whoever registered reads the reason under `/v1/me`.
#[utoipa::path(
    operation_id = "volunteer_reject", tag = "volunteers",
    request_body = RejectVolunteer,
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["wrong_state", "must_recuse", "volunteer_admitted"])),
    ),
    responses((status = OK, description = "已不予通过", body = VolunteerView)),
)]
#[post("/volunteers/{volunteer_id}/reject")]
async fn reject(
    app: Data<App>,
    caller: Caller,
    id: Path<VolunteerId>,
    cmd: Command<RejectVolunteer>,
) -> Answer {
    let (whose, state) = (service::account_of(&app, *id).await?, app.clone());
    let answer = cmd.run(async move |tx, body| {
        let row = service::reject(tx, &caller, *id, body.reason.into()).await?;
        view_of(&**tx, &app.vault, &caller, row, tx.now).await.map(Done::ok)
    });
    let answer = answer.await?;
    if let Some(account) = whose {
        auth::forget(&state, account).await;
    }
    Ok(answer)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(reject);
}
