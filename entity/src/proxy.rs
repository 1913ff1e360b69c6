//! Dated authorisations to act for a volunteer (代办授权).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, ProxyId, VolunteerId};

/// One row of `proxy`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proxy")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProxyId,
    pub volunteer_id: VolunteerId,
    pub proxy_account_id: AccountId,
    pub reason: String,
    pub witness: Option<String>,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub recorded_by: AccountId,
    pub created_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
