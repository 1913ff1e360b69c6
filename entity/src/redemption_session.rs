//! Dates on which a site redeems points (集中兑换).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, RedemptionSessionId, SiteId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a redemption session (集中兑换状态).
    RedemptionSessionState {
        /// 已计划
        Planned = "planned",
        /// 进行中
        Open = "open",
        /// 已结束
        Closed = "closed",
    }
}

/// One row of `redemption_session`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "redemption_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RedemptionSessionId,
    pub site_id: SiteId,
    pub title: String,
    pub state: RedemptionSessionState,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// Least balance with which one may redeem (兑换门槛).
    pub threshold: i64,
    pub limit_per_person: Option<i32>,
    pub pickup_until: DateTime<Utc>,
    pub created_by: AccountId,
    pub version: i32,
    pub created_at: DateTime<Utc>,
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
