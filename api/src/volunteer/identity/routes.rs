//! Operations of identities.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::VolunteerId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{CorrectIdentity, IdentityCorrectionList, VerifyVolunteer};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::query::Query;
use crate::platform::tx::Tx;
use crate::volunteer::dto::VolunteerView;
use crate::volunteer::reading::ReadingQuery;
use crate::volunteer::service::view_of;
use crate::volunteer::tries;

async fn done(
    app: &App,
    tx: &Tx<'_>,
    caller: &Caller,
    row: entity::volunteer::Model,
) -> Result<Done<VolunteerView>, Failure> {
    let view = view_of(&**tx, &app.vault, caller, row, tx.now).await?;
    let version = view.version();
    Ok(Done::ok(view).version(version))
}

/// 核验志愿者
///
/// Confirms identity and residence: the clerk types in the number on the document in
/// her hand, and it is compared with the registered one. Nobody verifies herself, a
/// relative, a person she acts for, or what she typed in herself; a child needs her
/// guardian's consent first.
#[utoipa::path(
    operation_id = "volunteer_verify", tag = "volunteers",
    request_body = VerifyVolunteer,
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!([
            "wrong_state", "must_recuse", "guardian_consent_missing", "id_number_differs",
        ])),
        ("x-dry-run" = json!(true)),
    ),
    responses((status = OK, description = "已核验", body = VolunteerView)),
)]
#[post("/volunteers/{volunteer_id}/verify")]
async fn verify(
    app: Data<App>,
    caller: Caller,
    id: Path<VolunteerId>,
    cmd: Command<VerifyVolunteer>,
) -> Answer {
    let (who, state, dry_run) = (caller.account, app.clone(), cmd.is_dry_run());
    tries::VERIFICATION.admit(&state, who).await?;
    let answer = cmd.run(async move |tx, body| {
        let row = service::verify(tx, &app.vault, &caller, *id, (body, dry_run)).await?;
        done(&app, tx, &caller, row).await
    });
    tries::VERIFICATION.judge(&state, who, answer.await).await
}

/// 更正身份信息
///
/// Corrects name, birth date, gender, document or phone, on record and with a reason.
/// All but the phone make the volunteer wait for verification again, by somebody else, and are
/// refused while she is suspended or disqualified.
#[utoipa::path(
    operation_id = "volunteer_correct", tag = "volunteers",
    request_body = CorrectIdentity,
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!([
            "wrong_state", "must_recuse", "registration_conflict", "nothing_to_correct",
        ])),
    ),
    responses((status = OK, description = "已更正", body = VolunteerView)),
)]
#[post("/volunteers/{volunteer_id}/correct")]
async fn correct(
    app: Data<App>,
    caller: Caller,
    id: Path<VolunteerId>,
    cmd: Command<CorrectIdentity>,
) -> Answer {
    let (who, state) = (caller.account, app.clone());
    tries::CORRECTION.admit(&state, who).await?;
    let answer = cmd.run(async move |tx, body| {
        let row = service::correct(tx, &app.vault, &caller, *id, body).await?;
        done(&app, tx, &caller, row).await
    });
    tries::CORRECTION.judge(&state, who, answer.await).await
}

/// 更正我的身份信息
///
/// Corrects the caller's own data. All but the phone make her wait until the station
/// has seen her document again, and are refused while she is suspended or disqualified.
#[utoipa::path(
    operation_id = "me_correct", tag = "volunteers",
    request_body = CorrectIdentity,
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["wrong_state", "registration_conflict", "nothing_to_correct"])),
    ),
    responses((status = OK, description = "已更正", body = VolunteerView)),
)]
#[post("/me/volunteer/correct")]
async fn correct_own(app: Data<App>, caller: Caller, cmd: Command<CorrectIdentity>) -> Answer {
    let (who, state, about) = (caller.account, app.clone(), caller.volunteer()?);
    tries::CORRECTION.admit(&state, who).await?;
    let answer = cmd.run(async move |tx, body| {
        let row = service::correct_own(tx, &app.vault, &caller, body).await?;
        Ok(done(&app, tx, &caller, row).await?.about(about))
    });
    tries::CORRECTION.judge(&state, who, answer.await).await
}

/// 身份信息更正记录
///
/// Lists what was corrected in who a volunteer is, masked, newest first. Reading a minor's
/// needs a reason and leaves an audit row.
#[utoipa::path(
    operation_id = "volunteer_corrections", tag = "volunteers",
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号"), ReadingQuery),
    extensions(("x-permission" = json!("manage_volunteers"))),
    responses((status = OK, description = "更正记录", body = IdentityCorrectionList)),
)]
#[get("/volunteers/{volunteer_id}/corrections")]
async fn list(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<VolunteerId>,
    query: Query<ReadingQuery>,
) -> Result<Json<IdentityCorrectionList>, Failure> {
    let about = (*id, query.into_inner().reason);
    let items = service::list(&app, &actor, &caller, about).await?;
    Ok(Json(IdentityCorrectionList { items }))
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(verify).service(correct).service(correct_own).service(list);
}
