//! Bodies and views of write-offs and counts.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, SiteId, StockAdjustmentId, StockLotId};
use entity::stock_adjustment::{self, StockAdjustmentKind, StockAdjustmentState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{AdjustmentAction, decide};
use crate::platform::text::bounded::Line;
use crate::{bounded_number, page};

bounded_number! {
    /// 盘点数量
    CountedQuantity: i32 = 0..=1_000_000, 18;
}

/// 盘点
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CountLot {
    /// 实际清点的数量，包括已预留的
    pub(super) counted: CountedQuantity,
    /// 差异原因
    pub(super) reason: Line,
}

/// 库存调整不予通过
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RejectAdjustment {
    /// 原因
    pub(super) reason: Line,
}

/// 库存调整查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct AdjustmentQuery {
    /// 只看某一状态
    pub(super) state: Option<StockAdjustmentState>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    pub(super) page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    pub(super) page_token: Option<String>,
}

/// 库存调整
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StockAdjustmentView {
    /// 库存调整编号
    id: StockAdjustmentId,
    /// 批次编号
    stock_lot_id: StockLotId,
    /// 所站编号
    site_id: SiteId,
    /// 类型：报损或盘点
    kind: StockAdjustmentKind,
    /// 报损数量，或盘点所得数量
    #[schema(minimum = 0, example = 18)]
    quantity: i32,
    /// 提出时的账面数量
    #[schema(minimum = 0, example = 20)]
    on_hand_seen: i32,
    /// 原因
    #[schema(example = "运输破损，经两人清点")]
    reason: String,
    /// 状态
    state: StockAdjustmentState,
    /// 提出人账号
    proposed_by: AccountId,
    /// 提出时间
    proposed_at: DateTime<Utc>,
    /// 第二人账号
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<AccountId>,
    /// 确认或不予通过的时间
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<DateTime<Utc>>,
    /// 不予通过的原因
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "重新清点无误")]
    decision_reason: Option<String>,
    /// 版本
    #[schema(minimum = 1, example = 1)]
    version: i32,
    /// 当前可进行的操作
    allowed_actions: Vec<AdjustmentAction>,
}

page! {
    /// 一页库存调整
    StockAdjustmentPage of StockAdjustmentView;
}

impl StockAdjustmentView {
    /// As somebody sees it; `manages` when she keeps the stock there.
    pub(super) fn new(row: stock_adjustment::Model, by: AccountId, manages: bool) -> Self {
        let may = |action: &AdjustmentAction| manages && decide(*action, &row, by).is_ok();
        Self {
            allowed_actions: AdjustmentAction::ALL.into_iter().filter(may).collect(),
            id: row.id,
            stock_lot_id: row.stock_lot_id,
            site_id: row.site_id,
            kind: row.kind,
            quantity: row.quantity,
            on_hand_seen: row.on_hand_seen,
            reason: row.reason,
            state: row.state,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            decision_reason: row.decision_reason,
            version: row.version,
        }
    }

    pub(super) const fn id(&self) -> StockAdjustmentId {
        self.id
    }

    /// For its `ETag`.
    pub(super) const fn version(&self) -> i32 {
        self.version
    }
}
