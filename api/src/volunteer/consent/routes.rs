//! Operations of one's own consents.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::consent::ConsentPurpose;
use entity::ids::VolunteerId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{ConsentList, ConsentTextList, ConsentView, GrantAtCounter, WithdrawAtCounter};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::actor::Actor;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::query::Query;
use crate::volunteer::dto::ConsentGiven;
use crate::volunteer::reading::ReadingQuery;

/// 同意文本（公开）
///
/// Every text that can be agreed to, by purpose and version, with the one in force. Consents name
/// one of these versions; others are refused.
#[utoipa::path(
    operation_id = "consent_texts", tag = "volunteers",
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "同意文本", body = ConsentTextList)),
)]
#[get("/public/consent-texts")]
async fn texts() -> Json<ConsentTextList> {
    Json(ConsentTextList::all())
}

/// 我的同意记录
///
/// Lists every consent the caller ever gave, newest first.
#[utoipa::path(
    operation_id = "consent_list", tag = "volunteers",
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "同意记录", body = ConsentList)),
)]
#[get("/me/consents")]
async fn list(app: Data<App>, caller: Caller) -> Result<Json<ConsentList>, Failure> {
    let rows = service::list(&app, &caller).await?;
    Ok(Json(ConsentList { items: rows.into_iter().map(ConsentView::from).collect() }))
}

/// 同意一个事项
///
/// Gives a consent; a newer text version replaces the older. For a child her guardian decides, at
/// the station (`guardian_decides`); withdrawing is hers.
#[utoipa::path(
    operation_id = "consent_grant", tag = "volunteers",
    request_body = ConsentGiven,
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["consent_of_guardian", "guardian_decides"])),
    ),
    responses((status = OK, description = "已同意", body = ConsentView)),
)]
#[post("/me/consents")]
async fn grant(caller: Caller, cmd: Command<ConsentGiven>) -> Answer {
    cmd.run(async move |tx, body| {
        let row = service::grant(tx, &caller, body).await?;
        Ok(Done::ok(ConsentView::from(row)).about(caller.volunteer()?))
    })
    .await
}

/// 撤回一个同意
///
/// Withdraws a consent at once and without giving a reason. The consent to enrol ends
/// only by closing the account.
#[utoipa::path(
    operation_id = "consent_withdraw", tag = "volunteers",
    params(("purpose" = ConsentPurpose, Path, description = "事项")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["enrol_needs_closure", "consent_of_guardian"])),
    ),
    responses((status = OK, description = "已撤回", body = ConsentView)),
)]
#[post("/me/consents/{purpose}/withdraw")]
async fn withdraw(caller: Caller, purpose: Path<ConsentPurpose>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let row = service::withdraw(tx, &caller, *purpose).await?;
        Ok(Done::ok(ConsentView::from(row)).about(caller.volunteer()?))
    })
    .await
}

/// 志愿者的同意记录
///
/// Lists every consent a volunteer ever gave, newest first, for the staff who record them.
/// Reading a minor's needs a reason and leaves an audit row.
#[utoipa::path(
    operation_id = "volunteer_consents", tag = "volunteers",
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号"), ReadingQuery),
    extensions(("x-permission" = json!("manage_volunteers"))),
    responses((status = OK, description = "同意记录", body = ConsentList)),
)]
#[get("/volunteers/{volunteer_id}/consents")]
async fn list_of(
    app: Data<App>,
    actor: Actor,
    caller: Caller,
    id: Path<VolunteerId>,
    query: Query<ReadingQuery>,
) -> Result<Json<ConsentList>, Failure> {
    let about = (*id, query.into_inner().reason);
    let rows = service::list_of(&app, &actor, &caller, about).await?;
    Ok(Json(ConsentList { items: rows.into_iter().map(ConsentView::from).collect() }))
}

/// 代录同意
///
/// Takes down a consent of somebody without an account, or of a child's guardian, before a
/// witness.
#[utoipa::path(
    operation_id = "volunteer_consent_grant", tag = "volunteers",
    request_body = GrantAtCounter,
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["wrong_state", "has_account", "consent_of_guardian"])),
    ),
    responses((status = OK, description = "已代录", body = ConsentView)),
)]
#[post("/volunteers/{volunteer_id}/consents")]
async fn grant_at_counter(
    caller: Caller,
    id: Path<VolunteerId>,
    cmd: Command<GrantAtCounter>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let row = service::grant_at_counter(tx, &caller, *id, body).await?;
        Ok(Done::ok(ConsentView::from(row)))
    })
    .await
}

/// 代录撤回同意
///
/// Takes down a withdrawal by somebody without an account, or by a guardian; a child
/// without a guardian's consent is suspended at once.
#[utoipa::path(
    operation_id = "volunteer_consent_withdraw", tag = "volunteers",
    request_body = WithdrawAtCounter,
    params(
        ("volunteer_id" = VolunteerId, Path, description = "志愿者编号"),
        ("purpose" = ConsentPurpose, Path, description = "事项"),
    ),
    extensions(
        ("x-permission" = json!("manage_volunteers")),
        ("x-codes" = json!(["wrong_state", "has_account", "enrol_needs_closure"])),
    ),
    responses((status = OK, description = "已代录撤回", body = ConsentView)),
)]
#[post("/volunteers/{volunteer_id}/consents/{purpose}/withdraw")]
async fn withdraw_at_counter(
    caller: Caller,
    path: Path<(VolunteerId, ConsentPurpose)>,
    cmd: Command<WithdrawAtCounter>,
) -> Answer {
    let (id, purpose) = path.into_inner();
    cmd.run(async move |tx, body| {
        let row = service::withdraw_at_counter(tx, &caller, id, purpose, body).await?;
        Ok(Done::ok(ConsentView::from(row)).about(id))
    })
    .await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(texts).service(list).service(grant).service(withdraw);
    cfg.service(list_of).service(grant_at_counter).service(withdraw_at_counter);
}
