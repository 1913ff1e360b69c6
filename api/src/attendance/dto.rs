//! Bodies and views of check-in and of the roll-call.

use chrono::{DateTime, Utc};
use entity::attendance::{self, AttendanceSource, AttendanceState};
use entity::ids::{ActivityId, AttendanceId, ScreenId, VolunteerId};
use entity::screen;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::code::Direction;
use super::confirm::Confirmation;
use super::service::Visited;
use crate::platform::paging::PageQuery;
use crate::platform::text::bounded::Line;
use crate::volunteer::ReadingReason;
use crate::{bounded_text, page};

bounded_text! {
    /// 扫码得到的文字：签到码本身，或带有签到码的链接、小程序路径
    ScannedText(1..=512) = "AQEBjwAAAABwAIAAAAAAAAABAQcdxH8HBwcHBwcHB7YHucEx6zkBI_Dpd775bH0";
    /// 积分卡卡号
    PresentedCard(1..=40) = "JF-7K2M-9XQ4-T5W";
}

/// 签到或签退
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CodeDirection {
    /// 签到
    In,
    /// 签退
    Out,
}

impl From<CodeDirection> for Direction {
    fn from(direction: CodeDirection) -> Self {
        match direction {
            CodeDirection::In => Self::In,
            CodeDirection::Out => Self::Out,
        }
    }
}

/// 扫码签到或签退
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScanCode {
    /// 扫码结果原文，由服务器识别
    pub(super) code: ScannedText,
    /// 当前打开的活动；填写后，扫到别的活动的码会被拒绝
    #[serde(default)]
    pub(super) activity_id: Option<ActivityId>,
}

/// 签到结果
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CheckInView {
    /// 签到记录编号
    attendance_id: AttendanceId,
    /// 活动编号
    activity_id: ActivityId,
    /// 活动名称
    #[schema(example = "清扫村道，美化家园")]
    activity_title: String,
    /// 签到记录状态
    state: AttendanceState,
    /// 签到时间
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_in_at: Option<DateTime<Utc>>,
    /// 签退时间
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_out_at: Option<DateTime<Utc>>,
    /// 是否早已记录（重复扫码得到同一结果）
    repeated: bool,
    /// 扫码的一次性标记未能核对，由组织者确认时留意
    nonce_unverified: bool,
}

impl From<Visited> for CheckInView {
    fn from(visited: Visited) -> Self {
        Self {
            attendance_id: visited.id,
            activity_id: visited.activity,
            activity_title: visited.title,
            state: visited.state,
            checked_in_at: visited.checked_in_at,
            checked_out_at: visited.checked_out_at,
            repeated: visited.repeated,
            nonce_unverified: visited.unverified,
        }
    }
}

/// 按卡点名
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RollCall {
    /// 出示的积分卡卡号
    pub(super) card_number: PresentedCard,
    /// 签到或签退
    pub(super) direction: CodeDirection,
}

/// 生成签到码
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueCode {
    /// 签到或签退
    pub(super) direction: CodeDirection,
}

/// 当前的签到码
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CheckInCodeView {
    /// 签到码文字
    #[schema(example = "AQEBjwAAAABwAIAAAAAAAAABAQcdxH8HBwcHBwcHB7YHucEx6zkBI_Dpd775bH0")]
    pub(super) code: String,
    /// 签到或签退
    pub(super) direction: CodeDirection,
    /// 还有多少秒有效
    #[schema(minimum = 0, maximum = 30, example = 27)]
    pub(super) expires_in: i64,
    /// 多少秒后应换新码
    #[schema(minimum = 0, maximum = 15, example = 12)]
    pub(super) next_in: i64,
    /// 二维码图形(SVG)
    #[schema(example = "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>")]
    pub(super) svg: String,
}

/// 已配对的签到屏
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PairedScreen {
    /// 签到屏编号
    pub(super) id: ScreenId,
    /// 在电视或平板上打开的网址路径，只在此出现一次
    #[schema(example = "/screen/Yb3c0mT4kQ2n1s9v8x7w6u5t4r3q2p1o0n9m8l7k6j5")]
    pub(super) path: String,
    /// 到期时间
    pub(super) expires_at: DateTime<Utc>,
}

/// 已停用的签到屏
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StoppedScreen {
    /// 签到屏编号
    id: ScreenId,
    /// 停用时间
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<DateTime<Utc>>,
}

impl From<screen::Model> for StoppedScreen {
    fn from(row: screen::Model) -> Self {
        Self { id: row.id, revoked_at: row.revoked_at }
    }
}

/// 一条待确认
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfirmItem {
    /// 签到记录编号
    pub(super) attendance_id: AttendanceId,
    /// 计入时长的开始时间，默认为签到时间
    #[serde(default, deserialize_with = "crate::platform::text::day::some_instant")]
    pub(super) starts_at: Option<DateTime<Utc>>,
    /// 计入时长的结束时间，默认为签退时间；没有签退的为活动结束时间
    #[serde(default, deserialize_with = "crate::platform::text::day::some_instant")]
    pub(super) ends_at: Option<DateTime<Utc>>,
}

