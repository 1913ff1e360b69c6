//! Points cards (积分卡): one live card per volunteer.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, CardId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a points card (积分卡状态).
    CardState {
        /// 已申请
        Requested = "requested",
        /// 已制卡
        Issued = "issued",
        /// 使用中
        Active = "active",
        /// 已挂失
        Lost = "lost",
        /// 已暂停
        Suspended = "suspended",
        /// 已注销
        Cancelled = "cancelled",
        /// 已换卡
        Replaced = "replaced",
    }
}

/// One row of `card`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "card")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CardId,
    /// Carries no personal data; ends in a check character.
    pub number: String,
    pub volunteer_id: VolunteerId,
    pub state: CardState,
    pub issued_by: Option<AccountId>,
    pub issued_at: Option<DateTime<Utc>>,
    pub activated_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub replaced_by: Option<CardId>,
    pub reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `volunteer_id`.
    #[sea_orm(
        belongs_to = "super::volunteer::Entity",
        from = "Column::VolunteerId",
        to = "super::volunteer::Column::Id"
    )]
    Volunteer,
}

impl Related<super::volunteer::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Volunteer.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
