//! Guardians of minors (监护人).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    consent::ConsentChannel,
    ids::{AccountId, GuardianId, VolunteerId},
};

/// One row of `guardian`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guardian")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GuardianId,
    pub volunteer_id: VolunteerId,
    pub name: String,
    pub relation: String,
    #[sea_orm(column_type = "Text")]
    pub phone_sealed: String,
    #[sea_orm(column_type = "Text")]
    pub id_number_sealed: Option<String>,
    pub consented_at: Option<DateTime<Utc>>,
    pub channel: Option<ConsentChannel>,
    pub witness: Option<String>,
    pub recorded_by: AccountId,
    pub created_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
