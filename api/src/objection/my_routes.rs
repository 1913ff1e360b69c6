//! Operations of objections: who files them.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::ObjectionId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{MyObjectionPage, MyObjectionView, ObjectionNote};
use super::filing_dto::{AppealObjection, FileObjection};
use super::{filing, reading, service};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::clock::local_day;
use crate::platform::command::{Answer, Command, Done};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 提出异议或更正
///
/// Anybody signed in may say that a record is wrong; a correction is asked for by its holder.
/// One open objection of hers about one record at a time.
#[utoipa::path(
    operation_id = "objection_file", tag = "objections",
    request_body = FileObjection,
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["objection_open", "not_found"])),
    ),
    responses((status = CREATED, description = "已提出", body = MyObjectionView)),
)]
#[post("/objections")]
async fn file(app: Data<App>, caller: Caller, cmd: Command<FileObjection>) -> Answer {
    cmd.run(async move |tx, body| {
        let row = filing::file(tx, &app.vault, &caller, body).await?;
        let location = format!("/v1/objections/{}", row.id);
        Ok(Done::created(reading::own_view(&**tx, row, local_day(tx.now)).await?, location))
    })
    .await
}

/// 我提出的异议
///
/// What the caller filed, by phone or on paper, newest first, each with its trail in words.
#[utoipa::path(
    operation_id = "my_objections", tag = "objections",
    params(PageQuery),
    extensions(("x-permission" = json!("signed_in"))),
    responses((status = OK, description = "我提出的异议", body = MyObjectionPage)),
)]
#[get("/me/objections")]
async fn list_own(
    app: Data<App>,
    caller: Caller,
    query: Query<PageQuery>,
) -> Result<Json<MyObjectionPage>, Failure> {
    let name = format!("my_objections|{}", caller.account);
    let pager = Pager::new(&app.core, name, &query)?;
    reading::list_own(&app, &caller, &pager).await.map(Json)
}

/// 撤回异议
///
/// Takes it back before it is decided.
#[utoipa::path(
    operation_id = "my_objection_withdraw", tag = "objections",
    request_body = ObjectionNote,
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "异议的现状", body = MyObjectionView)),
)]
#[post("/me/objections/{objection_id}/withdraw")]
async fn withdraw(caller: Caller, id: Path<ObjectionId>, cmd: Command<ObjectionNote>) -> Answer {
    cmd.run(async move |tx, body| {
        let row = service::withdraw(tx, &caller, *id, body.reason.map(String::from)).await?;
        Ok(Done::ok(reading::own_view(&**tx, row, local_day(tx.now)).await?))
    })
    .await
}

/// 向县级申诉
///
/// Once, in time, against an answer that did not give her all she asked for. Opens an objection
/// of the kind `appeal`, which the county decides.
#[utoipa::path(
    operation_id = "my_objection_appeal", tag = "objections",
    request_body = AppealObjection,
    params(("objection_id" = ObjectionId, Path, description = "异议编号")),
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!([
            "wrong_state", "objection_outcome", "objection_appealed", "objection_appeal_closed",
        ])),
    ),
    responses((status = CREATED, description = "申诉", body = MyObjectionView)),
)]
#[post("/me/objections/{objection_id}/appeal")]
async fn appeal(
    app: Data<App>,
    caller: Caller,
    id: Path<ObjectionId>,
    cmd: Command<AppealObjection>,
) -> Answer {
    cmd.run(async move |tx, body| {
        let row = filing::appeal(tx, &app.vault, (&caller, *id), body.text.into()).await?;
        let location = format!("/v1/objections/{}", row.id);
        Ok(Done::created(reading::own_view(&**tx, row, local_day(tx.now)).await?, location))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(file).service(list_own).service(withdraw).service(appeal);
}
