//! Bodies and views of late entries.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, ActivityId, AttendanceId, LateEntryId, SiteId, VolunteerId};
use entity::late_entry::LateEntryState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::dto::PresentedCard;
use super::domain::LateAction;
use crate::platform::text::bounded::Line;
use crate::{bounded_text, page};

bounded_text! {
    /// 补录的证据说明：照片存放处、签名册页码、在场人等
    LateEvidence(1..=500, lines) = "签名册第12页，现场照片3张，李建国在场";
}

/// 一条补录
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LateEntryItem {
    /// 积分卡卡号；与志愿者编号二选一
    #[serde(default)]
    pub(super) card_number: Option<PresentedCard>,
    /// 志愿者编号；与卡号二选一
    #[serde(default)]
    pub(super) volunteer_id: Option<VolunteerId>,
    /// 到场时间
    #[schema(example = "2026-05-09T01:00:00Z")]
    #[serde(deserialize_with = "crate::platform::text::day::instant")]
    pub(super) starts_at: DateTime<Utc>,
    /// 离场时间
    #[schema(example = "2026-05-09T03:00:00Z")]
    #[serde(deserialize_with = "crate::platform::text::day::instant")]
    pub(super) ends_at: DateTime<Utc>,
    /// 补录原因
    pub(super) reason: Line,
    /// 证据说明
    pub(super) evidence: LateEvidence,
}

/// 补录签到
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EnterLate {
    /// 要补录的人，逐条办理
    #[schema(min_items = 1, max_items = 100)]
    pub(super) items: Vec<LateEntryItem>,
}

/// 补录不予通过
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RejectLateEntry {
    /// 原因
    pub(super) reason: Line,
}

/// 补录查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct LateEntryQuery {
    /// 只看某一状态
    pub(super) state: Option<LateEntryState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 一条补录记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LateEntryView {
    /// 补录编号
    pub(super) id: LateEntryId,
    /// 活动编号
    pub(super) activity_id: ActivityId,
    /// 活动名称
    #[schema(example = "清扫村道，美化家园")]
    pub(super) activity_title: String,
    /// 所站编号
    pub(super) site_id: SiteId,
    /// 志愿者编号
    pub(super) volunteer_id: VolunteerId,
    /// 志愿者姓名（部分隐藏）
    #[schema(example = "张*兰")]
    pub(super) volunteer_name: String,
    /// 到场时间
    pub(super) starts_at: DateTime<Utc>,
    /// 离场时间
    pub(super) ends_at: DateTime<Utc>,
    /// 补录原因
    #[schema(example = "停电，签到屏未能使用")]
    pub(super) reason: String,
    /// 证据说明
    #[schema(example = "签名册第12页")]
    pub(super) evidence: String,
    /// 状态
    pub(super) state: LateEntryState,
    /// 人工录入标记，始终为真
    #[schema(example = true)]
    pub(super) entered_by_hand: bool,
    /// 录入人账号
    pub(super) entered_by: AccountId,
    /// 录入时间
    pub(super) entered_at: DateTime<Utc>,
    /// 复核人账号
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decided_by: Option<AccountId>,
    /// 复核时间
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decided_at: Option<DateTime<Utc>>,
    /// 不予通过的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "签名册上没有此人")]
    pub(super) decision_reason: Option<String>,
    /// 通过后成为的签到记录
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attendance_id: Option<AttendanceId>,
    /// 当前可进行的操作
    pub(super) allowed_actions: Vec<LateAction>,
}

/// 一个人录入的补录数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LateEntryCount {
    /// 录入人账号
    pub(super) entered_by: AccountId,
    /// 录入人姓名
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "李建国")]
    pub(super) name: Option<String>,
    /// 待复核
    #[schema(minimum = 0, example = 1)]
    pub(super) pending: u64,
    /// 已通过
    #[schema(minimum = 0, example = 4)]
    pub(super) approved: u64,
    /// 未通过
    #[schema(minimum = 0, example = 0)]
    pub(super) rejected: u64,
}

/// 各录入人的补录数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LateEntryCounts {
    /// 录入多者在前
    pub(super) items: Vec<LateEntryCount>,
}

page! {
    /// 一页补录
    LateEntryPage of LateEntryView;
}
