//! A volunteer's balances: the sums of her entries (积分账户).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{SiteId, VolunteerId};

/// One row of `points_account`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "points_account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub volunteer_id: VolunteerId,
    pub site_id: SiteId,
    pub available: i64,
    pub held: i64,
    /// Still to be taken back from the next earnings (待追回).
    pub recovery_due: i64,
    pub last_seq: i64,
    pub last_hash: String,
    pub updated_at: DateTime<Utc>,
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
}

impl Related<super::volunteer::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Volunteer.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
