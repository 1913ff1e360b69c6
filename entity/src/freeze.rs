//! Freezes by supervisors: nothing goes on with a record until they end (监督冻结).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, FreezeId, SiteId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// What is frozen (冻结对象).
    FreezeSubject {
        /// 积分申请
        Claim = "claim",
        /// 兑换
        Redemption = "redemption",
        /// 公示条目（以积分申请编号指明）
        NoticeEntry = "notice_entry",
    }
}

value_enum! {
    /// How a freeze ended (冻结结束方式).
    FreezeEnd {
        /// 解除
        Released = "released",
        /// 到期
        Lapsed = "lapsed",
    }
}

/// One row of `supervision_freeze` (`freeze` alone is a word of PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision_freeze")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FreezeId,
    pub site_id: SiteId,
    pub subject_kind: FreezeSubject,
    pub subject_id: Uuid,
    /// Whose record it is.
    pub volunteer_id: VolunteerId,
    pub reason: String,
    pub frozen_by: AccountId,
    pub frozen_at: DateTime<Utc>,
    /// When it ends by itself.
    pub frozen_until: DateTime<Utc>,
    pub ended_how: Option<FreezeEnd>,
    pub ended_by: Option<AccountId>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
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
