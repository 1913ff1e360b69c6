//! Queries and views of the audit trail.

use chrono::{DateTime, Utc};
use entity::audit_event::{self, ActorKind};
use entity::ids::{AccountId, AuditEventId, SiteId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::repository::Filter;
use crate::page;
use crate::platform::failure::Failure;
use crate::platform::paging::PageQuery;

/// Which events.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditQuery {
    /// 起始时间（含）
    #[param(example = "2026-11-01T00:00:00+08:00")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_instant")]
    from: Option<DateTime<Utc>>,
    /// 截止时间（不含）
    #[param(example = "2026-12-01T00:00:00+08:00")]
    #[serde(default, deserialize_with = "crate::platform::text::day::some_instant")]
    to: Option<DateTime<Utc>>,
    /// 只看某一操作
    #[param(max_length = 60, example = "claim_certify")]
    action: Option<String>,
    /// 只看某一账号
    account: Option<AccountId>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl AuditQuery {
    /// The list's name with its filters, so that a page token is good for it alone.
    pub(super) fn list_name(&self, caller: AccountId) -> String {
        let Self { from, to, action, account, .. } = self;
        format!("audit:{caller}:{from:?}:{to:?}:{action:?}:{account:?}")
    }

    /// # Errors
    /// `invalid_value` for an action that no operation can have.
    pub(super) fn split(self) -> Result<(Filter, PageQuery), Failure> {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c);
        if self.action.as_ref().is_some_and(|it| it.len() > 60 || !it.chars().all(is_name)) {
            return Err(Failure::field("action", "应为操作的名称，如 claim_certify"));
        }
        let page = PageQuery { page_size: self.page_size, page_token: self.page_token };
        let Self { from, to, action, account, .. } = self;
        Ok((Filter { from, to, action, account, within: None }, page))
    }
}

/// 一条审计记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditEventView {
    /// 编号
    id: AuditEventId,
    /// 时间
    occurred_at: DateTime<Utc>,
    /// 操作者类型
    actor_kind: ActorKind,
    /// 操作的账号；系统操作时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_account_id: Option<AccountId>,
    /// 操作者在该所站的角色
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "certifier")]
    actor_role: Option<String>,
    /// 所涉所站；与所站无关时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    site_id: Option<SiteId>,
    /// 操作
    #[schema(example = "claim_certify")]
    action: String,
    /// 对象的种类
    #[schema(example = "claim")]
    object_type: String,
    /// 对象的编号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")]
    object_id: Option<String>,
    /// 结果：ok 或拒绝的问题代码
    #[schema(example = "ok")]
    result: String,
    /// 请求编号
    #[schema(example = "0193a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    request_id: String,
    /// 来源网段
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.0/24")]
    ip_prefix: Option<String>,
}

impl From<audit_event::Model> for AuditEventView {
    fn from(row: audit_event::Model) -> Self {
        Self {
            id: row.id,
            occurred_at: row.occurred_at,
            actor_kind: row.actor_kind,
            actor_account_id: row.actor_account_id,
            actor_role: row.actor_role,
            site_id: row.site_id,
            action: row.action,
            object_type: row.object_type,
            object_id: row.object_id,
            result: row.result,
            request_id: row.request_id,
            ip_prefix: row.ip_prefix,
        }
    }
}

page! {
    /// 一页审计记录，从新到旧
    AuditEventPage of AuditEventView;
}
