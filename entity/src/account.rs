//! Accounts: who can sign in, a villager or staff (账号).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{ids::AccountId, value_enum::value_enum};

value_enum! {
    /// Whether an account may sign in (账号状态).
    AccountStatus {
        /// 正常
        Active = "active",
        /// 停用
        Disabled = "disabled",
    }
}

/// One row of `account`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    pub status: AccountStatus,
    pub display_name: Option<String>,
    /// Raised to make every token issued so far invalid.
    pub token_version: i32,
    pub created_at: DateTime<Utc>,
    /// Why it was disabled or enabled last.
    pub status_reason: Option<String>,
    pub status_changed_at: Option<DateTime<Utc>>,
    pub status_changed_by: Option<AccountId>,
    /// When a registration from it was refused last, until it registers again.
    pub registration_refused_at: Option<DateTime<Utc>>,
    pub registration_refused_reason: Option<String>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
