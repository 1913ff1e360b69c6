//! Batches of goods with one source and expiry (库存批次).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, GoodsId, SiteId, StockLotId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a stock lot (批次状态).
    StockLotState {
        /// 待验收
        Quarantine = "quarantine",
        /// 已验收
        Accepted = "accepted",
        /// 已上架
        OnShelf = "on_shelf",
        /// 已发完
        Exhausted = "exhausted",
        /// 已报损
        WrittenOff = "written_off",
    }
}

value_enum! {
    /// Where a lot came from (物品来源).
    StockSource {
        /// 捐赠
        Donation = "donation",
        /// 采购
        Purchase = "purchase",
    }
}

/// One row of `stock_lot`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_lot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StockLotId,
    pub goods_id: GoodsId,
    pub site_id: SiteId,
    pub state: StockLotState,
    pub source: StockSource,
    pub source_ref: Option<String>,
    pub donor_name: Option<String>,
    pub unit_value_fen: Option<i32>,
    pub received: i32,
    pub on_hand: i32,
    pub reserved: i32,
    pub issued: i32,
    pub written_off: i32,
    /// Found in counts beyond what was received.
    pub surplus: i32,
    pub expires_on: Option<NaiveDate>,
    pub received_by: AccountId,
    pub received_at: DateTime<Utc>,
    pub accepted_by: Option<AccountId>,
    pub second_accepted_by: Option<AccountId>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub shelved_at: Option<DateTime<Utc>>,
    pub note: Option<String>,
    pub version: i32,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `goods_id`.
    #[sea_orm(
        belongs_to = "super::goods::Entity",
        from = "Column::GoodsId",
        to = "super::goods::Column::Id"
    )]
    Goods,
}

impl Related<super::goods::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Goods.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
