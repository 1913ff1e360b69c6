//! The figures of a bulletin: one row for the whole, one for each site (公开统计).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

use crate::ids::{BulletinId, SiteId};

/// One row of `bulletin_figure`. Points are what people had: available and held, less what
/// was due.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulletin_figure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub bulletin_id: BulletinId,
    /// 0 is the whole bulletin, then each site.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub site_id: SiteId,
    pub volunteers: i32,
    /// Who took part at least once, each counted once.
    pub participants: i32,
    pub activities: i32,
    pub hours_tenths: i64,
    pub opening: i64,
    pub earned: i64,
    /// From paper books.
    pub taken_over: i64,
    pub redeemed: i64,
    pub given_back: i64,
    pub expired: i64,
    pub zeroed: i64,
    pub restored: i64,
    pub reversed: i64,
    pub closing: i64,
    /// Lines of the register at this site.
    pub handed_out: i32,
    pub handed_out_points: i64,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `site_id`.
    #[sea_orm(
        belongs_to = "super::site::Entity",
        from = "Column::SiteId",
        to = "super::site::Column::Id"
    )]
    Site,
}

impl Related<super::site::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Site.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
