//! What a rule version gives points for (细则条目).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

use crate::{
    ids::{RuleItemId, RuleVersionId},
    value_enum::value_enum,
};

value_enum! {
    /// What an item's points are counted by (计分单位).
    RuleUnit {
        /// 按小时
        PerHour = "per_hour",
        /// 按次
        PerAttendance = "per_attendance",
        /// 按荣誉
        PerAward = "per_award",
    }
}

/// One row of `rule_item`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RuleItemId,
    pub rule_version_id: RuleVersionId,
    pub code: String,
    pub category: String,
    pub name: String,
    pub unit: RuleUnit,
    /// Points per unit.
    pub points: i32,
    pub max_per_activity: Option<i32>,
    pub max_per_day: Option<i32>,
    pub max_per_month: Option<i32>,
    /// Whether its attendance becomes a service record (计入志愿服务时长).
    pub counts_as_service: bool,
    pub needs_attendance: bool,
    pub evidence_needed: bool,
    pub sort: i32,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `rule_version_id`.
    #[sea_orm(
        belongs_to = "super::rule_version::Entity",
        from = "Column::RuleVersionId",
        to = "super::rule_version::Column::Id"
    )]
    RuleVersion,
}

impl Related<super::rule_version::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::RuleVersion.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
