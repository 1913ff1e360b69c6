//! Attendances entered by hand after the fact, until a second person agrees (补录).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, ActivityId, AttendanceId, LateEntryId, SiteId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a late entry (补录状态).
    LateEntryState {
        /// 待复核
        Pending = "pending",
        /// 已复核
        Approved = "approved",
        /// 未通过
        Rejected = "rejected",
    }
}

/// One row of `late_entry`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "late_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LateEntryId,
    pub activity_id: ActivityId,
    pub volunteer_id: VolunteerId,
    pub site_id: SiteId,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub reason: String,
    /// What shows that she was there.
    pub evidence: String,
    pub state: LateEntryState,
    pub entered_by: AccountId,
    pub entered_at: DateTime<Utc>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decision_reason: Option<String>,
    /// What it became.
    pub attendance_id: Option<AttendanceId>,
    pub version: i32,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `activity_id`.
    #[sea_orm(
        belongs_to = "super::activity::Entity",
        from = "Column::ActivityId",
        to = "super::activity::Column::Id"
    )]
    Activity,
    /// By `volunteer_id`.
    #[sea_orm(
        belongs_to = "super::volunteer::Entity",
        from = "Column::VolunteerId",
        to = "super::volunteer::Column::Id"
    )]
    Volunteer,
    /// By `site_id`.
    #[sea_orm(
        belongs_to = "super::site::Entity",
        from = "Column::SiteId",
        to = "super::site::Column::Id"
    )]
    Site,
    /// By `entered_by`: who entered it.
    #[sea_orm(
        belongs_to = "super::account::Entity",
        from = "Column::EnteredBy",
        to = "super::account::Column::Id"
    )]
    Clerk,
}

impl ActiveModelBehavior for ActiveModel {}
