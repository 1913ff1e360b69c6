//! Bodies and views of leaving.

use chrono::{DateTime, Utc};
use entity::ids::VolunteerId;
use entity::volunteer::VolunteerState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::platform::text::bounded::PersonName;

/// 注销账号
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CloseAccount {
    /// 已知悉注销后不能恢复、未使用的积分不能再使用，须为 true
    #[schema(example = true)]
    pub(super) confirm: bool,
}

/// 凭书面申请办理注销
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CloseOnPaper {
    /// 本人已书面确认知悉注销后不能恢复，须为 true
    #[schema(example = true)]
    pub(super) confirm: bool,
    /// 见证人
    pub(super) witness: PersonName,
}

/// 注销时结束或删除的内容
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct ClosureEnds {
    /// 注销的积分卡
    #[schema(minimum = 0, example = 1)]
    pub(super) cards: u64,
    /// 退出的报名
    #[schema(minimum = 0, example = 2)]
    pub(super) sign_ups: u64,
    /// 撤回的积分申请
    #[schema(minimum = 0, example = 1)]
    pub(super) claims: u64,
    /// 公示期满后本可入账、因注销不再入账的积分
    #[schema(minimum = 0, example = 0)]
    pub(super) points_in_notice: i64,
    /// 不能再使用的积分
    #[schema(minimum = 0, example = 30)]
    pub(super) points: i64,
    /// 结束的登录会话
    #[schema(minimum = 0, example = 1)]
    pub(super) sessions: u64,
    /// 公开哈希树中删除的明细
    #[schema(minimum = 0, example = 12)]
    pub(super) tree_lines: u64,
    /// 删除的代领人
    #[schema(minimum = 0, example = 1)]
    pub(super) delegates: u64,
}

/// 注销后保留、但不再与本人关联的内容
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct ClosureKeeps {
    /// 积分流水
    #[schema(minimum = 0, example = 12)]
    pub(super) ledger_entries: u64,
    /// 志愿服务记录
    #[schema(minimum = 0, example = 5)]
    pub(super) service_records: u64,
    /// 志愿服务时长（0.1 小时）
    #[schema(minimum = 0, example = 125)]
    pub(super) hours_tenths: i64,
}

/// 注销的结果；试运行时为将会发生的事
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClosureView {
    /// 志愿者编号
    pub(super) volunteer_id: VolunteerId,
    /// 注销后的状态
    pub(super) state: VolunteerState,
    /// 注销时间
    pub(super) closed_at: DateTime<Utc>,
    /// 注销前可以导出本人全部资料和服务记录的地址
    #[schema(example = "/v1/me/export")]
    pub(super) export: &'static str,
    /// 结束或删除的内容
    pub(super) ends: ClosureEnds,
    /// 保留的内容
    pub(super) keeps: ClosureKeeps,
}
