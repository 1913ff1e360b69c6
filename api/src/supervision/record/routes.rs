//! Operations of records under supervision.

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use entity::ids::SiteId;
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{HandEntryList, HandQuery, RecordQuery, SupervisedRecordPage};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::failure::Failure;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// 受监督的记录
///
/// Claims, attendances, redemptions or late entries of a supervisor's site and those below it,
/// newest first, people by a part of their names and their cards' tails.
#[utoipa::path(
    operation_id = "supervised_record_list", tag = "supervision",
    params(("site_id" = SiteId, Path, description = "所站编号"), RecordQuery),
    extensions(("x-permission" = json!("supervise"))),
    responses((status = OK, description = "记录", body = SupervisedRecordPage)),
)]
#[get("/sites/{site_id}/supervised-records")]
async fn list(
    app: Data<App>,
    caller: Caller,
    site: Path<SiteId>,
    query: Query<RecordQuery>,
) -> Result<Json<SupervisedRecordPage>, Failure> {
    let RecordQuery { kind, page_size, page_token } = query.into_inner();
    let name = format!("supervised|{}|{site}|{kind:?}", caller.account);
    let pager = Pager::new(&app.core, name, &PageQuery { page_size, page_token })?;
    service::list(&app, &caller, (*site, kind), &pager).await.map(Json)
}

/// 手工录入清单（公开）
///
/// What was not born of a witnessed check-in in a quarter; the first page with how much of each
/// kind. A person is named where she agreed to it before the entry and still does, called 一名志愿者
/// once she withdrew, and else shown by the tail of her card's number.
#[utoipa::path(
    operation_id = "public_hand_entry_list", tag = "supervision",
    params(("site_id" = SiteId, Path, description = "所站编号"), HandQuery),
    extensions(("x-permission" = json!("public"))),
    responses((status = OK, description = "手工录入清单", body = HandEntryList)),
)]
#[get("/public/sites/{site_id}/hand-entries")]
async fn hand_entries(
    app: Data<App>,
    site: Path<SiteId>,
    query: Query<HandQuery>,
) -> Result<Json<HandEntryList>, Failure> {
    service::hand_entries(&app, *site, query.into_inner()).await.map(Json)
}

pub(in crate::supervision) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list).service(hand_entries);
}
