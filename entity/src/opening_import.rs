//! Take-over of paper books: files checked by one person and committed by another (期初结转).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, OpeningImportId, SiteId},
    value_enum::value_enum,
};

value_enum! {
    /// State of a take-over (期初结转状态).
    OpeningImportState {
        /// 有问题，须改正后重新上传
        Faulty = "faulty",
        /// 已核对，待第二人确认
        Checked = "checked",
        /// 正在入账
        Committing = "committing",
        /// 已入账
        Committed = "committed",
        /// 已作废，不再入账
        Discarded = "discarded",
    }
}

/// One row of `opening_import`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opening_import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OpeningImportId,
    pub site_id: SiteId,
    /// Which books: with a row's own id it names that row for ever.
    pub source: String,
    pub file_hash: String,
    pub state: OpeningImportState,
    pub row_count: i32,
    pub fault_count: i32,
    /// Sum of all rows.
    pub points: i64,
    /// What the second person must have seen.
    pub digest: String,
    pub created_by: AccountId,
    pub created_at: DateTime<Utc>,
    pub committed_by: Option<AccountId>,
    pub committed_at: Option<DateTime<Utc>>,
    /// Rows up to this line are done: where to go on after a stop.
    pub done_line: i32,
    pub rows_done: i32,
    pub rows_booked: i32,
    pub finished_at: Option<DateTime<Utc>>,
    pub version: i32,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
