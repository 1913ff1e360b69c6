//! Rules of goods and stock lots: who signs, when a lot may be shelved, what is left. Pure.

use chrono::{NaiveDate, TimeDelta};
use entity::goods::GoodsState;
use entity::ids::AccountId;
use entity::stock_lot::{self, StockLotState};
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

/// A lot that spoils within so many days is shown as soon to expire.
const SOON: TimeDelta = TimeDelta::days(30);

/// What can be done with a lot by hand (批次操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LotAction {
    /// 验收签字
    Accept,
    /// 上架
    Shelve,
    /// 报损
    WriteOff,
    /// 盘点
    Count,
}

impl LotAction {
    const ALL: [Self; 4] = [Self::Accept, Self::Shelve, Self::WriteOff, Self::Count];

    /// The life of a lot: from which states, to which. A count leads to the end only when
    /// nothing is there. Issuing leads from the shelf
    /// to `exhausted` and writing off to `written_off` when nothing is left; until
    /// then the lot stays where it is.
    const fn edge(self) -> (&'static [StockLotState], StockLotState) {
        use StockLotState as S;
        match self {
            Self::Accept => (&[S::Quarantine], S::Accepted),
            Self::Shelve => (&[S::Accepted], S::OnShelf),
            Self::WriteOff => (&[S::Quarantine, S::Accepted, S::OnShelf], S::WrittenOff),
            Self::Count => (&[S::Accepted, S::OnShelf], S::WrittenOff),
        }
    }

    /// The state reached from `from`.
    fn apply(self, from: StockLotState) -> Result<StockLotState, StockRefusal> {
        let (allowed, to) = self.edge();
        if allowed.contains(&from) { Ok(to) } else { Err(StockRefusal::WrongState) }
    }
}

/// What can be done with goods (物品操作).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GoodsAction {
    /// 修改
    Update,
    /// 停用
    Retire,
}

/// Why stock does not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum StockRefusal {
    /// The lot's state does not allow it.
    #[error("wrong state")]
    WrongState,
    /// The quality check is signed by two different persons.
    #[error("a second person must sign")]
    SameSigner,
    /// It expired.
    #[error("expired")]
    Expired,
    /// Less is free of reservations than is to go.
    #[error("only {free} are free")]
    NotFree {
        /// What is free.
        free: i32,
    },
}

/// Which of the two signatures of the quality check this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signature {
    /// The first: the lot stays in quarantine.
    First,
    /// The second: the lot is accepted.
    Second,
}

/// Two different persons sign; whoever received the lot may be one of them.
pub(crate) fn decide_acceptance(
    lot: &stock_lot::Model,
    by: AccountId,
) -> Result<Signature, StockRefusal> {
    LotAction::Accept.apply(lot.state)?;
    match lot.accepted_by {
        None => Ok(Signature::First),
        Some(first) if first == by => Err(StockRefusal::SameSigner),
        Some(_) => Ok(Signature::Second),
    }
}

/// What expired is not put on the shelf.
pub(crate) fn decide_shelving(
    lot: &stock_lot::Model,
    today: NaiveDate,
) -> Result<(), StockRefusal> {
    LotAction::Shelve.apply(lot.state)?;
    if is_expired(lot, today) { Err(StockRefusal::Expired) } else { Ok(()) }
}

/// Only what nobody reserved may be written off; answers the lot's next state.
pub(crate) fn decide_write_off(
    lot: &stock_lot::Model,
    quantity: i32,
) -> Result<StockLotState, StockRefusal> {
    let gone = LotAction::WriteOff.apply(lot.state)?;
    let free = free(lot);
    if quantity > free {
        return Err(StockRefusal::NotFree { free });
    }
    Ok(if quantity == lot.on_hand { gone } else { lot.state })
}

/// What is counted covers at least what is reserved; answers the lot's next state.
pub(crate) fn decide_count(
    lot: &stock_lot::Model,
    counted: i32,
) -> Result<StockLotState, StockRefusal> {
    let gone = LotAction::Count.apply(lot.state)?;
    if counted < lot.reserved {
        return Err(StockRefusal::NotFree { free: free(lot) });
    }
    Ok(if counted == 0 { gone } else { lot.state })
}

/// What is there and not reserved.
pub(crate) fn free(lot: &stock_lot::Model) -> i32 {
    lot.on_hand.saturating_sub(lot.reserved)
}

/// Whether the last day to issue it is over.
pub(crate) fn is_expired(lot: &stock_lot::Model, today: NaiveDate) -> bool {
    lot.expires_on.is_some_and(|last| last < today)
}

