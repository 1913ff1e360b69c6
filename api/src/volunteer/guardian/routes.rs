//! Operations of guardians.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{get, post};
use entity::ids::VolunteerId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{AddGuardian, GuardianList, GuardianView};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::volunteer::reading::ReadingQuery;

/// 登记监护人同意
///
/// Records a minor's guardian with the consent given at the station.
#[utoipa::path(
    operation_id = "guardian_add", tag = "volunteers",
    request_body = AddGuardian,
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["guardian_not_needed"])),
    ),
    responses((status = OK, description = "已登记", body = GuardianView)),
)]
#[post("/volunteers/{volunteer_id}/guardians")]
async fn add(
    app: Data<App>,
    caller: Caller,
    id: Path<VolunteerId>,
    cmd: Command<AddGuardian>,
) -> Answer {
    cmd.run(async move |tx, body| {
        service::add(tx, &app.vault, &caller, *id, body).await.map(Done::ok)
    })
    .await
}

/// 监护人列表
///
/// Lists a minor's guardians; the reading needs a reason and leaves an audit row.
#[utoipa::path(
    operation_id = "guardian_list", tag = "volunteers",
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号"), ReadingQuery),
    extensions(("x-permission" = json!("view_volunteers"))),
    responses((status = OK, description = "监护人", body = GuardianList)),
)]
#[get("/volunteers/{volunteer_id}/guardians")]
async fn list(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<VolunteerId>,
    query: Query<ReadingQuery>,
) -> Result<Json<GuardianList>, Failure> {
    let about = (*id, query.into_inner().reason);
    let items = service::list(&app, &actor, &caller, about).await?;
    Ok(Json(GuardianList { items }))
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(add).service(list);
}
