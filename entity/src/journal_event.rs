//! Domain events, written with the change they tell of (领域事件).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{JournalEventId, SiteId};

/// One row of `journal_event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JournalEventId,
    /// Given once, by the sequencer; the order consumers read in.
    pub position: Option<i64>,
    pub kind: String,
    pub subject_type: String,
    pub subject_id: Uuid,
    pub site_id: Option<SiteId>,
    #[sea_orm(column_type = "JsonBinary")]
    pub data: Json,
    pub occurred_at: DateTime<Utc>,
    pub request_id: String,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
