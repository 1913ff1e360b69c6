//! Operations of volunteers.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get, post, put};
use entity::ids::{SiteId, VolunteerId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::domain::VolunteerAction;
use super::dto::{
    ChangeVolunteerState, RegisterAssisted, RegisterVolunteer, UpdateVolunteer,
    VolunteerCountQuery, VolunteerCounts, VolunteerPage, VolunteerQuery, VolunteerView,
};
use super::reading::ReadingQuery;
use super::{registration, service, tries};
use crate::app::App;
use crate::auth::{self, Caller};
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done, with_etag};
use crate::platform::failure::Failure;
use crate::platform::query::Query;
use crate::platform::tx::Tx;

/// Wraps a changed volunteer in her view.
async fn viewed(
    app: &App,
    tx: &Tx<'_>,
    caller: &Caller,
    row: entity::volunteer::Model,
) -> Result<VolunteerView, Failure> {
    service::view_of(&**tx, &app.vault, caller, row, tx.now).await
}

fn done(view: VolunteerView) -> Done<VolunteerView> {
    let version = view.version();
    Done::ok(view).version(version)
}

fn created(view: VolunteerView) -> Done<VolunteerView> {
    let (location, version) = (format!("/v1/volunteers/{}", view.id()), view.version());
    Done::created(view, location).version(version)
}

/// 登记为志愿者
///
/// Registers the caller. One volunteer per account and per identity document; a child
/// stays pending until her guardian's consent is recorded at the station.
#[utoipa::path(
    operation_id = "volunteer_register", tag = "volunteers",
    request_body = RegisterVolunteer,
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!([
            "consent_required", "already_registered", "registration_conflict",
        ])),
    ),
    responses((status = CREATED, description = "已登记，待站点核验", body = VolunteerView)),
)]
#[post("/volunteers")]
async fn register(app: Data<App>, caller: Caller, cmd: Command<RegisterVolunteer>) -> Answer {
    let (who, state) = (caller.account, app.clone());
    let answer = cmd
        .run(async move |tx, body| {
            let row = registration::register(tx, &app, &caller, body).await?;
            viewed(&app, tx, &caller, row).await.map(created)
        })
        .await?;
    auth::forget(&state, who).await;
    Ok(answer)
}

/// 协助登记志愿者
///
/// Registers somebody at the counter, with a witness and without an account. Whoever
/// registered the same document online and was never verified gives way: the document
/// is at the counter.
#[utoipa::path(
    operation_id = "volunteer_register_assisted", tag = "volunteers",
    request_body = RegisterAssisted,
    params(("site_id" = SiteId, Path, description = "常住地所站编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["consent_required", "registration_conflict"])),
    ),
    responses((status = CREATED, description = "已登记，待核验", body = VolunteerView)),
)]
#[post("/sites/{site_id}/volunteers")]
async fn register_assisted(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    cmd: Command<RegisterAssisted>,
) -> Answer {
    let (who, state) = (caller.account, app.clone());
    tries::ASSISTED.admit(&state, who).await?;
    let answer = cmd.run(async move |tx, body| {
        let row = registration::register_assisted(tx, &app.vault, &caller, *site, body).await?;
        viewed(&app, tx, &caller, row).await.map(created)
    });
    tries::ASSISTED.judge(&state, who, answer.await).await
}

/// 志愿者列表
///
/// Lists the volunteers of the caller's sites, newest first. `q` is the beginning of a
/// name, a whole card number or a whole phone number, and finds those whose names the caller sees
/// in full. Who sees nobody's, a supervisor above all, looks for the last four characters of a
/// card number: anything else is refused. Minors stand there masked; with a
/// reason their names are shown in full, which leaves an audit row.
#[utoipa::path(
    operation_id = "volunteer_list", tag = "volunteers", params(VolunteerQuery),
    extensions(
        ("x-permission" = json!("view_volunteers")),
        ("x-codes" = json!(["not_found"])),
    ),
    responses((status = OK, description = "列表", body = VolunteerPage)),
)]
#[get("/volunteers")]
async fn list(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    query: Query<VolunteerQuery>,
) -> Result<Json<VolunteerPage>, Failure> {
    service::list(&app, &actor, &caller, query.into_inner()).await.map(Json)
}

