//! Bodies and views of staff.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, RoleAssignmentId, SiteId, StaffInvitationId};
use entity::role_assignment::{self, Role};
use entity::{site, staff_invitation};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::domain::{InvitationState, state};
use super::repository::StaffRow;
use super::service::Invited;
use crate::auth::{Caller, Permission};
use crate::platform::text::bounded::PersonName;
use crate::{bounded_text, page};

bounded_text! {
    /// 邀请码，大小写与连字符不限
    InvitationCode(8..=40) = "YQ-7K3Q-X0Z1-M94T-8";
}

/// 邀请工作人员
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InviteStaff {
    /// 被邀请人的姓名，接受后作为账号的显示名
    pub(super) invitee_name: PersonName,
    /// 角色，至少一个
    #[schema(min_items = 1, max_items = 8)]
    pub(super) roles: Vec<Role>,
}

/// 接受邀请
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AcceptInvitation {
    /// 邀请码
    pub(super) code: InvitationCode,
}

/// 可对邀请做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum InvitationAction {
    /// 撤回
    Revoke,
}

/// 一份邀请
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffInvitationView {
    /// 编号
    pub(super) id: StaffInvitationId,
    /// 所站
    site_id: SiteId,
    /// 被邀请人的姓名
    #[schema(example = "李国强")]
    invitee_name: String,
    /// 角色
    roles: Vec<Role>,
    /// 状态
    state: InvitationState,
    /// 发出邀请的账号；由运维发出的没有
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<AccountId>,
    /// 发出时间
    created_at: DateTime<Utc>,
    /// 失效时间
    expires_at: DateTime<Utc>,
    /// 接受邀请的账号
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_by: Option<AccountId>,
    /// 接受时间
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_at: Option<DateTime<Utc>>,
    /// 当前用户可做的操作
    allowed_actions: Vec<InvitationAction>,
}

impl StaffInvitationView {
    /// For staff who manage staff at the invitation's site.
    pub(super) fn new(row: staff_invitation::Model, now: DateTime<Utc>) -> Self {
        let state = state(&row, now);
        let pending = state == InvitationState::Pending;
        Self {
            id: row.id,
            site_id: row.site_id,
            invitee_name: row.invitee_name,
            roles: row.roles.0,
            state,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            accepted_by: row.accepted_by,
            accepted_at: row.accepted_at,
            allowed_actions: if pending { vec![InvitationAction::Revoke] } else { vec![] },
        }
    }
}

/// 刚发出的邀请
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IssuedInvitation {
    /// 编号
    id: StaffInvitationId,
    /// 邀请码，只在此时显示一次
    #[schema(example = "YQ-7K3Q-X0Z1-M94T-8")]
    code: String,
    /// 失效时间
    expires_at: DateTime<Utc>,
}

impl From<Invited> for IssuedInvitation {
    fn from(invited: Invited) -> Self {
        Self { id: invited.row.id, code: invited.code, expires_at: invited.row.expires_at }
    }
}

/// 可对角色做的操作
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StaffAction {
    /// 撤销
    Revoke,
}

/// 一名工作人员的一个角色
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffView {
    /// 角色分配编号
    id: RoleAssignmentId,
    /// 账号
    account_id: AccountId,
    /// 姓名
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李国强")]
    display_name: Option<String>,
    /// 角色
    role: Role,
    /// 所站
    site_id: SiteId,
    /// 所站名称
    #[schema(example = "青石镇李家村新时代文明实践站")]
    site_name: String,
    /// 授予时间
    granted_at: DateTime<Utc>,
    /// 当前用户可做的操作
    allowed_actions: Vec<StaffAction>,
}

impl StaffView {
    pub(super) fn new(row: StaffRow, caller: &Caller) -> Self {
        let may = caller.may_at(Permission::ManageStaff, &row.site_path);
        Self {
            id: row.id,
            account_id: row.account_id,
            display_name: row.display_name,
            role: row.role,
            site_id: row.site_id,
            site_name: row.site_name,
            granted_at: row.granted_at,
            allowed_actions: if may { vec![StaffAction::Revoke] } else { vec![] },
        }
    }
}

/// 一个角色
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleView {
    /// 角色分配编号
    id: RoleAssignmentId,
    /// 角色
    role: Role,
    /// 所站
    site_id: SiteId,
    /// 撤销时间
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<DateTime<Utc>>,
}

impl From<role_assignment::Model> for RoleView {
    fn from(row: role_assignment::Model) -> Self {
        Self { id: row.id, role: row.role, site_id: row.site_id, revoked_at: row.revoked_at }
    }
}

/// 接受邀请之后
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AcceptedInvitation {
    /// 邀请编号
    pub(super) id: StaffInvitationId,
    /// 账号的显示名
    #[schema(example = "李国强")]
    pub(super) display_name: String,
    /// 当前账号的全部角色
    pub(super) roles: Vec<RoleView>,
}

/// The name of a list of one site for one caller.
pub(super) fn list_name(list: &str, site: &site::Model, caller: &Caller) -> String {
    format!("{list}:{}:{}", site.id, caller.account)
}

page! {
    /// 工作人员的一页
    StaffPage of StaffView;
    /// 邀请的一页
    StaffInvitationPage of StaffInvitationView;
}
