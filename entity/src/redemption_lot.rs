//! From which lots a redemption is served (兑换出库批次).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

use crate::ids::{RedemptionId, StockLotId};

/// One row of `redemption_lot`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "redemption_lot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub redemption_id: RedemptionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub stock_lot_id: StockLotId,
    pub quantity: i32,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
