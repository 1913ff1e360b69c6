//! Claims: applications for points (积分申请).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, AttendanceId, ClaimId, RuleItemId, SiteId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a claim (积分申请状态).
    ClaimState {
        /// 草稿
        Draft = "draft",
        /// 已提交
        Submitted = "submitted",
        /// 审核中
        UnderReview = "under_review",
        /// 已认定
        Certified = "certified",
        /// 公示中
        InNotice = "in_notice",
        /// 已生效
        Effective = "effective",
        /// 已退回
        Returned = "returned",
        /// 不予认定
        Rejected = "rejected",
        /// 已撤回
        Withdrawn = "withdrawn",
        /// 有异议
        Objected = "objected",
        /// 复核中
        Recheck = "recheck",
        /// 已撤销
        Revoked = "revoked",
    }
}

value_enum! {
    /// By what right a claim was entered (由谁提出).
    EnteredVia {
        /// 本人
        Own = "own",
        /// 工作人员代为申请
        Staff = "staff",
        /// 代办人
        Proxy = "proxy",
    }
}

/// One row of `claim`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClaimId,
    pub volunteer_id: VolunteerId,
    pub attendance_id: Option<AttendanceId>,
    /// The honour claimed for, when no attendance is (荣誉依据).
    pub award_ref: Option<String>,
    pub rule_item_id: RuleItemId,
    pub site_id: SiteId,
    pub state: ClaimState,
    pub points: i32,
    /// In plain words how the points came about.
    #[sea_orm(column_type = "Text")]
    pub explanation: String,
    pub entered_by: AccountId,
    pub submitted_at: Option<DateTime<Utc>>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decision_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// While a supervisor keeps it from going on.
    pub frozen_at: Option<DateTime<Utc>>,
    pub frozen_until: Option<DateTime<Utc>>,
    pub frozen_reason: Option<String>,
    /// Whether she did it herself, or by what right somebody else did.
    pub entered_via: EnteredVia,
    /// Why staff did it for her.
    pub entry_reason: Option<String>,
    /// Who submitted it last, where it was submitted again.
    pub submitted_by: Option<AccountId>,
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
    /// By `rule_item_id`.
    #[sea_orm(
        belongs_to = "super::rule_item::Entity",
        from = "Column::RuleItemId",
        to = "super::rule_item::Column::Id"
    )]
    RuleItem,
    /// By `attendance_id`.
    #[sea_orm(
        belongs_to = "super::attendance::Entity",
        from = "Column::AttendanceId",
        to = "super::attendance::Column::Id"
    )]
    Attendance,
}

impl Related<super::volunteer::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Volunteer.def()
    }
}

impl Related<super::rule_item::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::RuleItem.def()
    }
}

impl Related<super::attendance::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Attendance.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
