//! Operations of points cards.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, get, post};
use entity::ids::VolunteerId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::domain::CardAction;
use super::dto::{CardView, ChangeCard, MyCard};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::Failure;

fn done(view: CardView) -> Done<CardView> {
    let (version, id) = (view.version(), view.id());
    Done::ok(view).version(version).about(id)
}

fn created(view: CardView) -> Done<CardView> {
    let (location, version, id) = (view.location(), view.version(), view.id());
    Done::created(view, location).version(version).about(id)
}

/// 制卡
///
/// Issues a card to an active volunteer; it is activated when she holds it in her hand.
#[utoipa::path(
    operation_id = "card_issue", tag = "cards",
    params(("volunteer_id" = VolunteerId, Path, description = "志愿者编号")),
    extensions(
        ("x-permission" = json!("manage_cards")),
        ("x-codes" = json!(["volunteer_not_active", "card_exists"])),
    ),
    responses((status = CREATED, description = "已制卡", body = CardView)),
)]
#[post("/volunteers/{volunteer_id}/cards")]
async fn issue(caller: Caller, id: Path<VolunteerId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let row = service::issue(tx, &caller, *id).await?;
        service::view_of(&**tx, &caller, row).await.map(created)
    })
    .await
}

/// 按卡号查看积分卡
///
/// Shows what the counter may see: the state, and the holder masked.
#[utoipa::path(
    operation_id = "card_get", tag = "cards",
    params(("card_number" = String, Path, description = "卡号，可带连字符", example = "JF-7K3Q-X0Z1-M94")),
    extensions(
        ("x-permission" = json!("view_volunteers")),
        ("x-codes" = json!(["card_unknown"])),
        ("x-etag" = json!(true)),
    ),
    responses((status = OK, description = "积分卡", body = CardView)),
)]
#[get("/cards/{card_number}")]
async fn show(
    app: Data<App>,
    caller: Caller,
    number: Path<String>,
    request: HttpRequest,
) -> Answer {
    let view = service::show(&app, &caller, &number).await?;
    with_etag(&request, view.version(), &view)
}

/// 启用积分卡
///
/// Activates an issued card, with the card in hand.
#[utoipa::path(
    operation_id = "card_activate", tag = "cards",
    params(("card_number" = String, Path, description = "卡号，可带连字符", example = "JF-7K3Q-X0Z1-M94")),
    extensions(
        ("x-permission" = json!("manage_cards")),
        ("x-codes" = json!(["card_unknown", "wrong_state"])),
    ),
    responses((status = OK, description = "已启用", body = CardView)),
)]
#[post("/cards/{card_number}/activate")]
async fn activate(caller: Caller, number: Path<String>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _| {
        let row = service::change(tx, &caller, &number, CardAction::Activate, None).await?;
        service::view_of(&**tx, &caller, row).await.map(done)
    })
    .await
}

/// 挂失积分卡
///
/// Reports a card lost, by its holder or by staff; it authorises nothing from now on.
#[utoipa::path(
    operation_id = "card_lose", tag = "cards",
    request_body = ChangeCard,
    params(("card_number" = String, Path, description = "卡号，可带连字符", example = "JF-7K3Q-X0Z1-M94")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["card_unknown", "wrong_state", "permission_denied"])),
    ),
    responses((status = OK, description = "已挂失", body = CardView)),
)]
#[post("/cards/{card_number}/lose")]
async fn lose(caller: Caller, number: Path<String>, cmd: Command<ChangeCard>) -> Answer {
    change(caller, number, CardAction::Lose, cmd).await
}

/// 暂停积分卡
///
/// Suspends a card until it is reinstated.
#[utoipa::path(
    operation_id = "card_suspend", tag = "cards",
    request_body = ChangeCard,
    params(("card_number" = String, Path, description = "卡号，可带连字符", example = "JF-7K3Q-X0Z1-M94")),
    extensions(
        ("x-permission" = json!("manage_cards")),
        ("x-codes" = json!(["card_unknown", "wrong_state"])),
    ),
    responses((status = OK, description = "已暂停", body = CardView)),
)]
#[post("/cards/{card_number}/suspend")]
async fn suspend(caller: Caller, number: Path<String>, cmd: Command<ChangeCard>) -> Answer {
    change(caller, number, CardAction::Suspend, cmd).await
}

/// 恢复积分卡
///
/// Takes a suspended card, or a lost one that was found, into use again.
#[utoipa::path(
    operation_id = "card_reinstate", tag = "cards",
    request_body = ChangeCard,
    params(("card_number" = String, Path, description = "卡号，可带连字符", example = "JF-7K3Q-X0Z1-M94")),
    extensions(
        ("x-permission" = json!("manage_cards")),
        ("x-codes" = json!(["card_unknown", "must_recuse", "wrong_state"])),
    ),
    responses((status = OK, description = "已恢复", body = CardView)),
)]
#[post("/cards/{card_number}/reinstate")]
async fn reinstate(caller: Caller, number: Path<String>, cmd: Command<ChangeCard>) -> Answer {
    change(caller, number, CardAction::Reinstate, cmd).await
}

async fn change(
    caller: Caller,
    number: Path<String>,
    action: CardAction,
    cmd: Command<ChangeCard>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let reason = Some(body.reason.into());
        let row = service::change(tx, &caller, &number, action, reason).await?;
        service::view_of(&**tx, &caller, row).await.map(done)
    })
    .await
}

/// 换卡
///
/// Ends the card for good and answers with the new one, which is in use at once.
#[utoipa::path(
    operation_id = "card_replace", tag = "cards",
    request_body = ChangeCard,
    params(("card_number" = String, Path, description = "原卡号，可带连字符", example = "JF-7K3Q-X0Z1-M94")),
    extensions(
        ("x-permission" = json!("manage_cards")),
        ("x-codes" = json!(["card_unknown", "wrong_state", "volunteer_not_active"])),
    ),
    responses((status = CREATED, description = "新卡", body = CardView)),
)]
#[post("/cards/{card_number}/replace")]
async fn replace(caller: Caller, number: Path<String>, cmd: Command<ChangeCard>) -> Answer {
    cmd.run(async move |tx, body| {
        let row = service::replace(tx, &caller, &number, body.reason.into()).await?;
        service::view_of(&**tx, &caller, row).await.map(created)
    })
    .await
}

/// 我的积分卡
///
/// Answers the caller's card with a square code for the counter.
#[utoipa::path(
    operation_id = "me_card", tag = "cards",
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["not_found"])),
    ),
    responses((status = OK, description = "我的积分卡", body = MyCard)),
)]
#[get("/me/card")]
async fn mine(app: Data<App>, caller: Caller) -> Result<Json<MyCard>, Failure> {
    service::mine(&app, &caller).await.map(Json)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(issue)
        .service(show)
        .service(activate)
        .service(lose)
        .service(suspend)
        .service(reinstate)
        .service(replace)
        .service(mine);
}
