//! The audit trail (审计记录). Append-only.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, AuditEventId, SessionId, SiteId},
    value_enum::value_enum,
};

value_enum! {
    /// Who acted (操作者类型).
    ActorKind {
        /// 账号
        Account = "account",
        /// 系统
        System = "system",
        /// 外部系统
        Machine = "machine",
    }
}

/// One row of `audit_event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEventId,
    pub occurred_at: DateTime<Utc>,
    pub actor_account_id: Option<AccountId>,
    pub actor_kind: ActorKind,
    pub actor_role: Option<String>,
    pub session_id: Option<SessionId>,
    pub action: String,
    pub object_type: String,
    pub object_id: Option<String>,
    pub site_id: Option<SiteId>,
    pub result: String,
    pub request_id: String,
    pub ip_prefix: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub detail: Option<Json>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
