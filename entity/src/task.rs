//! Long work that people watch: its progress, result and lease (后台任务).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, SiteId, TaskId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a task (后台任务状态).
    TaskState {
        /// 排队中
        Queued = "queued",
        /// 进行中
        Running = "running",
        /// 正在取消
        Cancelling = "cancelling",
        /// 已完成
        Succeeded = "succeeded",
        /// 未完成，原因见说明
        Failed = "failed",
        /// 已取消
        Cancelled = "cancelled",
    }
}

/// One row of `task`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "task")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    /// The name under which its work is registered.
    pub kind: String,
    pub site_id: SiteId,
    /// None when the service itself started it.
    pub started_by: Option<AccountId>,
    #[sea_orm(column_type = "JsonBinary")]
    pub params: Json,
    /// One live task per kind, site and key.
    pub once_key: String,
    pub state: TaskState,
    pub done: i64,
    pub total: Option<i64>,
    /// Where the next step goes on.
    #[sea_orm(column_type = "JsonBinary")]
    pub mark: Option<Json>,
    #[sea_orm(column_type = "JsonBinary")]
    pub result: Option<Json>,
    pub failure_code: Option<String>,
    pub failure_message: Option<String>,
    /// Rows of its error report.
    pub error_count: i32,
    /// Tries that broke down since the last step that was done.
    pub attempts: i32,
    pub lease_holder: Option<String>,
    pub lease_until: Option<DateTime<Utc>>,
    /// Raised with every lease: a worker that was given up cannot write any more.
    pub lease_token: i64,
    /// When a worker looked at it last, or may look again.
    pub touched_at: DateTime<Utc>,
    pub file_name: Option<String>,
    pub file_type: Option<String>,
    pub file_bytes: i64,
    pub file_chunks: i32,
    pub file_expires_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
