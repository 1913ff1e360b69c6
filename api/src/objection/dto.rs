//! Bodies and views of objections.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{AccountId, ObjectionId, VolunteerId};
use entity::objection::{
    self, ObjectionChannel, ObjectionEffect, ObjectionKind, ObjectionOutcome, ObjectionState,
    ObjectionSubject,
};
use entity::objection_step::{self, ObjectionAction};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::receipt_dto::ShownSubject;
use super::words;
use crate::attendance::DecidedAttendance;
use crate::page;
use crate::platform::text::bounded::Line;

/// 须写明理由的操作
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectionReason {
    /// 理由；提出人可见
    pub(super) reason: Line,
}

/// 可附说明的操作
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectionNote {
    /// 说明；提出人可见
    #[serde(default)]
    pub(super) reason: Option<Line>,
}

/// 决定
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecideObjection {
    /// 结论
    pub(super) outcome: ObjectionOutcome,
    /// 理由；提出人可见
    pub(super) reason: Line,
    /// 核实的到场情况；对签到记录的异议成立时必填，记录由签到产生的可填
    #[serde(default)]
    pub(super) attendance: Option<DecidedAttendance>,
}

/// 查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ObjectionQuery {
    /// 状态
    pub(super) state: Option<ObjectionState>,
    /// 只看已超过期限的
    pub(super) overdue: Option<bool>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 办理过程的一步
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObjectionStepView {
    /// 步骤
    action: ObjectionAction,
    /// 时间
    at: DateTime<Utc>,
    /// 文字说明
    #[schema(example = "已受理，将在2026年10月29日前（含当日）作出决定。")]
    words: String,
    /// 经办账号；只有经办人可见
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<AccountId>,
}

impl ObjectionStepView {
    pub(super) fn new(
        row: &objection::Model,
        step: &objection_step::Model,
        shows_hands: bool,
    ) -> Self {
        Self {
            action: step.action,
            at: step.at,
            words: words::step(row, step),
            by: step.by_account.filter(|_| shows_hands),
        }
    }
}

/// 异议（工作人员和监督员）
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObjectionView {
    /// 编号
    id: ObjectionId,
    /// 类别
    kind: ObjectionKind,
    /// 提交方式
    channel: ObjectionChannel,
    /// 是否由记录本人提出
    by_holder: bool,
    /// 对象类别
    subject_kind: ObjectionSubject,
    /// 对象编号
    subject_id: Uuid,
    /// 记录所属的志愿者
    subject_volunteer_id: VolunteerId,
    /// 记录所属志愿者的姓名；只查看的人看到的已隐去部分
    #[schema(example = "张*兰")]
    subject_volunteer_name: String,
    /// 状态
    state: ObjectionState,
    /// 内容
    text: String,
    /// 应决定是否受理的最后一天
    accept_due: NaiveDate,
    /// 应作出决定的最后一天
    #[serde(skip_serializing_if = "Option::is_none")]
    decide_due: Option<NaiveDate>,
    /// 是否已超过期限
    overdue: bool,
    /// 结论
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<ObjectionOutcome>,
    /// 执行结果
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<ObjectionEffect>,
    /// 决定认定的到场情况
    #[serde(skip_serializing_if = "Option::is_none")]
    attendance: Option<DecidedAttendance>,
    /// 申诉针对的异议
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal_of: Option<ObjectionId>,
    /// 是否留有联系电话
    has_contact: bool,
    /// 提出时间
    filed_at: DateTime<Utc>,
    /// 办理过程
    steps: Vec<ObjectionStepView>,
    /// 版本
    version: i32,
    /// 当前用户可做的操作
    allowed_actions: Vec<ObjectionAction>,
}

/// What a view says besides the row.
#[derive(Debug)]
pub(super) struct StaffPart {
    pub(super) name: String,
    pub(super) overdue: bool,
    pub(super) attendance: Option<DecidedAttendance>,
    pub(super) steps: Vec<ObjectionStepView>,
    pub(super) allowed_actions: Vec<ObjectionAction>,
}

