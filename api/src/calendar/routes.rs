//! Operations of the calendar.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get, put};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{CalendarYearView, SetCalendarYear};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, with_etag};

/// 一年的节假日安排
///
/// Public holidays of a year and the weekends worked in exchange. Deadlines in working
/// days are counted by them.
#[utoipa::path(
    operation_id = "calendar_get", tag = "calendar",
    params(("year" = i32, Path, description = "年份", minimum = 2000, maximum = 2200)),
    extensions(("x-permission" = json!("public")), ("x-etag" = json!(true))),
    responses((status = OK, description = "节假日安排", body = CalendarYearView)),
)]
#[get("/calendar/{year}")]
async fn show(app: Data<App>, request: HttpRequest, year: Path<i32>) -> Answer {
    let view = service::get(&app.pools.read, *year).await?;
    with_etag(&request, view.version, &view)
}

/// 录入一年的节假日安排
///
/// Enters or corrects a year as ordered by the State Council, for the whole county.
/// Deadlines that people were told stay as they are.
#[utoipa::path(
    operation_id = "calendar_set", tag = "calendar", request_body = SetCalendarYear,
    params(("year" = i32, Path, description = "年份", minimum = 2022, maximum = 2200)),
    extensions(("x-permission" = json!("manage_settings"))),
    responses((status = OK, description = "已录入", body = CalendarYearView)),
)]
#[put("/calendar/{year}")]
async fn set(caller: Caller, year: Path<i32>, cmd: Command<SetCalendarYear>) -> Answer {
    let expected = cmd.expected_version()?;
    cmd.run(async move |tx, body| {
        let view = service::set(tx, &caller, (*year, expected), body).await?;
        let version = view.version;
        Ok(Done::ok(view).version(version))
    })
    .await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(show).service(set);
}
