//! The place of a site where points are redeemed (积分兑换点).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{RedemptionPointId, SiteId};

/// One row of `redemption_point`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "redemption_point")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RedemptionPointId,
    pub site_id: SiteId,
    /// Generated from the site's name parts, never typed.
    pub name: String,
    pub responsible_person: String,
    pub address: Option<String>,
    pub opened_on: NaiveDate,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
