//! Lines of a bulletin's redemption register, without names (公开台账).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{BulletinId, RedemptionId, SiteId, VolunteerId};

/// One row of `bulletin_line`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulletin_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub bulletin_id: BulletinId,
    /// From 1 without holes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub redemption_id: RedemptionId,
    pub volunteer_id: VolunteerId,
    /// Where the goods were handed out.
    pub site_id: SiteId,
    pub goods_name: String,
    pub unit_label: String,
    pub quantity: i32,
    pub points: i64,
    pub handed_at: DateTime<Utc>,
    /// When they came back, if they had when the bulletin was made.
    pub returned_at: Option<DateTime<Utc>>,
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
