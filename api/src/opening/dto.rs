//! Bodies and views of take-overs.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, LedgerEntryId, OpeningImportId, SiteId, VolunteerId};
use entity::opening_fault;
use entity::opening_import::{self, OpeningImportState};
use entity::opening_row::{self, OpeningOutcome};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{OpeningAction, allowed, refusal_text};
use super::table::Written;
use crate::platform::failure::Failure;
use crate::platform::paging::PageQuery;
use crate::task::TaskView;
use crate::{bounded_text, page};

bounded_text! {
    /// 来源，如哪一批纸质积分册；同一来源里每个行编号只入账一次
    OpeningSource(2..=60) = "李家村2025年纸质积分册";
    /// 核对时显示的摘要
    OpeningDigest(64..=64) = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f";
}

/// 文件格式
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FileFormat {
    /// 逗号分隔的文本
    Csv,
    /// 电子表格，读第一张工作表
    Xlsx,
}

/// 文本编码
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub(super) enum TextEncoding {
    /// UTF-8
    #[serde(rename = "utf-8")]
    Utf8,
    /// GB18030(含GBK、GB2312)
    #[serde(rename = "gb18030")]
    Gb18030,
}

/// 上传纸质积分册
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateOpeningImport {
    /// 来源
    pub(super) source: OpeningSource,
    /// 文件格式
    pub(super) format: FileFormat,
    /// 文本编码，格式为csv时必填
    #[serde(default)]
    pub(super) encoding: Option<TextEncoding>,
    /// 文件内容的Base64，文件不超过5MiB、5000行；各列见模板
    #[schema(
        max_length = 6_990_508,
        example = "6KGM57yW5Y+3LOWNoeWPtyzlv5fmhL/ogIXlpJbpg6jnvJblj7cs5aeT5ZCNLOenr+WIhiznurjotKjlhozpobXnoIEKMSxKRi03SzNRLVgwWjEtTTk0LCzlvKDnp4DlhbAsMzAs5YaM5LiA56ysM+mhtQo="
    )]
    pub(super) content: String,
}

impl CreateOpeningImport {
    /// How the file is written.
    pub(super) fn written(&self) -> Result<Written, Failure> {
        match (self.format, self.encoding) {
            (FileFormat::Xlsx, None) => Ok(Written::Xlsx),
            (FileFormat::Csv, Some(TextEncoding::Utf8)) => Ok(Written::CsvUtf8),
            (FileFormat::Csv, Some(TextEncoding::Gb18030)) => Ok(Written::CsvGb18030),
            (FileFormat::Csv, None) => Err(Failure::field("/encoding", "CSV须说明文本编码")),
            (FileFormat::Xlsx, Some(_)) => {
                Err(Failure::field("/encoding", "电子表格不需要文本编码"))
            }
        }
    }
}

/// 确认入账
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommitOpeningImport {
    /// 核对时显示的摘要
    pub(super) digest: OpeningDigest,
}

