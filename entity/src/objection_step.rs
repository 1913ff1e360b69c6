//! The trail of an objection: what was done about it, for good (异议办理过程).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, ObjectionId, ObjectionStepId},
    objection::ObjectionState,
    value_enum::value_enum,
};

value_enum! {
    /// What was done (步骤).
    ObjectionAction {
        /// 提交
        File = "file",
        /// 受理
        Accept = "accept",
        /// 不予受理
        Refuse = "refuse",
        /// 调查
        Investigate = "investigate",
        /// 决定
        Decide = "decide",
        /// 执行
        Execute = "execute",
        /// 办结
        Close = "close",
        /// 撤回
        Withdraw = "withdraw",
        /// 申诉
        Appeal = "appeal",
    }
}

/// One row of `objection_step`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "objection_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ObjectionStepId,
    pub objection_id: ObjectionId,
    pub action: ObjectionAction,
    /// The state it left the objection in.
    pub state: ObjectionState,
    /// Who of the staff did it; none for what the filer does.
    pub by_account: Option<AccountId>,
    /// The reason, in words.
    pub reason: Option<String>,
    pub at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
