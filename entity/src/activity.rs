//! Activities people sign up for and attend (活动).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, ActivityId, RuleVersionId, SiteId},
    value_enum::value_enum,
};

value_enum! {
    /// Kind of an activity (活动类型).
    ActivityKind {
        /// 志愿服务
        Service = "service",
        /// 宣讲
        Lecture = "lecture",
        /// 文明实践
        Practice = "practice",
        /// 培训
        Training = "training",
        /// 兑换集市
        RedemptionFair = "redemption_fair",
    }
}

value_enum! {
    /// State of an activity (活动状态).
    ActivityState {
        /// 草稿
        Draft = "draft",
        /// 待审核
        Submitted = "submitted",
        /// 已发布
        Published = "published",
        /// 进行中
        InProgress = "in_progress",
        /// 已结束
        Ended = "ended",
        /// 已记录
        Recorded = "recorded",
        /// 已归档
        Archived = "archived",
        /// 已取消
        Cancelled = "cancelled",
    }
}

value_enum! {
    /// Risk of an activity (风险等级).
    RiskLevel {
        /// 一般
        Ordinary = "ordinary",
        /// 有危险
        Dangerous = "dangerous",
    }
}

/// One row of `activity`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActivityId,
    pub site_id: SiteId,
    pub title: String,
    pub kind: ActivityKind,
    pub state: ActivityState,
    #[sea_orm(column_type = "Text")]
    pub content: String,
    pub place: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub sign_up_opens_at: Option<DateTime<Utc>>,
    pub sign_up_closes_at: Option<DateTime<Utc>>,
    pub capacity: i32,
    pub min_age: Option<i16>,
    pub required_skill: Option<String>,
    pub conditions: Option<String>,
    pub risks: Option<String>,
    pub guarantees: Option<String>,
    pub risk_level: RiskLevel,
    pub insurance_policy_no: Option<String>,
    pub needs_sign_up: bool,
    pub service_type: Option<String>,
    pub organiser_account_id: Option<AccountId>,
    pub contact_person: Option<String>,
    /// Published after its start: only late entries count (补录).
    pub retroactive: bool,
    /// Frozen at publishing.
    pub rule_version_id: Option<RuleVersionId>,
    pub rule_item_code: Option<String>,
    pub submitted_by: Option<AccountId>,
    pub published_by: Option<AccountId>,
    pub published_at: Option<DateTime<Utc>>,
    pub state_reason: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub evaluation: Option<String>,
    /// Counted up and down with the sign-ups, so the capacity holds under contention.
    pub signed_up_count: i32,
    pub created_by: AccountId,
    pub version: i32,
    pub created_at: DateTime<Utc>,
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
