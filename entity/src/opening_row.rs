//! Rows of the files of paper books (期初结转明细).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use sea_orm::entity::prelude::*;

use crate::{
    ids::{LedgerEntryId, OpeningImportId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// What became of a row (期初结转结果).
    OpeningOutcome {
        /// 已入账
        Booked = "booked",
        /// 以前已入账，未重复
        Repeated = "repeated",
        /// 未入账
        Refused = "refused",
    }
}

/// One row of `opening_row`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opening_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: OpeningImportId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i32,
    pub client_row_id: String,
    pub volunteer_id: VolunteerId,
    pub points: i64,
    pub book_page: String,
    pub outcome: Option<OpeningOutcome>,
    /// The code of the refusal.
    pub refusal: Option<String>,
    pub entry_id: Option<LedgerEntryId>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
