//! Codes by which a volunteer registered on paper gets an account (账号绑定码).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, VolunteerBindingId, VolunteerId};

/// One row of `volunteer_binding`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer_binding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VolunteerBindingId,
    pub volunteer_id: VolunteerId,
    /// The code itself is never stored.
    pub code_hash: String,
    pub created_by: AccountId,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_by: Option<AccountId>,
    pub used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
