//! What may be written off or counted, and who may confirm it. Pure.

use entity::ids::AccountId;
use entity::stock_adjustment::{self, StockAdjustmentKind, StockAdjustmentState};
use entity::stock_lot::{self, StockLotState};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::domain::{StockRefusal, decide_count, decide_write_off};

/// What the second person does (对库存调整的操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AdjustmentAction {
    /// 确认
    Confirm,
    /// 不予通过
    Reject,
}

impl AdjustmentAction {
    /// Every action.
    pub(super) const ALL: [Self; 2] = [Self::Confirm, Self::Reject];

    /// From which state, and to which.
    const fn edge(self) -> (StockAdjustmentState, StockAdjustmentState) {
        use StockAdjustmentState as S;
        match self {
            Self::Confirm => (S::Proposed, S::Confirmed),
            Self::Reject => (S::Proposed, S::Rejected),
        }
    }

    /// The state reached.
    pub(super) const fn target(self) -> StockAdjustmentState {
        self.edge().1
    }
}

/// Why stock is not adjusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AdjustmentRefusal {
    /// As for any change of stock.
    Stock(StockRefusal),
    /// Another adjustment of the lot waits.
    Pending,
    /// Pieces came or went since they were counted.
    Moved,
    /// The count agrees with the books.
    NoDifference,
}

impl From<StockRefusal> for AdjustmentRefusal {
    fn from(refusal: StockRefusal) -> Self {
        Self::Stock(refusal)
    }
}

/// What confirming does to a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    /// Pieces fewer.
    pub(super) lost: i32,
    /// Pieces more.
    pub(super) surplus: i32,
    /// The lot's state after it.
    pub(super) state: StockLotState,
}

/// What an adjustment comes to at this moment.
///
/// # Errors
/// Why it cannot be: more than is free, a count below what is reserved, a lot done with.
pub(super) fn decide_posting(
    lot: &stock_lot::Model,
    kind: StockAdjustmentKind,
    quantity: i32,
) -> Result<Posting, AdjustmentRefusal> {
    match kind {
        StockAdjustmentKind::WriteOff => {
            let state = decide_write_off(lot, quantity)?;
            Ok(Posting { lost: quantity, surplus: 0, state })
        }
        StockAdjustmentKind::Count => {
            let state = decide_count(lot, quantity)?;
            if quantity == lot.on_hand {
                return Err(AdjustmentRefusal::NoDifference);
            }
            let lost = lot.on_hand.saturating_sub(quantity).max(0);
            let surplus = quantity.saturating_sub(lot.on_hand).max(0);
            Ok(Posting { lost, surplus, state })
        }
    }
}

/// Whether this person may decide now.
///
/// # Errors
/// `WrongState` once it is decided, `SameSigner` for who proposed it.
pub(super) fn decide(
    action: AdjustmentAction,
    row: &stock_adjustment::Model,
    by: AccountId,
) -> Result<StockAdjustmentState, StockRefusal> {
    let (from, to) = action.edge();
    if row.state != from {
        return Err(StockRefusal::WrongState);
    }
    if row.proposed_by == by { Err(StockRefusal::SameSigner) } else { Ok(to) }
}

/// A count is good only for the books it was compared with.
pub(super) fn check_unmoved(
    row: &stock_adjustment::Model,
    lot: &stock_lot::Model,
) -> Result<(), AdjustmentRefusal> {
    let moved = row.kind == StockAdjustmentKind::Count && row.on_hand_seen != lot.on_hand;
    if moved { Err(AdjustmentRefusal::Moved) } else { Ok(()) }
}
