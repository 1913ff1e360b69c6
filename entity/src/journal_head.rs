//! The sequencer's last position: one row (事件序号).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

/// One row of `journal_head`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i16,
    pub position: i64,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
