//! Random samples that anybody can draw again (监督抽查).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, SampleId, SiteId},
    value_enum::value_enum,
};

value_enum! {
    /// What a sample is drawn from (抽查内容).
    SampleKind {
        /// 本季度认定的积分申请
        Claim = "claim",
        /// 本季度核销的兑换
        Redemption = "redemption",
    }
}

value_enum! {
    /// State of a sample (抽查状态).
    SampleState {
        /// 已承诺，待公布种子
        Committed = "committed",
        /// 已抽取
        Drawn = "drawn",
        /// 逾期未公布种子，作废
        Lapsed = "lapsed",
    }
}

/// One row of `supervision_sample`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision_sample")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SampleId,
    /// Its public number.
    pub number: String,
    pub site_id: SiteId,
    pub kind: SampleKind,
    /// Written `2026Q4`.
    pub quarter: String,
    /// How many cases are drawn.
    pub size: i32,
    /// SHA-256 of the seed, given before the population was fixed.
    pub commitment: String,
    /// The service's own share of the chance, made after the commitment.
    pub nonce: String,
    pub population_count: i32,
    pub population_digest: String,
    pub state: SampleState,
    /// Revealed afterwards.
    pub seed: Option<String>,
    pub committed_by: AccountId,
    pub committed_at: DateTime<Utc>,
    /// A promise not kept by then is void, and stays in the public list.
    pub reveal_by: DateTime<Utc>,
    pub drawn_at: Option<DateTime<Utc>>,
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
