//! Years whose public holidays are known (已录入节假日安排的年份).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::AccountId;

/// One row of `calendar_year`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_year")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// The State Council's document that ordered it (发文字号).
    pub document_no: String,
    /// None for the years shipped with the product.
    pub set_by: Option<AccountId>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