/// Whether there is something left that will soon expire.
pub(crate) fn is_expiring_soon(lot: &stock_lot::Model, today: NaiveDate) -> bool {
    let soon = |last: NaiveDate| last >= today && last - today <= SOON;
    lot.on_hand > 0 && lot.expires_on.is_some_and(soon)
}

/// What `by` may do with the lot now.
pub(crate) fn lot_actions(
    lot: &stock_lot::Model,
    by: AccountId,
    today: NaiveDate,
) -> Vec<LotAction> {
    let may = |action: &LotAction| match action {
        LotAction::Accept => decide_acceptance(lot, by).is_ok(),
        LotAction::Shelve => decide_shelving(lot, today).is_ok(),
        LotAction::WriteOff => decide_write_off(lot, 1).is_ok(),
        LotAction::Count => decide_count(lot, lot.on_hand).is_ok(),
    };
    LotAction::ALL.into_iter().filter(may).collect()
}

/// What may be done with goods of that state.
pub(crate) fn goods_actions(state: GoodsState) -> Vec<GoodsAction> {
    match state {
        GoodsState::Active => vec![GoodsAction::Update, GoodsAction::Retire],
        GoodsState::Retired => Vec::new(),
    }
}

/// Pictures are fetched by the mini-program, which takes encrypted addresses only.
pub(crate) fn check_image_url(url: Option<&str>) -> Result<(), &'static str> {
    match url {
        Some(url) if !url.starts_with("https://") => Err("须以 https:// 开头"),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use sea_orm::Iterable;
    use uuid::Uuid;

    fn account(n: u128) -> AccountId {
        Uuid::from_u128(n).into()
    }

    fn day(of_month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, of_month).unwrap()
    }

    fn lot(state: StockLotState) -> stock_lot::Model {
        stock_lot::Model {
            id: Uuid::nil().into(),
            goods_id: Uuid::nil().into(),
            site_id: Uuid::nil().into(),
            state,
            source: stock_lot::StockSource::Donation,
            source_ref: None,
            donor_name: None,
            unit_value_fen: None,
            received: 10,
            on_hand: 10,
            reserved: 4,
            issued: 0,
            written_off: 0,
            surplus: 0,
            expires_on: Some(day(20)),
            received_by: account(1),
            received_at: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
            accepted_by: None,
            second_accepted_by: None,
            accepted_at: None,
            shelved_at: None,
            note: None,
            version: 1,
        }
    }

    #[test]
    fn the_life_of_a_lot_has_these_steps_and_no_others() {
        use StockLotState as S;
        for (action, from) in [
            (LotAction::Accept, &[S::Quarantine][..]),
            (LotAction::Shelve, &[S::Accepted]),
            (LotAction::WriteOff, &[S::Quarantine, S::Accepted, S::OnShelf]),
            (LotAction::Count, &[S::Accepted, S::OnShelf]),
        ] {
            for state in S::iter() {
                assert_eq!(
                    action.apply(state).is_ok(),
                    from.contains(&state),
                    "{action:?} {state}"
                );
            }
        }
    }

    #[test]
    fn two_different_persons_sign_the_quality_check() {
        let mut lot = lot(StockLotState::Quarantine);
        assert_eq!(decide_acceptance(&lot, account(1)), Ok(Signature::First));
        lot.accepted_by = Some(account(1));
        assert_eq!(decide_acceptance(&lot, account(1)), Err(StockRefusal::SameSigner));
        assert_eq!(decide_acceptance(&lot, account(2)), Ok(Signature::Second));
        assert_eq!(lot_actions(&lot, account(1), day(1)), [LotAction::WriteOff]);
    }

    #[test]
    fn only_what_nobody_reserved_is_written_off() {
        let mut lot = lot(StockLotState::OnShelf);
        assert_eq!(decide_write_off(&lot, 6), Ok(StockLotState::OnShelf));
        assert_eq!(decide_write_off(&lot, 7), Err(StockRefusal::NotFree { free: 6 }));
        lot.reserved = 0;
        assert_eq!(decide_write_off(&lot, 10), Ok(StockLotState::WrittenOff));
    }

    #[test]
    fn a_lot_is_good_on_its_last_day() {
        let lot = lot(StockLotState::Accepted);
        assert!(decide_shelving(&lot, day(20)).is_ok());
        assert_eq!(decide_shelving(&lot, day(21)), Err(StockRefusal::Expired));
        assert!(is_expiring_soon(&lot, day(1)));
        assert!(!is_expiring_soon(&lot, day(21)), "expired, not soon");
        assert!(!is_expiring_soon(&lot, day(20) - TimeDelta::days(31)));
    }
}
