//! What became different from the notice after its opening, for everybody to see (公示更正).

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, ClaimId, NoticeCorrectionId, NoticeRoundId},
    value_enum::value_enum,
};

value_enum! {
    /// What a correction does (更正种类).
    CorrectionKind {
        /// 生效前撤下
        Withdrawn = "withdrawn",
        /// 生效后收回积分
        Reversed = "reversed",
    }
}

/// One row of `notice_correction`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_correction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeCorrectionId,
    pub round_id: NoticeRoundId,
    pub claim_id: ClaimId,
    pub position: i32,
    pub kind: CorrectionKind,
    pub points_before: i32,
    pub points_after: i32,
    /// In words, for the public: never with personal data.
    pub reason: String,
    /// The objection or finding it follows from.
    pub caused_by: Option<Uuid>,
    /// None when it was the service's.
    pub made_by: Option<AccountId>,
    pub made_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
