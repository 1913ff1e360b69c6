//! What was corrected in who a volunteer is, masked (身份信息更正).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, IdentityCorrectionId, VolunteerId};

/// One row of `identity_correction`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_correction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentityCorrectionId,
    pub volunteer_id: VolunteerId,
    /// Which members changed, and from what to what, masked.
    #[sea_orm(column_type = "JsonBinary")]
    pub changes: Json,
    pub reason: String,
    pub corrected_by: AccountId,
    pub created_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
