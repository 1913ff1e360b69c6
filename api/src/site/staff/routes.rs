//! Operations of staff.

use actix_web::web::{Data, Json, Path};
use actix_web::{delete, get, post};
use entity::ids::{RoleAssignmentId, SiteId, StaffInvitationId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::dto::{
    AcceptInvitation, AcceptedInvitation, InviteStaff, IssuedInvitation, RoleView,
    StaffInvitationPage, StaffInvitationView, StaffPage, StaffView, list_name,
};
use super::service;
use crate::app::App;
use crate::auth::{self, Caller, Permission};
use crate::platform::command::{Answer, Command, Done, NoBody};
use crate::platform::failure::Failure;
use crate::platform::kv::Quota;
use crate::platform::paging::{PageQuery, Pager};
use crate::platform::query::Query;

/// Codes one account may try: sixty random bits are out of reach of so few.
const TRIES: Quota = Quota { requests: 10, seconds: 900 };

/// 工作人员列表
///
/// The live roles at a site and below, oldest first.
#[utoipa::path(
    operation_id = "staff_list", tag = "sites",
    params(("site_id" = SiteId, Path, description = "所站编号"), PageQuery),
    extensions(("x-permission" = json!("view_sites"))),
    responses((status = OK, description = "工作人员", body = StaffPage)),
)]
#[get("/sites/{site_id}/staff")]
async fn list_staff(
    app: Data<App>,
    caller: Caller,
    id: Path<SiteId>,
    query: Query<PageQuery>,
) -> Result<Json<StaffPage>, Failure> {
    let site = service::site_for(&app.pools.read, &caller, Permission::ViewSites, *id).await?;
    let pager = Pager::new(&app.core, list_name("staff", &site, &caller), &query)?;
    let (rows, next_page_token) = service::list(&app.core, &site, &pager).await?;
    let items = rows.into_iter().map(|row| StaffView::new(row, &caller)).collect();
    Ok(Json(StaffPage { items, next_page_token }))
}

/// 撤销一个角色
///
/// Takes a role from somebody at once: every access token issued to her so far ends
/// with it, her next refresh gives one without the role.
#[utoipa::path(
    operation_id = "staff_revoke", tag = "sites",
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("role_assignment_id" = RoleAssignmentId, Path, description = "角色分配编号"),
    ),
    extensions(
        ("x-permission" = json!("manage_staff")),
        ("x-codes" = json!(["last_security_role", "supervisor_appointed"])),
    ),
    responses((status = OK, description = "已撤销", body = RoleView)),
)]
#[delete("/sites/{site_id}/staff/{role_assignment_id}")]
async fn revoke_role(
    app: Data<App>,
    caller: Caller,
    path: Path<(SiteId, RoleAssignmentId)>,
    cmd: Command<NoBody>,
) -> Answer {
    let (site, id) = path.into_inner();
    let holder = service::holder(&app.core, id).await?;
    let work = cmd.run(async move |tx, _| {
        service::dismiss(tx, &caller, site, id).await.map(|row| Done::ok(RoleView::from(row)))
    });
    let answer = work.await?;
    auth::forget(&app, holder).await;
    Ok(answer)
}

/// 邀请工作人员
///
/// Invites a person to roles at a site. The code is answered once, is good for seven
/// days and for one acceptance.
#[utoipa::path(
    operation_id = "staff_invite", tag = "sites", request_body = InviteStaff,
    params(("site_id" = SiteId, Path, description = "所站编号")),
    extensions(
        ("x-permission" = json!("manage_staff")),
        ("x-codes" = json!(["roles_incompatible"])),
    ),
    responses((status = CREATED, description = "已邀请", body = IssuedInvitation)),
)]
#[post("/sites/{site_id}/staff-invitations")]
async fn invite_staff(caller: Caller, site: Path<SiteId>, cmd: Command<InviteStaff>) -> Answer {
    cmd.run(async move |tx, body| {
        let invited = service::invite(tx, &caller, *site, body).await?;
        let location = format!("/v1/sites/{site}/staff-invitations/{}", invited.row.id);
        Ok(Done::created(IssuedInvitation::from(invited), location))
    })
    .await
}

