//! Who was at an activity, and for how long (签到记录).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, ActivityId, AttendanceId, SiteId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// How an attendance was entered (签到来源).
    AttendanceSource {
        /// 扫码
        Qr = "qr",
        /// 点名
        RollCall = "roll_call",
        /// 离线批量
        OfflineBatch = "offline_batch",
        /// 补录
        LateEntry = "late_entry",
    }
}

value_enum! {
    /// State of an attendance (签到状态).
    AttendanceState {
        /// 已签到
        CheckedIn = "checked_in",
        /// 已签退
        CheckedOut = "checked_out",
        /// 已确认
        Confirmed = "confirmed",
        /// 有争议
        Disputed = "disputed",
        /// 未到
        NoShow = "no_show",
    }
}

/// One row of `attendance`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttendanceId,
    pub activity_id: ActivityId,
    pub volunteer_id: VolunteerId,
    pub site_id: SiteId,
    pub source: AttendanceSource,
    pub state: AttendanceState,
    pub checked_in_at: Option<DateTime<Utc>>,
    pub checked_out_at: Option<DateTime<Utc>>,
    /// Whose device recorded the leaving: her own for a scan, staff's for a roll-call.
    pub checked_out_by: Option<AccountId>,
    /// In and not out, at one activity at a time.
    pub is_inside: bool,
    /// Start of the counted interval, not of the scan.
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub hours_tenths: Option<i32>,
    /// The scan's one-time value could not be checked at the time.
    pub nonce_unverified: bool,
    /// The villager's own account for a scan.
    pub entered_by: AccountId,
    /// The second person of a late entry.
    pub approved_by: Option<AccountId>,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub dispute_reason: Option<String>,
    pub explanation: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
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
}

impl Related<super::activity::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Activity.def()
    }
}

impl Related<super::volunteer::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Volunteer.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
