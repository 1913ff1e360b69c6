//! From which lots goods are issued: first expired, first out.

use chrono::NaiveDate;
use thiserror::Error;

/// What one lot has to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot<Id> {
    /// The lot.
    pub id: Id,
    /// Last day on which it may be issued; none when it does not spoil.
    pub expires_on: Option<NaiveDate>,
    /// What is neither reserved nor gone.
    pub available: i64,
}

/// What is taken from one lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<Id> {
    /// The lot.
    pub lot: Id,
    /// How much, at least 1.
    pub quantity: i64,
}

/// Why nothing is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AllocationRefusal {
    /// The quantity is zero or negative.
    #[error("the quantity must be positive")]
    QuantityNotPositive,
    /// All lots together have too little that is not expired.
    #[error("only {available} left")]
    OutOfStock {
        /// What they have.
        available: i64,
    },
}

/// Spreads `quantity` over the lots that may be issued on `day`: what expires first goes first,
/// what does not spoil goes last, and of equals the lower id, so that the answer is always the same.
///
/// # Errors
/// `OutOfStock` with what there is; nothing is taken in part.
pub fn allocate<Id: Copy + Ord>(
    lots: &[Lot<Id>],
    quantity: i64,
    day: NaiveDate,
) -> Result<Vec<Part<Id>>, AllocationRefusal> {
    if quantity <= 0 {
        return Err(AllocationRefusal::QuantityNotPositive);
    }
    let is_fresh = |lot: &&Lot<Id>| lot.expires_on.is_none_or(|last| last >= day);
    let mut usable: Vec<_> = lots.iter().filter(is_fresh).filter(|lot| lot.available > 0).collect();
    usable.sort_by_key(|lot| (lot.expires_on.unwrap_or(NaiveDate::MAX), lot.id));

    let mut missing = quantity;
    let mut parts = Vec::new();
    for lot in usable {
        let taken = missing.min(lot.available);
        missing -= taken;
        if taken > 0 {
            parts.push(Part { lot: lot.id, quantity: taken });
        }
    }
    // When something is missing every usable lot was emptied: the parts are all there is.
    if missing > 0 {
        return Err(AllocationRefusal::OutOfStock { available: quantity - missing });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(of_month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, of_month).unwrap()
    }

    fn lot(id: u8, expires_on: Option<u32>, available: i64) -> Lot<u8> {
        Lot { id, expires_on: expires_on.map(day), available }
    }

    fn part(lot: u8, quantity: i64) -> Part<u8> {
        Part { lot, quantity }
    }

    #[test]
    fn what_expires_first_goes_first() {
        let lots = [lot(1, None, 5), lot(2, Some(20), 2), lot(3, Some(10), 1), lot(4, Some(20), 2)];
        assert_eq!(allocate(&lots, 1, day(5)), Ok(vec![part(3, 1)]));
        assert_eq!(allocate(&lots, 2, day(5)), Ok(vec![part(3, 1), part(2, 1)]));
        let all = vec![part(3, 1), part(2, 2), part(4, 2), part(1, 5)];
        assert_eq!(allocate(&lots, 10, day(5)), Ok(all));
        let refusal = AllocationRefusal::OutOfStock { available: 10 };
        assert_eq!(allocate(&lots, 11, day(5)), Err(refusal));
    }

    #[test]
    fn a_lot_is_issued_on_its_last_day_and_not_after() {
        let lots = [lot(1, Some(10), 1)];
        assert!(allocate(&lots, 1, day(10)).is_ok());
        let refusal = AllocationRefusal::OutOfStock { available: 0 };
        assert_eq!(allocate(&lots, 1, day(11)), Err(refusal));
    }

    #[test]
    fn refuses_no_quantity_and_no_stock() {
        let refusal = AllocationRefusal::QuantityNotPositive;
        assert_eq!(allocate(&[lot(1, None, 5)], 0, day(1)), Err(refusal));
        assert_eq!(allocate(&[lot(1, None, 5)], -3, day(1)), Err(refusal));
        let refusal = AllocationRefusal::OutOfStock { available: 0 };
        assert_eq!(allocate::<u8>(&[], 1, day(1)), Err(refusal));
        assert_eq!(allocate(&[lot(1, None, -2)], 1, day(1)), Err(refusal));
    }

    #[test]
    fn huge_stock_does_not_overflow() {
        let lots = [lot(1, None, i64::MAX), lot(2, None, i64::MAX)];
        assert_eq!(allocate(&lots, i64::MAX, day(1)), Ok(vec![part(1, i64::MAX)]));
    }

    prop_compose! {
        fn any_lots()(
            raw in prop::collection::vec((prop::option::of(1_u32..28), 0_i64..6), 0..8),
        ) -> Vec<Lot<usize>> {
            raw.into_iter()
                .enumerate()
                .map(|(id, (last, available))| Lot { id, expires_on: last.map(day), available })
                .collect()
        }
    }

    proptest! {
        #[test]
        fn takes_exactly_what_was_asked_and_nothing_expired(
            lots in any_lots(), quantity in 1_i64..30, today in 1_u32..28,
        ) {
            let fresh = |lot: &Lot<usize>| lot.expires_on.is_none_or(|last| last >= day(today));
            let stock: i64 = lots.iter().filter(|lot| fresh(lot)).map(|lot| lot.available).sum();
            match allocate(&lots, quantity, day(today)) {
                Ok(parts) => {
                    prop_assert_eq!(parts.iter().map(|p| p.quantity).sum::<i64>(), quantity);
                    for p in &parts {
                        prop_assert!(fresh(&lots[p.lot]));
                        prop_assert!(p.quantity > 0 && p.quantity <= lots[p.lot].available);
                    }
                    // No lot left standing expires before one that was taken.
                    let latest = parts.iter().map(|p| lots[p.lot].expires_on.unwrap_or(NaiveDate::MAX)).max();
                    let skipped = lots.iter().filter(|lot| fresh(lot) && lot.available > 0)
                        .filter(|lot| parts.iter().all(|p| p.lot != lot.id));
                    for lot in skipped {
                        prop_assert!(lot.expires_on.unwrap_or(NaiveDate::MAX) >= latest.unwrap());
                    }
                }
                Err(refusal) => {
                    prop_assert!(stock < quantity);
                    prop_assert_eq!(refusal, AllocationRefusal::OutOfStock { available: stock });
                }
            }
        }

        #[test]
        fn the_order_of_the_lots_does_not_matter(mut lots in any_lots(), quantity in 1_i64..30) {
            let one = allocate(&lots, quantity, day(5));
            lots.reverse();
            prop_assert_eq!(allocate(&lots, quantity, day(5)), one);
        }
    }
}