/// 各状态志愿者人数
///
/// Counts the volunteers of the caller's sites in each state.
#[utoipa::path(
    operation_id = "volunteer_count", tag = "volunteers", params(VolunteerCountQuery),
    extensions(
        ("x-permission" = json!("view_volunteers")),
        ("x-codes" = json!(["not_found"])),
    ),
    responses((status = OK, description = "人数", body = VolunteerCounts)),
)]
#[get("/volunteers/count")]
async fn count(
    app: Data<App>,
    caller: Caller,
    query: Query<VolunteerCountQuery>,
) -> Result<Json<VolunteerCounts>, Failure> {
    service::count(&app, &caller, &query).await.map(Json)
}

/// 查看志愿者
///
/// Shows one volunteer; document number and phone are masked. Reading a minor's data
/// needs a reason and leaves an audit row.
#[utoipa::path(
    operation_id = "volunteer_get", tag = "volunteers",
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号"), ReadingQuery),
    extensions(("x-permission" = json!("view_volunteers")), ("x-etag" = json!(true))),
    responses((status = OK, description = "志愿者", body = VolunteerView)),
)]
#[get("/volunteers/{volunteer_id}")]
async fn show(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<VolunteerId>,
    (query, request): (Query<ReadingQuery>, HttpRequest),
) -> Answer {
    let about = (*id, query.into_inner().reason);
    let view = service::show(&app, &actor, &caller, about).await?;
    with_etag(&request, view.version(), &view)
}

/// 修改志愿者资料
///
/// Replaces what staff may change: labels, the volunteer website's number, and the
/// residence station within the town.
#[utoipa::path(
    operation_id = "volunteer_update", tag = "volunteers",
    request_body = UpdateVolunteer,
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["wrong_state", "external_no_taken"])),
    ),
    responses((status = OK, description = "已修改", body = VolunteerView)),
)]
#[put("/volunteers/{volunteer_id}")]
async fn update(
    app: Data<App>,
    caller: Caller,
    id: Path<VolunteerId>,
    cmd: Command<UpdateVolunteer>,
) -> Answer {
    let expected = cmd.expected_version()?;
    cmd.run(async move |tx, body| {
        let row = service::update(tx, &caller, *id, expected, body).await?;
        viewed(&app, tx, &caller, row).await.map(done)
    })
    .await
}

/// 暂停志愿者
///
/// Suspends: she neither earns nor redeems until she is reinstated.
#[utoipa::path(
    operation_id = "volunteer_suspend", tag = "volunteers",
    request_body = ChangeVolunteerState,
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["wrong_state", "must_recuse"])),
    ),
    responses((status = OK, description = "已暂停", body = VolunteerView)),
)]
#[post("/volunteers/{volunteer_id}/suspend")]
async fn suspend(
    app: Data<App>,
    caller: Caller,
    id: Path<VolunteerId>,
    cmd: Command<ChangeVolunteerState>,
) -> Answer {
    change_state(app, caller, *id, VolunteerAction::Suspend, cmd).await
}

/// 恢复志愿者
///
/// Ends a suspension.
#[utoipa::path(
    operation_id = "volunteer_reinstate", tag = "volunteers",
    request_body = ChangeVolunteerState,
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["wrong_state", "must_recuse", "guardian_consent_missing"])),
    ),
    responses((status = OK, description = "已恢复", body = VolunteerView)),
)]
#[post("/volunteers/{volunteer_id}/reinstate")]
async fn reinstate(
    app: Data<App>,
    caller: Caller,
    id: Path<VolunteerId>,
    cmd: Command<ChangeVolunteerState>,
) -> Answer {
    change_state(app, caller, *id, VolunteerAction::Reinstate, cmd).await
}

async fn change_state(
    app: Data<App>,
    caller: Caller,
    id: VolunteerId,
    action: VolunteerAction,
    cmd: Command<ChangeVolunteerState>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let reason = body.reason.into();
        let row = service::change_state(tx, &caller, id, action, reason).await?;
        viewed(&app, tx, &caller, row).await.map(done)
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(register)
        .service(register_assisted)
        .service(list)
        .service(count)
        .service(show)
        .service(update)
        .service(suspend)
        .service(reinstate);
}
