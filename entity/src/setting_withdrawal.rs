//! Values of settings taken back before they came into force (设置撤回). Append-only.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, SettingId};

/// One row of `setting_withdrawal`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "setting_withdrawal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub setting_id: SettingId,
    pub withdrawn_by: Option<AccountId>,
    pub withdrawn_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
