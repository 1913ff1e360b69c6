//! Sign-ups for an activity, with its waitlist (报名).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, ActivityId, SignUpId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a sign-up (报名状态).
    SignUpState {
        /// 已报名
        SignedUp = "signed_up",
        /// 候补
        Waitlisted = "waitlisted",
        /// 已退出
        Withdrawn = "withdrawn",
    }
}

/// One row of `sign_up`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignUpId,
    pub activity_id: ActivityId,
    pub volunteer_id: VolunteerId,
    pub state: SignUpState,
    pub signed_up_at: DateTime<Utc>,
    pub promoted_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub entered_by: AccountId,
    pub reason: Option<String>,
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
