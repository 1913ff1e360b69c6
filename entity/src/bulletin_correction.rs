//! What became different from a bulletin after its publication (季度公开更正). Append-only.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, BulletinCorrectionId, BulletinId},
    value_enum::value_enum,
};

value_enum! {
    /// Kind of a bulletin's correction (更正种类).
    BulletinCorrectionKind {
        /// 物品已退回，积分已退还
        Returned = "returned",
        /// 更正说明
        Stated = "stated",
    }
}

/// One row of `bulletin_correction`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulletin_correction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BulletinCorrectionId,
    pub bulletin_id: BulletinId,
    /// The line it is about; none for the figures.
    pub position: Option<i32>,
    pub kind: BulletinCorrectionKind,
    /// In words, for the public: never with personal data.
    pub reason: String,
    /// None when it was the service's.
    pub made_by: Option<AccountId>,
    pub made_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
