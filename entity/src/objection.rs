//! Objections, appeals and corrections (异议、申诉与更正).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, ObjectionId, SiteId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// What is asked for (异议类别).
    ObjectionKind {
        /// 异议
        Objection = "objection",
        /// 向县级申诉
        Appeal = "appeal",
        /// 更正本人记录
        Correction = "correction",
    }
}

value_enum! {
    /// How it came in (提交方式).
    ObjectionChannel {
        /// 登录后提交
        App = "app",
        /// 匿名提交
        Anonymous = "anonymous",
        /// 书面提交，由站点录入
        Paper = "paper",
    }
}

value_enum! {
    /// What it is about (异议对象).
    ObjectionSubject {
        /// 积分申请
        Claim = "claim",
        /// 积分流水
        LedgerEntry = "ledger_entry",
        /// 签到记录
        Attendance = "attendance",
        /// 兑换
        Redemption = "redemption",
        /// 公示条目
        NoticeEntry = "notice_entry",
    }
}

value_enum! {
    /// State of an objection (异议状态).
    ObjectionState {
        /// 已提交
        Filed = "filed",
        /// 已受理
        Accepted = "accepted",
        /// 不予受理
        NotAccepted = "not_accepted",
        /// 调查中
        Investigating = "investigating",
        /// 已决定
        Decided = "decided",
        /// 已执行
        Executed = "executed",
        /// 已办结
        Closed = "closed",
        /// 已撤回
        Withdrawn = "withdrawn",
    }
}

value_enum! {
    /// What was decided (处理结论).
    ObjectionOutcome {
        /// 异议成立
        Upheld = "upheld",
        /// 部分成立
        Partly = "partly",
        /// 异议不成立
        Rejected = "rejected",
    }
}

value_enum! {
    /// What the execution did (执行结果).
    ObjectionEffect {
        /// 撤销认定，不计积分；已入账的已冲回
        Reversed = "reversed",
        /// 申请重新进入认定
        Reopened = "reopened",
        /// 须办理退货
        ReturnNeeded = "return_needed",
        /// 须由站点按决定更正
        CorrectionNeeded = "correction_needed",
        /// 签到记录已更正，服务时长和积分随之重算
        Corrected = "corrected",
    }
}

/// One row of `objection`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "objection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ObjectionId,
    pub kind: ObjectionKind,
    pub channel: ObjectionChannel,
    /// The account that filed it by phone; nobody's for an anonymous one.
    pub filed_by: Option<AccountId>,
    /// The volunteer who filed it, by phone or on paper.
    pub filer_volunteer_id: Option<VolunteerId>,
    /// One filer, whichever way she came; none for an anonymous one.
    pub filer_key: Option<String>,
    /// Who typed a paper in.
    pub entered_by: Option<AccountId>,
    pub witness: Option<String>,
    /// Keyed hash of an anonymous filer's receipt code.
    pub receipt_hash: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub contact_sealed: Option<String>,
    pub subject_kind: ObjectionSubject,
    pub subject_id: Uuid,
    /// Whose record it is.
    pub subject_volunteer_id: VolunteerId,
    /// Who decided about the subject when it was filed.
    pub first_decider: Option<AccountId>,
    /// The site whose record it is.
    pub site_id: SiteId,
    pub state: ObjectionState,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// The last day to accept it or not.
    pub accept_due: NaiveDate,
    /// The last day to decide; known once accepted.
    pub decide_due: Option<NaiveDate>,
    pub admitted_by: Option<AccountId>,
    pub admitted_at: Option<DateTime<Utc>>,
    pub investigated_by: Option<AccountId>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub outcome: Option<ObjectionOutcome>,
    pub executed_by: Option<AccountId>,
    pub executed_at: Option<DateTime<Utc>>,
    pub effect: Option<ObjectionEffect>,
    pub closed_by: Option<AccountId>,
    /// The objection whose answer this one appeals against.
    pub appeal_of: Option<ObjectionId>,
    pub filed_at: DateTime<Utc>,
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
