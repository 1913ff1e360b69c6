//! The operation of the home screen.

use actix_web::get;
use actix_web::web::{Data, Json};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::MeHome;
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::failure::Failure;

/// 首页
///
/// Answers everything the home screen shows: roles, the volunteer with her card and
/// points, and the next activity she signed up for; whose registration was refused reads why.
#[utoipa::path(
    operation_id = "me_home", tag = "me",
    extensions(("x-permission" = json!("signed_in"))),
    responses((status = OK, description = "首页", body = MeHome)),
)]
#[get("/me")]
async fn home(app: Data<App>, caller: Caller) -> Result<Json<MeHome>, Failure> {
    service::home(&app, &caller).await.map(Json)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(home);
}
