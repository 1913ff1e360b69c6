//! Operations of cases: the volunteer's side.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use entity::ids::DisqualificationId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::CaseText;
use super::hers;
use super::views::{MyCasePage, MyCaseView};
use crate::app::App;
use crate::auth::Caller;
use crate::platform::clock::local_day;
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 我的清零案件
///
/// The caller's own cases of which she was given notice, newest first.
#[utoipa::path(
    operation_id = "my_disqualifications", tag = "disqualifications",
    params(PageQuery),
    extensions(("x-permission" = json!("volunteer"))),
    responses((status = OK, description = "我的清零案件", body = MyCasePage)),
)]
#[get("/me/disqualifications")]
async fn list_own(
    app: Data<App>,
    caller: Caller,
    query: Query<PageQuery>,
) -> Result<Json<MyCasePage>, Failure> {
    let her = caller.volunteer()?;
    let name = format!("my_disqualifications|{}", caller.account);
    let pager = Pager::new(&app.core, name, &query)?;
    hers::list(&app, her, &pager).await.map(Json)
}

/// 确认收到告知书
///
/// She confirms that she has read the notice; her time to speak begins on the day after.
#[utoipa::path(
    operation_id = "my_disqualification_acknowledge", tag = "disqualifications",
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "案件的现状", body = MyCaseView)),
)]
#[post("/me/disqualifications/{disqualification_id}/acknowledge")]
async fn acknowledge(caller: Caller, id: Path<DisqualificationId>, cmd: Command<NoBody>) -> Answer {
    cmd.run(async move |tx, _body| {
        let case = hers::acknowledge(tx, &caller, *id).await?;
        Ok(Done::ok(hers::view(&**tx, case, local_day(tx.now)).await?))
    })
    .await
}

/// 提交陈述申辩
///
/// Her statement, until the review. Every statement is kept as it was made, with who made or
/// entered it: a later one stands beside the earlier ones.
#[utoipa::path(
    operation_id = "my_disqualification_speak", tag = "disqualifications",
    request_body = CaseText,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["wrong_state"])),
    ),
    responses((status = OK, description = "案件的现状", body = MyCaseView)),
)]
#[post("/me/disqualifications/{disqualification_id}/statement")]
async fn speak(caller: Caller, id: Path<DisqualificationId>, cmd: Command<CaseText>) -> Answer {
    cmd.run(async move |tx, body| {
        let case = hers::speak(tx, &caller, *id, body.text.into()).await?;
        Ok(Done::ok(hers::view(&**tx, case, local_day(tx.now)).await?))
    })
    .await
}

/// 提交申诉
///
/// Her appeal to the county, within the days of the setting.
#[utoipa::path(
    operation_id = "my_disqualification_appeal", tag = "disqualifications",
    request_body = CaseText,
    params(("disqualification_id" = DisqualificationId, Path, description = "案件编号")),
    extensions(
        ("x-permission" = json!("volunteer")),
        ("x-codes" = json!(["wrong_state", "appeal_window_closed"])),
    ),
    responses((status = OK, description = "案件的现状", body = MyCaseView)),
)]
#[post("/me/disqualifications/{disqualification_id}/appeal")]
async fn appeal(caller: Caller, id: Path<DisqualificationId>, cmd: Command<CaseText>) -> Answer {
    cmd.run(async move |tx, body| {
        let case = hers::appeal(tx, &caller, *id, body.text.into()).await?;
        Ok(Done::ok(hers::view(&**tx, case, local_day(tx.now)).await?))
    })
    .await
}

pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_own).service(acknowledge).service(speak).service(appeal);
}