/// 邀请列表
///
/// The invitations at a site and below, newest first, without their codes.
#[utoipa::path(
    operation_id = "staff_invitation_list", tag = "sites",
    params(("site_id" = SiteId, Path, description = "所站编号"), PageQuery),
    extensions(("x-permission" = json!("manage_staff"))),
    responses((status = OK, description = "邀请", body = StaffInvitationPage)),
)]
#[get("/sites/{site_id}/staff-invitations")]
async fn list_invitations(
    app: Data<App>,
    caller: Caller,
    id: Path<SiteId>,
    query: Query<PageQuery>,
) -> Result<Json<StaffInvitationPage>, Failure> {
    let site = service::site_for(&app.pools.read, &caller, Permission::ManageStaff, *id).await?;
    let pager = Pager::new(&app.core, list_name("staff-invitations", &site, &caller), &query)?;
    let (rows, next_page_token) = service::list_invitations(&app.core, &site, &pager).await?;
    let now = app.clock.now();
    let items = rows.into_iter().map(|row| StaffInvitationView::new(row, now)).collect();
    Ok(Json(StaffInvitationPage { items, next_page_token }))
}

/// 撤回邀请
///
/// Takes a pending invitation back.
#[utoipa::path(
    operation_id = "staff_invitation_revoke", tag = "sites",
    params(
        ("site_id" = SiteId, Path, description = "所站编号"),
        ("invitation_id" = StaffInvitationId, Path, description = "邀请编号"),
    ),
    extensions(("x-permission" = json!("manage_staff")), ("x-codes" = json!(["wrong_state"]))),
    responses((status = OK, description = "已撤回", body = StaffInvitationView)),
)]
#[delete("/sites/{site_id}/staff-invitations/{invitation_id}")]
async fn revoke_invitation(
    caller: Caller,
    path: Path<(SiteId, StaffInvitationId)>,
    cmd: Command<NoBody>,
) -> Answer {
    let (site, id) = path.into_inner();
    cmd.run(async move |tx, _| {
        let row = service::withdraw(tx, &caller, site, id).await?;
        Ok(Done::ok(StaffInvitationView::new(row, tx.now)))
    })
    .await
}

/// 接受邀请
///
/// Binds the invitation's roles to the caller's account. A code that is wrong, used,
/// revoked or expired gets the same answer.
#[utoipa::path(
    operation_id = "staff_accept", tag = "sites", request_body = AcceptInvitation,
    extensions(
        ("x-permission" = json!("signed_in")),
        ("x-codes" = json!(["invitation_invalid", "own_invitation", "roles_incompatible"])),
    ),
    responses((status = OK, description = "已接受", body = AcceptedInvitation)),
)]
#[post("/staff-invitations/accept")]
async fn accept_invitation(
    app: Data<App>,
    caller: Caller,
    cmd: Command<AcceptInvitation>,
) -> Answer {
    auth::spend(&app, &format!("invitation:{}", caller.account), TRIES).await?;
    let account = caller.account;
    let work = cmd.run(async move |tx, body| {
        let (invitation, live) = service::accept(tx, account, body.code.as_str()).await?;
        let roles = live.into_iter().map(RoleView::from).collect();
        let (id, display_name) = (invitation.id, invitation.invitee_name);
        Ok(Done::ok(AcceptedInvitation { id, display_name, roles }))
    });
    let answer = work.await?;
    auth::forget(&app, account).await;
    Ok(answer)
}

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_staff)
        .service(revoke_role)
        .service(invite_staff)
        .service(list_invitations)
        .service(revoke_invitation)
        .service(accept_invitation);
}
