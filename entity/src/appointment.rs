//! Dated posts of persons at a site (任职).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, AppointmentId, SiteId};

/// One row of `appointment`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppointmentId,
    pub site_id: SiteId,
    pub title: String,
    pub person_name: String,
    pub account_id: Option<AccountId>,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    pub version: i32,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