impl From<&ConfirmItem> for Confirmation {
    fn from(item: &ConfirmItem) -> Self {
        Self { attendance: item.attendance_id, starts_at: item.starts_at, ends_at: item.ends_at }
    }
}

/// 确认签到记录
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfirmAttendances {
    /// 要确认的记录，逐条办理
    #[schema(min_items = 1, max_items = 100)]
    pub(super) items: Vec<ConfirmItem>,
}

/// 一位未到者
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoShowItem {
    /// 志愿者编号
    pub(super) volunteer_id: VolunteerId,
}

/// 标记未到
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkNoShow {
    /// 报了名而没有到场的人，逐条办理
    #[schema(min_items = 1, max_items = 100)]
    pub(super) items: Vec<NoShowItem>,
}

/// 提出争议
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DisputeAttendance {
    /// 争议原因
    pub(super) reason: Line,
}

/// Which page of an activity's attendances, and why minors' names are read.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct AttendanceQuery {
    /// 查看原因；填写后显示未成年人的全名，并记入审计，不填则隐去
    #[param(value_type = Option<String>, min_length = 2, max_length = 200, example = "核对签到")]
    reason: Option<ReadingReason>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl AttendanceQuery {
    pub(super) fn parts(self) -> (Option<ReadingReason>, PageQuery) {
        (self.reason, PageQuery { page_size: self.page_size, page_token: self.page_token })
    }
}

/// 一条签到记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttendanceView {
    /// 签到记录编号
    pub(super) id: AttendanceId,
    /// 活动编号
    pub(super) activity_id: ActivityId,
    /// 志愿者编号
    pub(super) volunteer_id: VolunteerId,
    /// 志愿者姓名；不办理此活动的人员看到的、未说明原因时的未成年人，隐去部分
    #[schema(example = "张秀兰")]
    pub(super) volunteer_name: String,
    /// 登记方式
    pub(super) source: AttendanceSource,
    /// 状态
    pub(super) state: AttendanceState,
    /// 签到时间
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) checked_in_at: Option<DateTime<Utc>>,
    /// 签退时间
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) checked_out_at: Option<DateTime<Utc>>,
    /// 已确认的时长，单位 0.1 小时，是按时计分的依据；本活动不计志愿服务时长的，不进服务记录，见 `explanation`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 25)]
    pub(super) hours_tenths: Option<i32>,
    /// 如现在确认将计入的时长，单位 0.1 小时
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 25)]
    pub(super) preview_tenths: Option<u32>,
    /// 时长的计算说明
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "计 2.5 小时；12 分钟不足一个计时单位，未计")]
    pub(super) explanation: Option<String>,
    /// 扫码的一次性标记未能核对
    pub(super) nonce_unverified: bool,
    /// 争议原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "本人称未参加后半段")]
    pub(super) dispute_reason: Option<String>,
    /// 现在可办理的操作
    #[schema(example = json!(["confirm", "dispute"]))]
    pub(super) allowed_actions: Vec<&'static str>,
}

/// 争议已记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DisputedView {
    /// 签到记录编号
    id: AttendanceId,
    /// 状态
    state: AttendanceState,
    /// 争议原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "本人称未参加后半段")]
    dispute_reason: Option<String>,
}

impl From<attendance::Model> for DisputedView {
    fn from(row: attendance::Model) -> Self {
        Self { id: row.id, state: row.state, dispute_reason: row.dispute_reason }
    }
}

/// 我的一条签到记录
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyAttendance {
    /// 签到记录编号
    pub(super) id: AttendanceId,
    /// 活动编号
    pub(super) activity_id: ActivityId,
    /// 活动名称
    #[schema(example = "清扫村道，美化家园")]
    pub(super) activity_title: String,
    /// 地点
    #[schema(example = "李家村文化广场")]
    pub(super) place: String,
    /// 状态
    pub(super) state: AttendanceState,
    /// 登记方式
    pub(super) source: AttendanceSource,
    /// 签到时间
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) checked_in_at: Option<DateTime<Utc>>,
    /// 签退时间
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) checked_out_at: Option<DateTime<Utc>>,
    /// 已确认的时长，单位 0.1 小时，是按时计分的依据；本活动不计志愿服务时长的，不进服务记录，见 `explanation`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 25)]
    pub(super) hours_tenths: Option<i32>,
    /// 时长的计算说明
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "计 2.5 小时")]
    pub(super) explanation: Option<String>,
}

page! {
    /// 一页签到记录
    AttendancePage of AttendanceView;
    /// 一页我的签到记录
    MyAttendancePage of MyAttendance;
}
