//! What the ledger may refuse.

use super::domain::LedgerRefusal;
use crate::platform::failure::{Failure, Refusal};

crate::codes! {
    /// Less is spendable than is to be taken.
    INSUFFICIENT_POINTS = ("insufficient_points", 409, "可用积分不足", "Not enough points are available");
    /// The hold was committed or released before.
    HOLD_ENDED = ("hold_ended", 409, "冻结的积分已经处理过", "The hold has ended already");
    /// The earning was taken back before.
    ALREADY_REVERSED = ("already_reversed", 409, "这笔积分已经冲正过", "The earning was reversed already");
    /// A paper book is taken over only into an account without entries.
    ALREADY_OPENED = ("ledger_already_opened", 409, "积分账户已有流水，不能再结转期初", "The account already has entries");
    /// The account would hold more than it may.
    ACCOUNT_FULL = ("points_account_full", 409, "积分账户已达上限", "The account would exceed its limit");
}

impl From<LedgerRefusal> for Failure {
    fn from(refusal: LedgerRefusal) -> Self {
        match refusal {
            LedgerRefusal::InsufficientPoints { available } => Refusal::new(INSUFFICIENT_POINTS)
                .detail(format!("可用积分只有{available}分"))
                .with("available", available)
                .into(),
            LedgerRefusal::InsufficientHeld { .. } => HOLD_ENDED.into(),
            LedgerRefusal::AlreadyOpened => ALREADY_OPENED.into(),
            LedgerRefusal::AccountFull => ACCOUNT_FULL.into(),
            // Points are computed by us and rows are written by us: these are our faults.
            LedgerRefusal::PointsOutOfRange
            | LedgerRefusal::ImpossibleBalances
            | LedgerRefusal::Overflow => Self::internal(refusal),
        }
    }
}