impl ObjectionView {
    pub(super) fn new(row: objection::Model, part: StaffPart) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            channel: row.channel,
            by_holder: row.filer_volunteer_id == Some(row.subject_volunteer_id),
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            subject_volunteer_id: row.subject_volunteer_id,
            subject_volunteer_name: part.name,
            state: row.state,
            text: row.text,
            accept_due: row.accept_due,
            decide_due: row.decide_due,
            overdue: part.overdue,
            outcome: row.outcome,
            effect: row.effect,
            attendance: part.attendance,
            appeal_of: row.appeal_of,
            has_contact: row.contact_sealed.is_some(),
            filed_at: row.filed_at,
            steps: part.steps,
            version: row.version,
            allowed_actions: part.allowed_actions,
        }
    }
}

/// What a filer's view says besides the row.
#[derive(Debug)]
pub(super) struct MyPart {
    pub(super) subject: ShownSubject,
    pub(super) attendance: Option<DecidedAttendance>,
    pub(super) steps: Vec<ObjectionStepView>,
    pub(super) appeal_until: Option<NaiveDate>,
    pub(super) allowed_actions: Vec<ObjectionAction>,
}

/// 我提出的异议
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyObjectionView {
    /// 编号
    id: ObjectionId,
    /// 类别
    kind: ObjectionKind,
    /// 对象类别
    subject_kind: ObjectionSubject,
    #[serde(flatten)]
    subject: ShownSubject,
    /// 状态
    state: ObjectionState,
    /// 状态的文字说明
    #[schema(example = "已受理")]
    state_words: &'static str,
    /// 内容
    text: String,
    /// 应决定是否受理的最后一天
    accept_due: NaiveDate,
    /// 应作出决定的最后一天
    #[serde(skip_serializing_if = "Option::is_none")]
    decide_due: Option<NaiveDate>,
    /// 结论
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<ObjectionOutcome>,
    /// 执行结果
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<ObjectionEffect>,
    /// 决定认定的到场情况；只有记录本人可见
    #[serde(skip_serializing_if = "Option::is_none")]
    attendance: Option<DecidedAttendance>,
    /// 申诉针对的异议
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal_of: Option<ObjectionId>,
    /// 可以向县级申诉的最后一天
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal_until: Option<NaiveDate>,
    /// 提出时间
    filed_at: DateTime<Utc>,
    /// 办理过程
    steps: Vec<ObjectionStepView>,
    /// 我可做的操作
    allowed_actions: Vec<ObjectionAction>,
}

impl MyObjectionView {
    pub(super) fn new(row: objection::Model, part: MyPart) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            subject_kind: row.subject_kind,
            subject: part.subject,
            state: row.state,
            state_words: words::state(row.state),
            text: row.text,
            accept_due: row.accept_due,
            decide_due: row.decide_due,
            outcome: row.outcome,
            effect: row.effect,
            attendance: part.attendance,
            appeal_of: row.appeal_of,
            appeal_until: part.appeal_until,
            filed_at: row.filed_at,
            steps: part.steps,
            allowed_actions: part.allowed_actions,
        }
    }
}

/// 联系电话
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ObjectionContact {
    /// 联系电话
    #[schema(example = "13800138000")]
    pub(super) contact: String,
}

/// 某一状态的异议数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ObjectionStateCount {
    /// 状态
    pub(super) state: ObjectionState,
    /// 件数
    #[schema(example = 3)]
    pub(super) count: i64,
}

/// 异议件数
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ObjectionCounts {
    /// 已超过期限的件数
    #[schema(example = 1)]
    pub(super) overdue: u64,
    /// 各状态的件数
    pub(super) by_state: Vec<ObjectionStateCount>,
}

page! {
    /// 异议的一页
    ObjectionPage of ObjectionView;
    /// 我的异议的一页
    MyObjectionPage of MyObjectionView;
}
