//! Refused check-ins, once per scan and reason (签到拒绝).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, ActivityId, CheckInRefusalId};

/// One row of `check_in_refusal`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "check_in_refusal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CheckInRefusalId,
    pub activity_id: Option<ActivityId>,
    pub account_id: AccountId,
    pub nonce: String,
    pub reason: String,
    pub created_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
