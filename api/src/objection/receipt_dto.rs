//! What a filer without a name is answered.

use chrono::NaiveDate;
use entity::objection::ObjectionState;
use serde::Serialize;
use utoipa::ToSchema;

/// 匿名异议的回执
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ObjectionReceipt {
    /// 查询码,只显示这一次;凭它查询办理状态
    #[schema(example = "YY-7K3Q-X0Z1-M942-C")]
    pub(super) receipt_code: String,
    /// 应决定是否受理的最后一天
    pub(super) accept_due: NaiveDate,
}

/// 匿名异议的办理状态
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ObjectionStateView {
    /// 状态
    pub(super) state: ObjectionState,
    /// 状态的文字说明
    #[schema(example = "已受理")]
    pub(super) state_words: &'static str,
}
