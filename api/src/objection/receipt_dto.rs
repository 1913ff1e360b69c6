//! What a filer is answered: a receipt code without a name, and what she objected to in the
//! words of the notice.

use chrono::NaiveDate;
use entity::objection::{ObjectionEffect, ObjectionOutcome, ObjectionState};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 匿名异议的回执
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ObjectionReceipt {
    /// 查询码，只显示这一次；凭它查询办理状态
    #[schema(example = "YY-7K3Q-X0Z1-M942-C")]
    pub(super) receipt_code: String,
    /// 应决定是否受理的最后一天
    pub(super) accept_due: NaiveDate,
}

/// 匿名异议的办理状态和结果，只有持查询码的人看得到
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ObjectionStateView {
    /// 状态
    pub(super) state: ObjectionState,
    /// 状态的文字说明
    #[schema(example = "已受理")]
    pub(super) state_words: &'static str,
    /// 结论；作出决定后才有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<ObjectionOutcome>,
    /// 不予受理或决定的书面理由
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "经核实，当天未参加活动")]
    pub(super) reason: Option<String>,
    /// 执行结果；决定执行后才有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) effect: Option<ObjectionEffect>,
    /// 执行结果的文字说明
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "原认定已撤销，不计积分；已入账的已冲回")]
    pub(super) effect_words: Option<&'static str>,
}

/// 异议对象：公示条目写明公示编号和序号，公开台账中的兑换写明公开编号和序号，其他对象写明编号
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct ShownSubject {
    /// 对象编号；公示条目没有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject_id: Option<Uuid>,
    /// 公示编号；只有公示条目有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "GS7K2M4P9QX")]
    pub(super) notice: Option<String>,
    /// 季度公开编号；只有公开台账中的兑换有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "GK83MVQ1XED")]
    pub(super) bulletin: Option<String>,
    /// 在公示或公开台账中的序号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 3)]
    pub(super) position: Option<i32>,
}
