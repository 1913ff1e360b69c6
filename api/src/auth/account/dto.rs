//! Bodies and views of accounts.

use chrono::{DateTime, Utc};
use entity::account::{self, AccountStatus};
use entity::ids::{AccountId, SiteId};
use entity::role_assignment::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::domain::{AccountAction, actions};
use crate::auth::caller::{Caller, Grant};
use crate::bounded_text;

bounded_text! {
    /// 停用或启用账号的原因，请勿写入个人信息
    AccountReason(2..=200) = "手机丢失，本人要求停用";
}

/// 停用或启用账号
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeAccount {
    /// 原因，记入审计记录
    pub(super) reason: AccountReason,
}

/// 账号在某所站的一个角色
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccountRole {
    /// 角色
    role: Role,
    /// 所站编号
    site_id: SiteId,
}

/// 账号
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccountView {
    /// 账号编号
    id: AccountId,
    /// 是否可以登录
    status: AccountStatus,
    /// 最近一次停用或启用的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "手机丢失，本人要求停用")]
    status_reason: Option<String>,
    /// 最近一次停用或启用的时间
    #[serde(skip_serializing_if = "Option::is_none")]
    status_changed_at: Option<DateTime<Utc>>,
    /// 工作人员姓名；村民的账号没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "王秀英")]
    display_name: Option<String>,
    /// 担任的角色
    roles: Vec<AccountRole>,
    /// 是否绑定了志愿者
    is_volunteer: bool,
    /// 现有登录会话数
    #[schema(minimum = 0, example = 2)]
    live_sessions: u64,
    /// 首次登录时间
    created_at: DateTime<Utc>,
    /// 当前可进行的操作
    allowed_actions: Vec<AccountAction>,
}

/// What is known of an account beside its row.
#[derive(Debug)]
pub(super) struct Around {
    pub(super) grants: Vec<Grant>,
    pub(super) is_volunteer: bool,
    pub(super) live_sessions: u64,
}

impl AccountView {
    pub(super) fn new(row: account::Model, around: Around, caller: &Caller) -> Self {
        let role = |grant: Grant| AccountRole { role: grant.role, site_id: grant.site_id };
        Self {
            id: row.id,
            status: row.status,
            status_reason: row.status_reason,
            status_changed_at: row.status_changed_at,
            display_name: row.display_name,
            roles: around.grants.into_iter().map(role).collect(),
            is_volunteer: around.is_volunteer,
            live_sessions: around.live_sessions,
            created_at: row.created_at,
            allowed_actions: actions(row.status, row.id == caller.account),
        }
    }
}
