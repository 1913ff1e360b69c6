//! Posts of supervisors, from the nomination to the end of the term (监督员聘任).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, RoleAssignmentId, SiteId, SupervisorPostId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a supervisor's post (监督员聘任状态).
    PostState {
        /// 已提名
        Nominated = "nominated",
        /// 审核通过
        Vetted = "vetted",
        /// 审核未通过
        Refused = "refused",
        /// 已聘任
        Appointed = "appointed",
        /// 已离任
        Ended = "ended",
        /// 提名已撤回
        Withdrawn = "withdrawn",
    }
}

/// One row of `supervisor_post`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supervisor_post")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupervisorPostId,
    pub site_id: SiteId,
    pub volunteer_id: VolunteerId,
    /// Who is to supervise, as she signs in.
    pub account_id: AccountId,
    pub state: PostState,
    pub recommendation: String,
    pub nominated_by: AccountId,
    pub nominated_at: DateTime<Utc>,
    /// Who vetted, whichever way it went.
    pub vetted_by: Option<AccountId>,
    pub vetted_at: Option<DateTime<Utc>>,
    pub vetting_note: Option<String>,
    pub appointed_by: Option<AccountId>,
    pub appointed_at: Option<DateTime<Utc>>,
    pub term_from: Option<NaiveDate>,
    /// The last day of the term.
    pub term_until: Option<NaiveDate>,
    /// The role that came from it, once the term has begun.
    pub role_assignment_id: Option<RoleAssignmentId>,
    pub ended_by: Option<AccountId>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
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
