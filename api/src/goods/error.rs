//! What goods and stock may be refused for.

use super::adjustment::AdjustmentRefusal;
use super::allocate::AllocationRefusal;
use super::domain::StockRefusal;
use crate::platform::failure::{Failure, Refusal, code};

crate::codes! {
    /// The same person may not sign a quality check, a write-off or a count twice.
    SECOND_SIGNER_REQUIRED = ("second_signer_required", 409, "需要两人签字，请由另一人办理", "A second person must sign");
    /// A write-off or a count of the lot waits for its second signature.
    ADJUSTMENT_PENDING = ("adjustment_pending", 409, "该批次有待确认的报损或盘点", "An adjustment of the lot waits to be confirmed");
    /// Pieces came or went since they were counted.
    STOCK_MOVED = ("stock_moved", 409, "盘点后库存有变动，请重新盘点", "The stock moved since it was counted");
    /// Less is there, or free of reservations, than is asked for.
    OUT_OF_STOCK = ("out_of_stock", 409, "库存不足", "Out of stock");
    /// The goods are no longer offered.
    GOODS_RETIRED = ("goods_retired", 409, "物品已停用", "The goods are retired");
    /// What expired may be written off but not put on the shelf.
    STOCK_EXPIRED = ("stock_expired", 409, "该批次已过期", "The lot has expired");
}

impl From<StockRefusal> for Failure {
    fn from(refusal: StockRefusal) -> Self {
        match refusal {
            StockRefusal::WrongState => code::WRONG_STATE.into(),
            StockRefusal::SameSigner => SECOND_SIGNER_REQUIRED.into(),
            StockRefusal::Expired => STOCK_EXPIRED.into(),
            StockRefusal::NotFree { free } => out_of_stock(i64::from(free)),
        }
    }
}

impl From<AdjustmentRefusal> for Failure {
    fn from(refusal: AdjustmentRefusal) -> Self {
        match refusal {
            AdjustmentRefusal::Stock(refusal) => refusal.into(),
            AdjustmentRefusal::Pending => ADJUSTMENT_PENDING.into(),
            AdjustmentRefusal::Moved => STOCK_MOVED.into(),
            AdjustmentRefusal::NoDifference => Self::field("/counted", "与账面数量相同，无需盘点"),
        }
    }
}

impl From<AllocationRefusal> for Failure {
    fn from(refusal: AllocationRefusal) -> Self {
        match refusal {
            AllocationRefusal::QuantityNotPositive => Self::field("/quantity", "至少为1"),
            AllocationRefusal::OutOfStock { available } => out_of_stock(available),
        }
    }
}

/// The refusal with what is left.
pub(super) fn out_of_stock(available: i64) -> Failure {
    Refusal::new(OUT_OF_STOCK).with("available", available).into()
}
