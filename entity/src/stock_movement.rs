//! Movements of stock (库存变动). Append-only.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, RedemptionId, StockLotId, StockMovementId},
    value_enum::value_enum,
};

value_enum! {
    /// Kind of a stock movement (库存变动类型).
    StockMovementKind {
        /// 入库
        Receive = "receive",
        /// 验收
        Accept = "accept",
        /// 上架
        Shelve = "shelve",
        /// 预留
        Reserve = "reserve",
        /// 取消预留
        Unreserve = "unreserve",
        /// 出库
        Issue = "issue",
        /// 报损
        WriteOff = "write_off",
        /// 盘亏
        CountLoss = "count_loss",
        /// 盘盈
        CountSurplus = "count_surplus",
        /// 退回
        Return = "return",
    }
}

/// One row of `stock_movement`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_movement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StockMovementId,
    pub stock_lot_id: StockLotId,
    pub kind: StockMovementKind,
    pub quantity: i32,
    pub redemption_id: Option<RedemptionId>,
    pub actor_account_id: Option<AccountId>,
    pub reason: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