/// 翻页
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct OpeningQuery {
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl OpeningQuery {
    pub(super) fn page(self) -> PageQuery {
        PageQuery { page_size: self.page_size, page_token: self.page_token }
    }
}

/// 一次期初结转
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpeningImportView {
    /// 期初结转编号
    pub(super) id: OpeningImportId,
    /// 所站编号
    site_id: SiteId,
    /// 来源
    #[schema(example = "李家村2025年纸质积分册")]
    source: String,
    /// 状态
    state: OpeningImportState,
    /// 文件行数
    #[schema(minimum = 1, example = 126)]
    row_count: i32,
    /// 问题数；有问题的文件不能入账
    #[schema(minimum = 0, example = 0)]
    fault_count: i32,
    /// 积分合计
    #[schema(minimum = 0, example = 3780)]
    points: i64,
    /// 核对摘要，确认入账时须原样提供
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    digest: String,
    /// 上传文件的 SHA-256
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    file_hash: String,
    /// 上传人
    created_by: AccountId,
    /// 上传时间
    created_at: DateTime<Utc>,
    /// 确认人
    #[serde(skip_serializing_if = "Option::is_none")]
    committed_by: Option<AccountId>,
    /// 确认时间
    #[serde(skip_serializing_if = "Option::is_none")]
    committed_at: Option<DateTime<Utc>>,
    /// 已处理的行数
    #[schema(minimum = 0, example = 126)]
    rows_done: i32,
    /// 已入账的行数
    #[schema(minimum = 0, example = 124)]
    rows_booked: i32,
    /// 核对之后情况有变、未能入账的行数，逐行原因见问题清单；其余是以前已入账的
    #[schema(minimum = 0, example = 2)]
    rows_refused: i64,
    /// 入账完成时间
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<DateTime<Utc>>,
    /// 最近一次入账任务；已取消或失败的，上传人以外的人再次确认后接着入账
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<TaskView>,
    /// 前20个问题
    faults: Vec<OpeningFaultView>,
    /// 当前可进行的操作
    allowed_actions: Vec<OpeningAction>,
    /// 版本
    #[schema(minimum = 1, example = 1)]
    pub(super) version: i32,
}

impl OpeningImportView {
    pub(super) fn new(
        row: opening_import::Model,
        faults: Vec<OpeningFaultView>,
        (by, is_booking): (AccountId, bool),
    ) -> Self {
        Self {
            allowed_actions: allowed(&row, by, is_booking),
            id: row.id,
            site_id: row.site_id,
            source: row.source,
            state: row.state,
            row_count: row.row_count,
            fault_count: row.fault_count,
            points: row.points,
            digest: row.digest,
            file_hash: row.file_hash,
            created_by: row.created_by,
            created_at: row.created_at,
            committed_by: row.committed_by,
            committed_at: row.committed_at,
            rows_done: row.rows_done,
            rows_booked: row.rows_booked,
            rows_refused: 0,
            finished_at: row.finished_at,
            task: None,
            faults,
            version: row.version,
        }
    }
}

impl OpeningImportView {
    /// With the task that books it.
    pub(super) fn with_task(self, task: Option<TaskView>) -> Self {
        Self { task, ..self }
    }

    /// Whether the caller may commit it, as far as the file's state says.
    pub(super) fn offers_commit(&self) -> bool {
        self.allowed_actions.contains(&OpeningAction::Commit)
    }

    /// Whoever is named in it, or close to somebody who is, neither commits nor discards it.
    pub(super) fn without_actions(self) -> Self {
        Self { allowed_actions: Vec::new(), ..self }
    }

    /// With the number of rows that were not booked.
    pub(super) fn refusing(self, rows_refused: i64) -> Self {
        Self { rows_refused, ..self }
    }
}

/// 一行的一个问题
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpeningFaultView {
    /// 文件中的行号，表头为第1行
    #[schema(minimum = 2, example = 17)]
    pub(super) line: i32,
    /// 哪一列
    #[schema(example = "points")]
    pub(super) field: String,
    /// 问题
    #[schema(example = "应为1至100000的整数")]
    pub(super) message: String,
}

impl From<opening_fault::Model> for OpeningFaultView {
    fn from(row: opening_fault::Model) -> Self {
        Self { line: row.line, field: row.field, message: row.message }
    }
}

impl From<opening_row::Model> for OpeningFaultView {
    /// Of a row that was not booked.
    fn from(row: opening_row::Model) -> Self {
        let message = refusal_text(row.refusal.as_deref().unwrap_or_default()).into();
        Self { line: row.line, field: "outcome".into(), message }
    }
}

/// 期初结转的一行
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpeningRowView {
    /// 文件中的行号，表头为第1行
    #[schema(minimum = 2, example = 17)]
    line: i32,
    /// 行编号
    #[schema(example = "1")]
    row_id: String,
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 志愿者姓名；未成年人部分隐藏
    #[schema(example = "张秀兰")]
    volunteer_name: String,
    /// 积分卡尾号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "7K2M")]
    card_tail: Option<String>,
    /// 积分
    #[schema(minimum = 1, example = 30)]
    points: i64,
    /// 纸质册页码
    #[schema(example = "册一第3页")]
    book_page: String,
    /// 结果；处理过的行才有
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<OpeningOutcome>,
    /// 未入账的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "核对之后，志愿者已不是在册状态")]
    refusal: Option<String>,
    /// 入账的流水编号
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_id: Option<LedgerEntryId>,
}

impl OpeningRowView {
    pub(super) fn new(
        row: opening_row::Model,
        (volunteer_name, card_tail): (String, Option<String>),
    ) -> Self {
        Self {
            line: row.line,
            row_id: row.client_row_id,
            volunteer_id: row.volunteer_id,
            volunteer_name,
            card_tail,
            points: row.points,
            book_page: row.book_page,
            outcome: row.outcome,
            refusal: row.refusal.as_deref().map(|code| refusal_text(code).into()),
            entry_id: row.entry_id,
        }
    }
}

page! {
    /// 一页期初结转
    OpeningImportPage of OpeningImportView;
    /// 一页问题
    OpeningFaultPage of OpeningFaultView;
    /// 一页期初结转明细
    OpeningRowPage of OpeningRowView;
}
