//! Points held for a redemption; each hold ends once (积分冻结).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{HoldId, LedgerEntryId, RedemptionId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a hold (冻结状态).
    HoldState {
        /// 冻结中
        Open = "open",
        /// 已扣减
        Committed = "committed",
        /// 已解冻
        Released = "released",
    }
}

/// One row of `hold`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hold")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HoldId,
    pub volunteer_id: VolunteerId,
    pub redemption_id: RedemptionId,
    pub points: i64,
    pub state: HoldState,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_entry_id: Option<LedgerEntryId>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
