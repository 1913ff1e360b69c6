//! Ledger entries, consecutive and chained by hash (积分流水). Append-only.

#![expect(missing_docs, reason = "a column whose name says it all needs no line")]

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::{
    ids::{AccountId, LedgerEntryId, VolunteerId},
    value_enum::value_enum,
};

value_enum! {
    /// Kind of a ledger entry (流水类型).
    LedgerKind {
        /// 期初结转
        Opening = "opening",
        /// 获得
        Earn = "earn",
        /// 冻结
        Hold = "hold",
        /// 扣减
        Commit = "commit",
        /// 解冻
        Release = "release",
        /// 退还
        Return = "return",
        /// 到期
        Expire = "expire",
        /// 清零
        ZeroOut = "zero_out",
        /// 恢复
        Restore = "restore",
        /// 冲正
        Reverse = "reverse",
        /// 追回
        Recover = "recover",
    }
}

/// One row of `ledger_entry`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LedgerEntryId,
    pub volunteer_id: VolunteerId,
    /// 1, 2, 3 .. per volunteer, without a gap.
    pub seq: i64,
    pub kind: LedgerKind,
    pub available_delta: i64,
    pub held_delta: i64,
    pub recovery_delta: i64,
    pub available_after: i64,
    pub held_after: i64,
    pub recovery_after: i64,
    pub source_kind: String,
    pub source_id: Uuid,
    pub refers_to: Option<LedgerEntryId>,
    pub actor_account_id: Option<AccountId>,
    pub actor_role: String,
    pub reason: String,
    pub request_id: String,
    pub prev_hash: String,
    pub hash: String,
    pub created_at: DateTime<Utc>,
}

/// No joins start here.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
