//! Settings of a site from an instant on; children inherit (设置). Append-only.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, SettingId, SiteId};

/// One row of `setting`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "setting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SettingId,
    pub site_id: SiteId,
    pub key: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub value: Json,
    pub effective_from: DateTime<Utc>,
    pub set_by: Option<AccountId>,
    pub created_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
