//! What a volunteer said in her case, each time for good (陈述申辩).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    disqualification::CaseChannel,
    ids::{AccountId, DisqualificationId, DisqualificationStatementId, VolunteerId},
};

/// One row of `disqualification_statement`: appended, never changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disqualification_statement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisqualificationStatementId,
    pub disqualification_id: DisqualificationId,
    pub volunteer_id: VolunteerId,
    /// By herself in the app, or entered by staff from paper.
    pub via: CaseChannel,
    /// None once she has left.
    #[sea_orm(column_type = "Text")]
    pub text: Option<String>,
    /// Who made or entered it; not known of the oldest ones.
    pub by_account: Option<AccountId>,
    /// Who saw that staff entered what she said.
    pub witness: Option<String>,
    pub at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
