//! Bodies and views of replays.

use chrono::NaiveDate;
use entity::claim::ClaimState;
use entity::ids::{AttendanceId, RuleVersionId, SiteId, VolunteerId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::service::ShownLine;
use crate::{bounded_text, page};

bounded_text! {
    /// 季度
    QuarterText(6..=6) = "2026Q3";
}

/// 重算一个已结束的季度
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartReplay {
    /// 季度，如 2026Q3；须已结束
    pub(super) quarter: QuarterText,
}

/// 哪个版本
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ReplayPath {
    /// 所（站）编号
    pub(super) site_id: SiteId,
    /// 细则版本编号
    pub(super) rule_version_id: RuleVersionId,
}

/// 哪个版本，哪次签到
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(clippy::struct_field_names, reason = "named like the path's parameters")]
pub(super) struct AttendancePreviewPath {
    /// 所（站）编号
    pub(super) site_id: SiteId,
    /// 细则版本编号
    pub(super) rule_version_id: RuleVersionId,
    /// 签到记录编号
    pub(super) attendance_id: AttendanceId,
}

/// 增减
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReplayChange {
    /// 增加
    Gain,
    /// 减少
    Loss,
    /// 不变
    Same,
}

/// 重算结果的查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayLineQuery {
    /// 只看增加、减少或不变的
    #[param(inline)]
    pub(super) change: Option<ReplayChange>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 一个条目的增减
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReplayItem {
    /// 条目代码
    #[schema(example = "HJ01")]
    code: String,
    /// 原积分
    #[schema(minimum = 0, example = 10)]
    before: i64,
    /// 重算积分
    #[schema(minimum = 0, example = 12)]
    after: i64,
}

/// 一名志愿者的重算结果
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReplayLineView {
    /// 志愿者编号
    volunteer_id: VolunteerId,
    /// 姓名，部分遮盖
    #[schema(example = "张*兰")]
    name: String,
    /// 积分卡尾号；没有在用的卡时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "4K7M")]
    card_tail: Option<String>,
    /// 按原细则应得积分
    #[schema(minimum = 0, example = 10)]
    before: i64,
    /// 按此版本应得积分
    #[schema(minimum = 0, example = 12)]
    after: i64,
    /// 增减
    #[schema(example = 2)]
    delta: i64,
    /// 分条目的增减
    items: Vec<ReplayItem>,
}

impl From<ShownLine> for ReplayLineView {
    fn from(line: ShownLine) -> Self {
        let items = line.items.into_iter();
        let items = items.map(|(code, (before, after))| ReplayItem { code, before, after });
        Self {
            volunteer_id: line.volunteer,
            name: line.name,
            card_tail: line.card_tail,
            before: line.before,
            after: line.after,
            delta: line.delta,
            items: items.collect(),
        }
    }
}

page! {
    /// 重算结果，减少最多的在前
    ReplayLinePage of ReplayLineView;
}

/// 一次计分及其过程
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PointsInWords {
    /// 积分
    #[schema(minimum = 0, example = 5)]
    pub(super) points: i64,
    /// 计算过程
    #[schema(example = "参加“清扫村道”2.5小时，按“环境卫生”每小时2分计5分")]
    pub(super) explanation: String,
}

/// 这次签到已申请的积分
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClaimedPoints {
    /// 申请状态
    pub(super) state: ClaimState,
    /// 积分
    #[schema(minimum = 1, example = 5)]
    pub(super) points: i32,
    /// 计算过程
    #[schema(example = "参加“清扫村道”2.5小时，按“环境卫生”每小时2分计5分")]
    pub(super) explanation: String,
}

/// 一次签到在两个版本下的积分
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttendancePreview {
    /// 签到记录编号
    pub(super) attendance_id: AttendanceId,
    /// 服务日期
    #[schema(example = "2026-08-15")]
    pub(super) day: NaiveDate,
    /// 条目代码
    #[schema(example = "HJ01")]
    pub(super) item_code: String,
    /// 服务时长（0.1小时）
    #[schema(minimum = 0, example = 25)]
    pub(super) hours_tenths: u32,
    /// 已申请的积分；尚未申请时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) claimed: Option<ClaimedPoints>,
    /// 按活动发布时的细则
    pub(super) frozen: PointsInWords,
    /// 按此版本
    pub(super) tested: PointsInWords,
}
