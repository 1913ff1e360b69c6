//! Goods offered in a session, with price and quantity (兑换物品).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

use crate::ids::{GoodsId, RedemptionSessionId, SessionItemId};

/// One row of `session_item`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionItemId,
    pub session_id: RedemptionSessionId,
    pub goods_id: GoodsId,
    pub points: i32,
    pub quantity_offered: i32,
    pub quantity_taken: i32,
    pub limit_per_person: Option<i32>,
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
