//! Goods a site offers for points (物品).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{GoodsId, SiteId},
    value_enum::value_enum,
};

value_enum! {
    /// Whether goods are offered (物品状态).
    GoodsState {
        /// 在用
        Active = "active",
        /// 停用
        Retired = "retired",
    }
}

/// One row of `goods`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "goods")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GoodsId,
    pub site_id: SiteId,
    pub name: String,
    pub category: String,
    /// 件, 瓶, 袋.
    pub unit_label: String,
    pub description: Option<String>,
    /// Suggested price; a session item sets its own.
    pub points_price: i32,
    pub state: GoodsState,
    pub image_url: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
