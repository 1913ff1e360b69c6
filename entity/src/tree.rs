//! The public hash trees, one a town: how far each has grown (公开哈希树).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

use crate::ids::SiteId;

/// One row of `tree`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tree")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: SiteId,
    /// Digits of the division code: nine for a town, six for a county.
    pub tenant: String,
    pub origin: String,
    pub size: i64,
    pub root: String,
    /// Hashes of the peaks, largest first, without anything between them.
    #[sea_orm(column_type = "Text")]
    pub peaks: String,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
