//! Bodies and views of reports.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, SiteId, SupervisionReportId};
use entity::supervision_report::{self, ReportState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{ReportAction, ReportCounts};
use crate::page;
use crate::platform::text::bounded::Paragraph;

/// 起草监督报告
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftReport {
    /// 季度，如 2026Q4
    #[schema(min_length = 6, max_length = 6, example = "2026Q4")]
    pub(super) quarter: String,
    /// 内容
    pub(super) text: Paragraph,
}

/// 修改监督报告
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviseReport {
    /// 内容
    pub(super) text: Paragraph,
}

/// 答复监督报告
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerReport {
    /// 答复
    pub(super) answer: Paragraph,
}

/// 监督报告的筛选与翻页
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReportQuery {
    /// 只看某一季度，如 2026Q4
    #[param(min_length = 6, max_length = 6, example = "2026Q4")]
    pub(super) quarter: Option<String>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 监督报告
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SupervisionReportView {
    /// 编号
    pub(super) id: SupervisionReportId,
    /// 所站
    site_id: SiteId,
    /// 季度
    #[schema(example = "2026Q4")]
    quarter: String,
    /// 状态
    state: ReportState,
    /// 内容
    #[schema(example = "本季度抽查两次，发现一件签退时间有误，已整改。")]
    text: String,
    /// 提交时固定的统计数字；草稿没有
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<ReportCounts>,
    /// 监督员账号
    written_by: AccountId,
    /// 提交时间
    #[serde(skip_serializing_if = "Option::is_none")]
    filed_at: Option<DateTime<Utc>>,
    /// 镇的答复
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "已责成李家村站核对签退记录。")]
    answer: Option<String>,
    /// 答复账号
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_by: Option<AccountId>,
    /// 答复时间
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<DateTime<Utc>>,
    /// 修订号，与 `ETag` 相同
    #[schema(minimum = 1, example = 1)]
    pub(super) version: i32,
    /// 当前用户可做的操作
    allowed_actions: Vec<ReportAction>,
}

impl SupervisionReportView {
    pub(super) fn new(
        report: supervision_report::Model,
        counts: Option<ReportCounts>,
        allowed_actions: Vec<ReportAction>,
    ) -> Self {
        Self {
            id: report.id,
            site_id: report.site_id,
            quarter: report.quarter,
            state: report.state,
            text: report.text,
            counts,
            written_by: report.written_by,
            filed_at: report.filed_at,
            answer: report.answer,
            answered_by: report.answered_by,
            answered_at: report.answered_at,
            version: report.version,
            allowed_actions,
        }
    }
}

page! {
    /// 一页监督报告
    SupervisionReportPage of SupervisionReportView;
}
