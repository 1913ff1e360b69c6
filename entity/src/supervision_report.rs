//! Supervisors' reports of a quarter (监督报告).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, SiteId, SupervisionReportId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a report (监督报告状态).
    ReportState {
        /// 草稿
        Draft = "draft",
        /// 已提交
        Filed = "filed",
        /// 已答复
        Answered = "answered",
    }
}

/// One row of `supervision_report`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SupervisionReportId,
    pub site_id: SiteId,
    /// Written `2026Q4`.
    pub quarter: String,
    pub state: ReportState,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// What was counted at the filing.
    #[sea_orm(column_type = "JsonBinary")]
    pub counts: Option<Json>,
    pub written_by: AccountId,
    pub written_at: DateTime<Utc>,
    pub filed_at: Option<DateTime<Utc>>,
    #[sea_orm(column_type = "Text")]
    pub answer: Option<String>,
    pub answered_by: Option<AccountId>,
    pub answered_at: Option<DateTime<Utc>>,
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
