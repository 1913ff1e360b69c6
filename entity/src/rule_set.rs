//! A town's rule set (积分细则).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{RuleSetId, SiteId};

/// One row of `rule_set`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_set")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RuleSetId,
    pub site_id: SiteId,
    pub name: String,
    pub created_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
