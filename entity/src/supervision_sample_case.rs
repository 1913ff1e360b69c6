//! Cases of a sample's population, and what was found in those drawn (抽查总体与结论).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, FreezeId, SampleId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// What was found in a case (抽查结论).
    Verdict {
        /// 无误
        InOrder = "in_order",
        /// 有问题
        Defect = "defect",
    }
}

value_enum! {
    /// What becomes of a defect (问题整改).
    FollowUp {
        /// 待整改
        Open = "open",
        /// 已整改
        Settled = "settled",
    }
}

/// One row of `supervision_sample_case`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision_sample_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub sample_id: SampleId,
    /// Its place among the lines in order, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The claim or redemption.
    pub case_id: Uuid,
    pub volunteer_id: VolunteerId,
    /// What stands for it in public.
    pub line: String,
    /// From 1, for the cases drawn.
    pub draw_order: Option<i32>,
    pub verdict: Option<Verdict>,
    pub reason: Option<String>,
    pub judged_by: Option<AccountId>,
    pub judged_at: Option<DateTime<Utc>>,
    pub follow_up: Option<FollowUp>,
    /// The freeze that goes with the defect.
    pub freeze_id: Option<FreezeId>,
    pub follow_up_note: Option<String>,
    pub settled_by: Option<AccountId>,
    pub settled_at: Option<DateTime<Utc>>,
}

/// The joins that start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// By `sample_id`.
    #[sea_orm(
        belongs_to = "super::supervision_sample::Entity",
        from = "Column::SampleId",
        to = "super::supervision_sample::Column::Id"
    )]
    Sample,
}

impl Related<super::supervision_sample::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Sample.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
