//! Views of tasks.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, SiteId, TaskId};
use entity::task::{self, TaskState};
use entity::task_error;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::domain::TaskAction;
use super::work::Kind;
use crate::page;

/// 后台任务列表的查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskQuery {
    /// 只看这一类任务
    #[param(max_length = 40, example = "rule.replay")]
    pub(super) kind: Option<String>,
    /// 只看这一状态的任务
    pub(super) state: Option<TaskState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 出错明细的翻页条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskErrorQuery {
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 任务未完成的原因
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskFailure {
    /// 稳定的问题代码
    #[schema(example = "wrong_state")]
    code: String,
    /// 说明
    #[schema(example = "当前状态不能进行此操作")]
    message: String,
}

/// 任务的结果文件
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskFile {
    /// 文件名
    #[schema(example = "rule-replay-2026Q3.xlsx")]
    name: String,
    /// 文件类型
    #[schema(example = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    media_type: String,
    /// 字节数
    #[schema(minimum = 0, example = 20480)]
    bytes: i64,
    /// 保存到何时
    expires_at: DateTime<Utc>,
}

/// 后台任务
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskView {
    /// 任务编号
    pub(crate) id: TaskId,
    /// 任务类别
    #[schema(example = "rule.replay")]
    kind: String,
    /// 任务类别名称
    #[schema(example = "细则重算")]
    title: &'static str,
    /// 所站编号
    site_id: SiteId,
    /// 发起人账号；系统自动发起时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by: Option<AccountId>,
    /// 任务参数
    #[schema(value_type = Object)]
    params: Value,
    /// 状态
    state: TaskState,
    /// 已完成的数量
    #[schema(minimum = 0, example = 200)]
    done: i64,
    /// 总数量；尚不知道时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 1000)]
    total: Option<i64>,
    /// 结果；完成后出现
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
    /// 结果文件；保存期内出现
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<TaskFile>,
    /// 未完成的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<TaskFailure>,
    /// 出错的行数
    #[schema(minimum = 0, example = 0)]
    error_count: i32,
    /// 最近一步已重试的次数
    #[schema(minimum = 0, example = 0)]
    attempts: i32,
    /// 发起时间
    created_at: DateTime<Utc>,
    /// 开始时间
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<DateTime<Utc>>,
    /// 结束时间
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
    /// 当前可以进行的操作
    allowed_actions: Vec<TaskAction>,
}

impl TaskView {
    /// For somebody who holds the kind's permission.
    pub(super) fn new(row: task::Model, kind: Kind) -> Self {
        let cancel = TaskAction::Cancel.apply(row.state).is_ok();
        let file = match (row.file_name, row.file_type, row.file_expires_at) {
            (Some(name), Some(media_type), Some(expires_at)) if row.file_chunks > 0 => {
                Some(TaskFile { name, media_type, bytes: row.file_bytes, expires_at })
            }
            (None | Some(_), None | Some(_), None | Some(_)) => None,
        };
        let message = row.failure_message.unwrap_or_default();
        Self {
            id: row.id,
            kind: row.kind,
            title: kind.title,
            site_id: row.site_id,
            started_by: row.started_by,
            params: row.params,
            state: row.state,
            done: row.done,
            total: row.total,
            result: row.result,
            file,
            failure: row.failure_code.map(|code| TaskFailure { code, message }),
            error_count: row.error_count,
            attempts: row.attempts,
            created_at: row.created_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            allowed_actions: if cancel { vec![TaskAction::Cancel] } else { vec![] },
        }
    }
}

/// 出错明细的一行
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaskErrorRow {
    /// 所读内容的行号，从 1 开始
    #[schema(minimum = 1, example = 3)]
    row: i64,
    /// 出错的字段
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "points")]
    field: Option<String>,
    /// 稳定的问题代码
    #[schema(example = "invalid_value")]
    code: String,
    /// 说明
    #[schema(example = "应为正整数")]
    message: String,
}

impl From<task_error::Model> for TaskErrorRow {
    fn from(row: task_error::Model) -> Self {
        Self { row: row.row_number, field: row.field, code: row.code, message: row.message }
    }
}

page! {
    /// 后台任务列表，新的在前
    TaskPage of TaskView;
    /// 后台任务的出错明细
    TaskErrorPage of TaskErrorRow;
}
