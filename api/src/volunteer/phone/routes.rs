//! The operation of binding a phone number.

use actix_web::post;
use actix_web::web::Data;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{BindPhone, BoundPhone};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done};

/// 绑定手机号
///
/// Exchanges the code of WeChat's phone button for the number and keeps it encrypted.
/// WeChat is asked before the transaction and never twice with one code.
#[utoipa::path(
    operation_id = "me_bind_phone", tag = "volunteers",
    request_body = BindPhone,
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["phone_code_invalid", "wechat_unavailable"])),
    ),
    responses((status = OK, description = "已绑定", body = BoundPhone)),
)]
#[post("/me/phone")]
async fn bind_phone(app: Data<App>, caller: Caller, cmd: Command<BindPhone>) -> Answer {
    let volunteer = caller.volunteer()?;
    if let Some(answer) = cmd.answered().await? {
        return Ok(answer);
    }
    let phone = service::ask(&app, &caller, cmd.body.code.as_str()).await?;
    cmd.run(async move |tx, _| {
        let bound = service::bind(tx, &app.vault, &caller, &phone).await?;
        Ok(Done::ok(bound).about(volunteer))
    })
    .await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(bind_phone);
}
