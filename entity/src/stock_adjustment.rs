//! Changes of stock that two persons sign: write-offs and counts (报损、盘点).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, SiteId, StockAdjustmentId, StockLotId},
    value_enum::value_enum,
};

value_enum! {
    /// Kind of a stock adjustment (库存调整类型).
    StockAdjustmentKind {
        /// 报损
        WriteOff = "write_off",
        /// 盘点
        Count = "count",
    }
}

value_enum! {
    /// State of a stock adjustment (库存调整状态).
    StockAdjustmentState {
        /// 待第二人确认
        Proposed = "proposed",
        /// 已确认
        Confirmed = "confirmed",
        /// 未通过
        Rejected = "rejected",
    }
}

/// One row of `stock_adjustment`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_adjustment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StockAdjustmentId,
    pub stock_lot_id: StockLotId,
    pub site_id: SiteId,
    pub kind: StockAdjustmentKind,
    /// Pieces to write off, or pieces counted.
    pub quantity: i32,
    /// What the books said when it was proposed.
    pub on_hand_seen: i32,
    pub reason: String,
    pub state: StockAdjustmentState,
    pub proposed_by: AccountId,
    pub proposed_at: DateTime<Utc>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decision_reason: Option<String>,
    pub version: i32,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
