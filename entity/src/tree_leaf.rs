//! Leaves of the public trees (哈希树叶). A line may be erased, its hash stays.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

use crate::{
    ids::{LedgerEntryId, SiteId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// Kind of a leaf (树叶类型).
    LeafKind {
        /// 一笔流水
        Entry = "entry",
        /// 一张卡一个季度的对账单
        Statement = "statement",
    }
}

/// One row of `tree_leaf`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tree_leaf")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: SiteId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub leaf_index: i64,
    pub kind: LeafKind,
    /// Journal position of the entry's event.
    pub position: Option<i64>,
    pub ledger_entry_id: Option<LedgerEntryId>,
    pub volunteer_id: VolunteerId,
    pub quarter: Option<String>,
    /// Empty once erased.
    #[sea_orm(column_type = "Text")]
    pub line: Option<String>,
    pub leaf_hash: String,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
