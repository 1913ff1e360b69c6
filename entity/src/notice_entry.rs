//! Entries of notice rounds: who is to get how many points for what, without her name
//! (公示条目). A claim stands in one round at most, so its id is the entry's.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{ClaimId, NoticeRoundId, SiteId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a notice entry (公示条目状态).
    EntryState {
        /// 公示
        Listed = "listed",
        /// 暂缓，待核实
        Frozen = "frozen",
        /// 已撤下，未计分
        Withdrawn = "withdrawn",
        /// 生效后更正
        Corrected = "corrected",
    }
}

value_enum! {
    /// Why an entry is frozen (暂缓原因).
    FreezeReason {
        /// 有异议
        Objection = "objection",
        /// 监督员核查
        Supervision = "supervision",
        /// 积分资格暂停
        EarningSuspended = "earning_suspended",
    }
}

/// One row of `notice_entry`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub claim_id: ClaimId,
    pub round_id: NoticeRoundId,
    /// Its number in the round, from 1 without holes.
    pub position: i32,
    pub volunteer_id: VolunteerId,
    /// Where she served.
    pub site_id: SiteId,
    pub points: i32,
    pub item_code: String,
    pub item_name: String,
    /// None for an honour.
    pub activity_title: Option<String>,
    pub served_at: DateTime<Utc>,
    pub state: EntryState,
    pub frozen_reason: Option<FreezeReason>,
    /// The objection or freeze that keeps it; none for a suspension.
    pub frozen_by: Option<Uuid>,
    pub frozen_at: Option<DateTime<Utc>>,
    /// When its claim took effect or was struck.
    pub settled_at: Option<DateTime<Utc>>,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `round_id`.
    #[sea_orm(
        belongs_to = "super::notice_round::Entity",
        from = "Column::RoundId",
        to = "super::notice_round::Column::Id"
    )]
    Round,
    /// By `site_id`.
    #[sea_orm(
        belongs_to = "super::site::Entity",
        from = "Column::SiteId",
        to = "super::site::Column::Id"
    )]
    Site,
}

impl Related<super::notice_round::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Round.def()
    }
}

impl Related<super::site::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Site.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
