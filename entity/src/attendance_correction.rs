//! What a decided objection says of an attendance, and since it was executed what stood there
//! before (签到记录更正). Written once, completed once.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::attendance::AttendanceState;
use crate::ids::{
    AccountId, AttendanceCorrectionId, AttendanceId, ObjectionId, SiteId, VolunteerId,
};

/// One row of `attendance_correction`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_correction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttendanceCorrectionId,
    pub objection_id: ObjectionId,
    pub attendance_id: AttendanceId,
    /// Whose attendance it is, and where.
    pub volunteer_id: VolunteerId,
    pub site_id: SiteId,
    /// Whether she was there; when, if so.
    pub present: bool,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    pub decided_by: AccountId,
    pub decided_at: DateTime<Utc>,
    /// Another person, who put it into effect.
    pub executed_by: Option<AccountId>,
    pub executed_at: Option<DateTime<Utc>>,
    pub state_before: Option<AttendanceState>,
    pub starts_before: Option<DateTime<Utc>>,
    pub ends_before: Option<DateTime<Utc>>,
    /// In tenths of an hour.
    pub tenths_before: Option<i32>,
    pub tenths_after: Option<i32>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
