//! Dated versions of a rule set; published ones are frozen (细则版本).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, RuleSetId, RuleVersionId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a rule version (细则版本状态).
    RuleVersionState {
        /// 草稿
        Draft = "draft",
        /// 已发布
        Published = "published",
        /// 已停用
        Retired = "retired",
    }
}

/// One row of `rule_version`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RuleVersionId,
    pub rule_set_id: RuleSetId,
    pub number: i32,
    pub state: RuleVersionState,
    pub effective_from: Option<NaiveDate>,
    pub note: Option<String>,
    pub created_by: AccountId,
    pub created_at: DateTime<Utc>,
    pub published_by: Option<AccountId>,
    pub published_at: Option<DateTime<Utc>>,
    pub version: i32,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `rule_set_id`.
    #[sea_orm(
        belongs_to = "super::rule_set::Entity",
        from = "Column::RuleSetId",
        to = "super::rule_set::Column::Id"
    )]
    RuleSet,
}

impl Related<super::rule_set::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::RuleSet.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
