//! Operations of binding.

use actix_web::post;
use actix_web::web::{Data, Path};
use entity::ids::VolunteerId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{BindVolunteer, IssuedBindingCode};
use super::service;
use crate::app::App;
use crate::auth::{self, Caller};
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::volunteer::dto::VolunteerView;
use crate::volunteer::service::view_of;
use crate::volunteer::tries;

/// 给出绑定码
///
/// Makes a one-time code, good for a day, for a volunteer who was registered on paper.
/// It is handed to her at the counter and shown only now; earlier codes end.
#[utoipa::path(
    operation_id = "volunteer_binding_code", tag = "volunteers",
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["wrong_state", "has_account", "must_recuse"])),
    ),
    responses((status = OK, description = "绑定码", body = IssuedBindingCode)),
)]
#[post("/volunteers/{volunteer_id}/binding-code")]
async fn issue(caller: Caller, id: Path<VolunteerId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| service::issue(tx, &caller, *id).await.map(Done::ok)).await
}

/// 绑定志愿者资料
///
/// Binds the caller's account to the volunteer whose code she was given at the station:
/// from now on she does online what she did on paper. She types in the whole number of her
/// document, too, of which the station only sees the ends: whoever makes a code, or finds one, is
/// not her by it. What of the two was wrong is told to nobody.
#[utoipa::path(
    operation_id = "me_volunteer_binding", tag = "volunteers",
    request_body = BindVolunteer,
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["already_registered", "binding_code_invalid"])),
    ),
    responses((status = OK, description = "已绑定", body = VolunteerView)),
)]
#[post("/me/volunteer-binding")]
async fn bind(app: Data<App>, caller: Caller, cmd: Command<BindVolunteer>) -> Answer {
    let (who, state) = (caller.account, app.clone());
    tries::BINDING.admit(&state, who).await?;
    let answer = cmd.run(async move |tx, body| {
        let row = service::bind(tx, &app, &caller, body).await?;
        let id = row.id;
        let view = view_of(&**tx, &app.vault, &caller, row, tx.now).await?;
        Ok(Done::ok(view).about(id))
    });
    let answer = tries::BINDING.judge(&state, who, answer.await).await?;
    auth::forget(&state, who).await;
    Ok(answer)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(issue).service(bind);
}
