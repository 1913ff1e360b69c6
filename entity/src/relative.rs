//! Declared relatives, for recusal (回避关系): an account and a volunteer.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, RelativeId, VolunteerId};

/// One row of `relative`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "relative")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RelativeId,
    pub account_id: AccountId,
    pub volunteer_id: VolunteerId,
    pub relation: String,
    pub declared_by: AccountId,
    pub declared_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
