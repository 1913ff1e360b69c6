//! Notice rounds: a month's certified points, shown to everybody before they count (公示).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, NoticeRoundId, SiteId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a notice round (公示状态).
    NoticeState {
        /// 起草
        Drafting = "drafting",
        /// 公示中
        Open = "open",
        /// 已结束
        Closed = "closed",
        /// 已归档
        Archived = "archived",
    }
}

/// One row of `notice_round`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_round")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeRoundId,
    /// What people type and what stands in its address (公示编号).
    pub number: String,
    /// A town's institute or a station.
    pub site_id: SiteId,
    /// The first day of the month it is about.
    pub period: NaiveDate,
    pub state: NoticeState,
    pub entry_count: i32,
    pub points_total: i64,
    /// SHA-256 over the entries' seals; from the opening on.
    pub digest: Option<String>,
    /// For how many days it was to stay open.
    pub notice_days: Option<i32>,
    /// None when the service drafted it by schedule.
    pub drafted_by: Option<AccountId>,
    pub drafted_at: DateTime<Utc>,
    pub opened_by: Option<AccountId>,
    pub opened_at: Option<DateTime<Utc>>,
    /// The first instant at which it may be closed.
    pub closes_at: Option<DateTime<Utc>>,
    /// None when the service closed it by schedule.
    pub closed_by: Option<AccountId>,
    pub closed_at: Option<DateTime<Utc>>,
    /// When every entry that was not frozen had been settled.
    pub settled_at: Option<DateTime<Utc>>,
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
