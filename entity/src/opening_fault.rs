//! What is wrong with rows of the files of paper books (期初结转问题).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

use crate::ids::OpeningImportId;

/// One row of `opening_fault`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opening_fault")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: OpeningImportId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub field: String,
    pub message: String,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
