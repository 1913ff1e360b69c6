//! Cases in which a volunteer's points are taken and her year is lost (清零与取消积分资格).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, DisqualificationId, SiteId, VolunteerId},
    value_enum::value_enum,
    volunteer::VolunteerState,
};

value_enum! {
    /// Why a volunteer may be disqualified (清零情形).
    Ground {
        /// 违法违纪或受到县级以上司法、行政处罚
        ViolationOfLaw = "violation_of_law",
        /// 违反道德规范并被不文明行为曝光台曝光
        ExposedMisconduct = "exposed_misconduct",
        /// 其他不适合继续参与的情形
        Other = "other",
    }
}

value_enum! {
    /// State of a case (案件状态).
    DisqualificationState {
        /// 已提出
        Proposed = "proposed",
        /// 已发出告知书
        Notified = "notified",
        /// 陈述申辩期
        StatementPeriod = "statement_period",
        /// 已复核
        Reviewed = "reviewed",
        /// 已决定
        Decided = "decided",
        /// 已执行
        Executed = "executed",
        /// 申诉中
        Appealed = "appealed",
        /// 申诉成立，已恢复
        Overturned = "overturned",
        /// 维持
        Upheld = "upheld",
        /// 已终止，不予处理
        Dropped = "dropped",
        /// 期满结束
        Ended = "ended",
    }
}

value_enum! {
    /// How something reached her, or came from her (送达或提交方式).
    CaseChannel {
        /// 小程序
        App = "app",
        /// 书面
        Paper = "paper",
    }
}

value_enum! {
    /// What the review found (复核意见).
    ReviewOpinion {
        /// 情况属实，建议清零
        Proceed = "proceed",
        /// 建议终止
        Drop = "drop",
    }
}

/// One row of `disqualification`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disqualification")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisqualificationId,
    pub volunteer_id: VolunteerId,
    /// Where she lived when it was proposed.
    pub site_id: SiteId,
    pub state: DisqualificationState,
    pub ground: Ground,
    /// Number of the document that proves the ground; its text is not kept (文书号).
    pub document_no: String,
    /// Who issued it.
    pub document_issuer: String,
    pub document_date: NaiveDate,
    /// In words; only for `other`.
    pub ground_note: Option<String>,
    pub proposed_by: AccountId,
    pub proposed_at: DateTime<Utc>,
    pub notified_by: Option<AccountId>,
    pub notified_at: Option<DateTime<Utc>>,
    pub delivered_via: Option<CaseChannel>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub delivery_witness: Option<String>,
    /// Who handed it over on paper.
    pub delivered_by: Option<AccountId>,
    /// The first instant after her time to speak.
    pub statement_until: Option<DateTime<Utc>>,
    /// What she said is kept in `disqualification_statement`; these three are empty since then.
    #[sea_orm(column_type = "Text")]
    pub statement: Option<String>,
    pub statement_via: Option<CaseChannel>,
    pub statement_at: Option<DateTime<Utc>>,
    /// The supervisor who was present at the review.
    pub supervised_by: Option<AccountId>,
    pub supervised_at: Option<DateTime<Utc>>,
    pub supervisor_note: Option<String>,
    pub reviewed_by: Option<AccountId>,
    pub reviewed_at: Option<DateTime<Utc>>,
    pub review_opinion: Option<ReviewOpinion>,
    pub review_note: Option<String>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decision_note: Option<String>,
    pub executed_by: Option<AccountId>,
    pub executed_at: Option<DateTime<Utc>>,
    /// Points the zero-out took.
    pub points_taken: Option<i64>,
    /// The last day of the suspension: 31 December.
    pub suspended_through: Option<NaiveDate>,
    /// What she goes back to.
    pub state_before: Option<VolunteerState>,
    pub readmitted_at: Option<DateTime<Utc>>,
    #[sea_orm(column_type = "Text")]
    pub appeal: Option<String>,
    pub appeal_via: Option<CaseChannel>,
    /// Who of the staff entered an appeal on paper.
    pub appeal_entered_by: Option<AccountId>,
    pub appealed_at: Option<DateTime<Utc>>,
    pub appeal_decided_by: Option<AccountId>,
    pub appeal_decided_at: Option<DateTime<Utc>>,
    pub appeal_note: Option<String>,
    pub dropped_by: Option<AccountId>,
    pub dropped_at: Option<DateTime<Utc>>,
    pub drop_reason: Option<String>,
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
    /// By `volunteer_id`.
    #[sea_orm(
        belongs_to = "super::volunteer::Entity",
        from = "Column::VolunteerId",
        to = "super::volunteer::Column::Id"
    )]
    Volunteer,
}

impl Related<super::site::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Site.def()
    }
}

impl Related<super::volunteer::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Volunteer.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
