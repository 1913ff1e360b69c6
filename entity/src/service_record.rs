//! Volunteer service records; a correction is a new revision (志愿服务记录). Append-only.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, ActivityId, AttendanceId, ServiceRecordId, SiteId, VolunteerId};

/// One row of `service_record`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_record")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ServiceRecordId,
    pub attendance_id: AttendanceId,
    pub revision: i32,
    pub volunteer_id: VolunteerId,
    pub activity_id: ActivityId,
    pub site_id: SiteId,
    pub served_on: NaiveDate,
    pub place: String,
    #[sea_orm(column_type = "Text")]
    pub content: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub hours_tenths: i32,
    pub organiser: String,
    pub person_in_charge: String,
    #[sea_orm(column_type = "Text")]
    pub evaluation: Option<String>,
    pub created_by: AccountId,
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
    /// By `activity_id`.
    #[sea_orm(
        belongs_to = "super::activity::Entity",
        from = "Column::ActivityId",
        to = "super::activity::Column::Id"
    )]
    Activity,
}

impl Related<super::volunteer::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Volunteer.def()
    }
}

impl Related<super::activity::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Activity.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
