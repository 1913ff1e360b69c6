//! Yearly appraisals of supervisors (监督员年度考评).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, SupervisorAppraisalId, SupervisorPostId},
    value_enum::value_enum,
};

value_enum! {
    /// How a supervisor did in a year (考评等次).
    AppraisalGrade {
        /// 优秀
        Excellent = "excellent",
        /// 称职
        Competent = "competent",
        /// 不称职
        Incompetent = "incompetent",
    }
}

/// One row of `supervisor_appraisal`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supervisor_appraisal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupervisorAppraisalId,
    pub post_id: SupervisorPostId,
    pub year: i32,
    pub grade: AppraisalGrade,
    pub note: String,
    pub appraised_by: AccountId,
    pub appraised_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
