//! Items one volunteer took in a session: the limit's counter (每人限兑计数).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

use crate::ids::{RedemptionSessionId, VolunteerId};

/// One row of `session_person`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: RedemptionSessionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub volunteer_id: VolunteerId,
    pub items_taken: i32,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
