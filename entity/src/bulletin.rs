//! Quarterly bulletins: points statistics and the redemption register of a site (季度公开).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, BulletinId, SiteId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a bulletin (季度公开状态).
    BulletinState {
        /// 正在汇总
        Compiling = "compiling",
        /// 起草
        Drafting = "drafting",
        /// 已公开
        Published = "published",
        /// 已归档
        Archived = "archived",
    }
}

/// One row of `bulletin`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulletin")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BulletinId,
    /// What people type and what stands in its address (公开编号).
    pub number: String,
    /// A town's institute, for the whole town, or a station.
    pub site_id: SiteId,
    /// The first day of the quarter it is about.
    pub quarter: NaiveDate,
    pub state: BulletinState,
    pub line_count: i32,
    pub line_points: i64,
    /// SHA-256 over the seals of figures and lines; from the publication on.
    pub digest: Option<String>,
    /// The public tree whose head it holds; none when the town has no entry yet.
    pub tree: Option<String>,
    pub tree_size: Option<i64>,
    pub tree_root: Option<String>,
    /// The signed text of that head.
    #[sea_orm(column_type = "Text")]
    pub checkpoint: Option<String>,
    /// None when the service drafted it by schedule.
    pub drafted_by: Option<AccountId>,
    pub drafted_at: DateTime<Utc>,
    /// When the figures were complete.
    pub compiled_at: Option<DateTime<Utc>>,
    pub published_by: Option<AccountId>,
    pub published_at: Option<DateTime<Utc>>,
    pub archived_by: Option<AccountId>,
    pub archived_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
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
