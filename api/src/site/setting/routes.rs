//! Operations of settings.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, delete, get, post, put};
use entity::ids::{SettingId, SiteId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::catalogue::SettingKey;
use super::dto::{InheritSetting, SetSetting, SettingList, SettingView};
use super::service;
use crate::app::App;
use crate::auth::Caller;
use crate::platform::command::{Answer, Command, Done, NoBody, with_etag};
use crate::platform::failure::{Failure, code};

/// 所站的全部设置
///
/// Every setting with the value in force here, and where it comes from: this site,
/// one above it, or the default.
#[utoipa::path(
    operation_id = "setting_list", tag = "sites",
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "全部设置", body = SettingList)),
)]
#[get("/sites/{site_id}/settings")]
async fn list_settings(
    app: Data<App>,
    caller: Caller,
    id: Path<SiteId>,
) -> Result<Json<SettingList>, Failure> {
    let all = service::read(&app.core, &caller, *id, SettingKey::ALL).await?;
    let items = all.into_iter().map(|one| SettingView::new(*id, one)).collect();
    Ok(Json(SettingList { items }))
}

/// 所站的一项设置
///
/// One setting; its `ETag` is what setting it asks for.
#[utoipa::path(
    operation_id = "setting_get", tag = "sites",
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("key" = SettingKey, Path, description = "设置项"),
    ),
    extensions(("x-permission" = json!("view_sites")), ("x-etag" = json!(true))),
    responses((status = OK, description = "设置", body = SettingView)),
)]
#[get("/sites/{site_id}/settings/{key}")]
async fn get_setting(
    app: Data<App>,
    caller: Caller,
    path: Path<(SiteId, SettingKey)>,
    request: HttpRequest,
) -> Answer {
    let (site, key) = path.into_inner();
    let found = service::read(&app.core, &caller, site, &[key]).await?;
    let one = found.into_iter().next().ok_or(code::NOT_FOUND)?;
    let view = SettingView::new(site, one);
    with_etag(&request, view.version, &view)
}

/// 修改设置
///
/// Sets a value for this site and those below that set none of their own, now or
/// from a later instant on. Earlier values stay on record.
#[utoipa::path(
    operation_id = "setting_set", tag = "sites", request_body = SetSetting,
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("key" = SettingKey, Path, description = "设置项"),
    ),
    extensions(("x-permission" = json!("manage_settings"))),
    responses((status = OK, description = "已设定", body = SettingView)),
)]
#[put("/sites/{site_id}/settings/{key}")]
async fn set_setting(
    caller: Caller,
    path: Path<(SiteId, SettingKey)>,
    cmd: Command<SetSetting>,
) -> Answer {
    let expected = cmd.expected_version()?;
    let (site, key) = path.into_inner();
    cmd.run(async move |tx, body| {
        let set = service::set(tx, &caller, (site, key), expected, body).await?;
        let view = SettingView::new(site, set);
        let version = view.version;
        Ok(Done::ok(view).version(version))
    })
    .await
}

/// 恢复继承上级设置
///
/// Has a site inherit a setting again, now or from a later instant on: from the site above
/// that has a value, or the default. Earlier values stay on record.
#[utoipa::path(
    operation_id = "setting_inherit", tag = "sites", request_body = InheritSetting,
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("key" = SettingKey, Path, description = "设置项"),
    ),
    extensions(("x-permission" = json!("manage_settings")), ("x-codes" = json!(["wrong_state"]))),
    responses((status = OK, description = "已恢复继承", body = SettingView)),
)]
#[post("/sites/{site_id}/settings/{key}/inherit")]
async fn inherit_setting(
    caller: Caller,
    path: Path<(SiteId, SettingKey)>,
    cmd: Command<InheritSetting>,
) -> Answer {
    let (site, key) = path.into_inner();
    cmd.run(async move |tx, body| {
        let found = service::inherit(tx, &caller, (site, key), body.effective_from).await?;
        let view = SettingView::new(site, found);
        let version = view.version;
        Ok(Done::ok(view).version(version))
    })
    .await
}

/// 撤回尚未生效的值
///
/// Takes a value of a site back that is still to come; it stays on record as taken back.
#[utoipa::path(
    operation_id = "setting_withdraw", tag = "sites",
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("key" = SettingKey, Path, description = "设置项"),
        ("setting_id" = SettingId, Path, description = "值的编号"),
    ),
    extensions(("x-permission" = json!("manage_settings")), ("x-codes" = json!(["wrong_state"]))),
    responses((status = OK, description = "已撤回", body = SettingView)),
)]
#[delete("/sites/{site_id}/settings/{key}/scheduled/{setting_id}")]
async fn withdraw_setting(
    caller: Caller,
    path: Path<(SiteId, SettingKey, SettingId)>,
    cmd: Command<NoBody>,
) -> Answer {
    let (site, key, value) = path.into_inner();
    cmd.run(async move |tx, _| {
        let found = service::withdraw(tx, &caller, (site, key), value).await?;
        let view = SettingView::new(site, found);
        let version = view.version;
        Ok(Done::ok(view).version(version))
    })
    .await
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_settings)
        .service(get_setting)
        .service(set_setting)
        .service(inherit_setting)
        .service(withdraw_setting);
}
