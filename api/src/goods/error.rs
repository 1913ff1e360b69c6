//! What goods and stock may be refused for.

use super::allocate::AllocationRefusal;
use super::domain::StockRefusal;
use crate::platform::failure::{Failure, Refusal, code};

crate::codes! {
    /// The same person may not sign the quality check twice.
    SECOND_SIGNER_REQUIRED = ("second_signer_required", 409, "验收需要两人,请由另一人签收", "The quality check needs a second person");
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
