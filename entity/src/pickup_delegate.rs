//! Who may pick goods up for a volunteer, registered beforehand (代领人).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, PickupDelegateId, VolunteerId},
    value_enum::value_enum,
    volunteer::RegisteredVia,
};

value_enum! {
    /// What a delegate is to the person she picks up for (代领人与本人的关系).
    DelegateRelation {
        /// 家人
        Family = "family",
        /// 邻居
        Neighbour = "neighbour",
        /// 其他志愿者
        FellowVolunteer = "fellow_volunteer",
        /// 其他
        Other = "other",
    }
}

/// One row of `pickup_delegate`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pickup_delegate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PickupDelegateId,
    /// Who is represented.
    pub volunteer_id: VolunteerId,
    /// Which of the holder's few places it takes while it is active.
    pub slot: i32,
    pub name: String,
    pub relation: DelegateRelation,
    pub registered_via: RegisteredVia,
    pub registered_by: AccountId,
    /// Why staff registered it; none where she did so herself.
    pub reason: Option<String>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_by: Option<AccountId>,
    pub end_reason: Option<String>,
    pub version: i32,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
