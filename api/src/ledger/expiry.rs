//! Which points of an account are how old, and which are over their time (积分有效期).
//!
//! Each opening and each earning is a lot. What is spent, zeroed or recovered comes from the
//! oldest lots; an expiry comes from the one lot it refers to, an earning taken back from its own
//! lot before the oldest. Goods that come back and a zeroing undone fill again the lots they were
//! taken from; what came back has a last day of its own, which the rest of the lot has not. Within
//! a lot whatever ends first goes first. Holding moves nothing out of a lot: points that are held
//! are taken to be those that would be spent next. The lots together are always what is available
//! and held. Pure.

use std::collections::{BTreeMap, HashMap};
use std::iter;

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use entity::ids::LedgerEntryId;
use entity::ledger_entry::{self, LedgerKind};
use thiserror::Error;

use crate::platform::clock::local_day;

/// What came back after its time was over may still be used for so long.
const GRACE: TimeDelta = TimeDelta::days(30);

/// For how long points are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Months from the day of the earning; usable to the end of the day that many months later.
    pub months: u32,
    /// When these terms came into force: what is older counts from then, so that no term takes
    /// points before it was known for as long as it lasts.
    pub since: DateTime<Utc>,
}

/// Why entries cannot be told apart into lots: the books are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LotFault {
    /// More is taken than all lots have.
    #[error("more is taken than the lots have")]
    Overdrawn,
    /// More expires than is left of that earning, or there is no such earning.
    #[error("more expires than is left of the earning")]
    ExpiredTooMuch,
    /// It gives back something else than was taken.
    #[error("something else is given back than was taken")]
    GivenBackOtherwise,
}

/// One earning or opening, and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lot {
    /// The entry that made it.
    entry: LedgerEntryId,
    /// When.
    earned_at: DateTime<Utc>,
    /// What is left, what came back included.
    left: i64,
    /// How often something of it expired.
    expiries: u32,
    /// How much of it expired, or was zeroed and not given back.
    ended: i64,
    /// Whether the earning was taken back.
    is_reversed: bool,
    /// What is left of what came back, by the day before whose end it does not expire.
    kept: BTreeMap<NaiveDate, i64>,
}

impl Lot {
    /// What is left by its last day, soonest first; none when it has no end. What came back ends
    /// with the rest at the earliest, so that no term changes the order.
    fn parts(&self, terms: Terms) -> Option<impl Iterator<Item = (NaiveDate, i64)>> {
        let from = local_day(self.earned_at.max(terms.since));
        let last = from.checked_add_months(Months::new(terms.months))?;
        let rest = self.left - self.kept.values().sum::<i64>();
        let kept = self.kept.iter().map(move |(day, points)| (last.max(*day), *points));
        Some(iter::once((last, rest)).chain(kept))
    }

    /// Takes of what ends first: what never came back, then what came back, by its day.
    fn take(&mut self, points: i64) {
        self.left -= points;
        let mut excess = self.kept.values().sum::<i64>() - self.left;
        while excess > 0
            && let Some((day, part)) = self.kept.pop_first()
        {
            if part > excess {
                self.kept.insert(day, part - excess);
            }
            excess -= part;
        }
    }

    /// Fills it again with what came back, which is kept until a day.
    fn keep(&mut self, points: i64, until: NaiveDate) {
        self.left = self.left.saturating_add(points);
        let kept = self.kept.entry(until).or_default();
        *kept = kept.saturating_add(points);
    }
}

/// Points of one lot that end with a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The entry that made the lot.
    pub lot: LedgerEntryId,
    /// When.
    pub earned_at: DateTime<Utc>,
    /// The so-manieth expiry of that lot it is, or will be.
    pub number: u32,
    /// How many, those held left out.
    pub points: i64,
    /// Last day on which they can be used.
    pub last_day: NaiveDate,
}

/// The lots of one account, in the order they were made.
#[derive(Debug, Default)]
pub struct Lots {
    all: Vec<Lot>,
    places: HashMap<LedgerEntryId, usize>,
    /// Of which lots a commit took how much.
    spent: HashMap<LedgerEntryId, Vec<(usize, i64)>>,
    /// Of which lots a zero-out took how much that was not given back.
    zeroed: HashMap<LedgerEntryId, Vec<(usize, i64)>>,
    /// Lots before this one are empty.
    first: usize,
    held: i64,
    total: i64,
}

impl Lots {
    /// Reads the account's next entry.
    ///
    /// # Errors
    /// What is wrong with it; the lots are then not to be used any more.
    pub fn read(&mut self, entry: &ledger_entry::Model) -> Result<(), LotFault> {
        self.held = entry.held_after;
        let points = entry.available_delta.saturating_add(entry.held_delta);
        match entry.kind {
            LedgerKind::Opening | LedgerKind::Earn => {
                self.add(entry, points);
                Ok(())
            }
            LedgerKind::Commit => {
                let parts = self.take(points.saturating_neg())?;
                self.spent.insert(entry.id, parts);
                Ok(())
            }
            LedgerKind::ZeroOut => self.zero(entry, points.saturating_neg()),
            LedgerKind::Recover => self.take(points.saturating_neg()).map(drop),
            LedgerKind::Reverse => self.reverse(entry, points.saturating_neg()),
            LedgerKind::Expire => self.expire(entry, points.saturating_neg()),
            LedgerKind::Return => {
                let parts = entry.refers_to.and_then(|id| self.spent.remove(&id));
                self.give_back(entry, points, &parts.unwrap_or_default())
            }
            LedgerKind::Restore => self.restore(entry, points),
            LedgerKind::Hold | LedgerKind::Release => Ok(()),
        }
    }

    /// How much of an earning expired or was zeroed and not given back: an earning that is taken
    /// back does not cost that again. Nothing of one that was taken back before.
    #[must_use]
    pub fn ended_of(&self, earning: LedgerEntryId) -> i64 {
        let lot = self.places.get(&earning).and_then(|place| self.all.get(*place));
        lot.filter(|lot| !lot.is_reversed).map_or(0, |lot| lot.ended)
    }

    /// What a zero-out took and was not given back, earnings left out that were taken back since.
    #[must_use]
    pub fn zeroed_by(&self, zeroing: LedgerEntryId) -> i64 {
        let parts = self.zeroed.get(&zeroing).map(Vec::as_slice).unwrap_or_default();
        parts.iter().map(|(_, part)| part).sum()
    }

    fn add(&mut self, entry: &ledger_entry::Model, left: i64) {
        self.places.insert(entry.id, self.all.len());
        let (entry, earned_at) = (entry.id, entry.created_at);
        self.total = self.total.saturating_add(left);
        let (expiries, ended, is_reversed, kept) = (0, 0, false, BTreeMap::new());
        self.all.push(Lot { entry, earned_at, left, expiries, ended, is_reversed, kept });
    }

    /// Takes from the oldest; says how much of which.
    fn take(&mut self, points: i64) -> Result<Vec<(usize, i64)>, LotFault> {
        let (mut missing, mut parts) = (points, Vec::new());
        for (place, lot) in self.all.iter_mut().enumerate().skip(self.first) {
            if missing == 0 {
                break;
            }
            let part = missing.min(lot.left);
            lot.take(part);
            self.total -= part;
            missing -= part;
            self.first = place;
            if part > 0 {
                parts.push((place, part));
            }
        }
        if missing == 0 { Ok(parts) } else { Err(LotFault::Overdrawn) }
    }

    fn zero(&mut self, entry: &ledger_entry::Model, points: i64) -> Result<(), LotFault> {
        let parts = self.take(points)?;
        for (place, part) in &parts {
            if let Some(lot) = self.all.get_mut(*place) {
                lot.ended = lot.ended.saturating_add(*part);
            }
        }
        self.zeroed.insert(entry.id, parts);
        Ok(())
    }

    fn expire(&mut self, entry: &ledger_entry::Model, points: i64) -> Result<(), LotFault> {
        let (_, lot) = self.referred(entry).ok_or(LotFault::ExpiredTooMuch)?;
        if lot.left < points {
            return Err(LotFault::ExpiredTooMuch);
        }
        lot.take(points);
        lot.ended = lot.ended.saturating_add(points);
        lot.expiries = lot.expiries.saturating_add(1);
        self.total -= points;
        Ok(())
    }

    /// Takes from the earning's own lot, and the rest from the oldest.
    fn reverse(&mut self, entry: &ledger_entry::Model, points: i64) -> Result<(), LotFault> {
        let (_, lot) = self.referred(entry).ok_or(LotFault::GivenBackOtherwise)?;
        if lot.ended > 0 {
            return Err(LotFault::GivenBackOtherwise);
        }
        let own = points.min(lot.left);
        lot.take(own);
        lot.is_reversed = true;
        self.total -= own;
        self.take(points - own).map(drop)
    }

    /// A zeroing undone fills the lots it emptied; an earning about to be taken back is first
    /// filled with all that ended of it.
    fn restore(&mut self, entry: &ledger_entry::Model, points: i64) -> Result<(), LotFault> {
        let Some((place, lot)) = self.referred(entry) else {
            let parts = entry.refers_to.and_then(|id| self.zeroed.remove(&id)).unwrap_or_default();
            self.give_back(entry, points, &parts)?;
            for (place, part) in parts {
                if let Some(lot) = self.all.get_mut(place) {
                    lot.ended -= part;
                }
            }
            return Ok(());
        };
        if lot.is_reversed || lot.ended != points {
            return Err(LotFault::GivenBackOtherwise);
        }
        lot.left = lot.left.saturating_add(points);
        lot.ended = 0;
        self.total = self.total.saturating_add(points);
        self.first = self.first.min(place);
        for parts in self.zeroed.values_mut() {
            parts.retain(|(of, _)| *of != place);
        }
        Ok(())
    }

    /// The lot an entry refers to, and its place.
    fn referred(&mut self, entry: &ledger_entry::Model) -> Option<(usize, &mut Lot)> {
        let place = entry.refers_to.and_then(|id| self.places.get(&id).copied())?;
        self.all.get_mut(place).map(|lot| (place, lot))
    }

    fn give_back(
        &mut self,
        entry: &ledger_entry::Model,
        points: i64,
        parts: &[(usize, i64)],
    ) -> Result<(), LotFault> {
        if parts.iter().map(|(_, part)| part).sum::<i64>() != points {
            return Err(LotFault::GivenBackOtherwise);
        }
        for (place, part) in parts {
            if let Some(lot) = self.all.get_mut(*place) {
                lot.keep(*part, local_day(entry.created_at + GRACE));
                self.total = self.total.saturating_add(*part);
                self.first = self.first.min(*place);
            }
        }
        Ok(())
    }

    /// What all lots have left: available and held together.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.total
    }

    /// What ends, in the order in which it would be spent: lot by lot, and of each what ends
    /// first. Held points are the first of these and do not end while they are held.
    fn endings(&self, terms: Terms) -> Vec<Ending> {
        let (mut held, mut endings) = (self.held, Vec::<Ending>::new());
        for lot in self.all.iter().skip(self.first) {
            let Some(parts) = lot.parts(terms) else {
                held -= held.min(lot.left);
                continue;
            };
            let mut number = lot.expiries;
            for (last_day, left) in parts {
                let covered = held.min(left);
                held -= covered;
                let (points, earned_at) = (left - covered, lot.earned_at);
                let same = |it: &&mut Ending| it.lot == lot.entry && it.last_day == last_day;
                if let Some(ending) = endings.last_mut().filter(same) {
                    ending.points = ending.points.saturating_add(points);
                } else if points > 0 {
                    endings.push(Ending { lot: lot.entry, earned_at, number, points, last_day });
                    number = number.saturating_add(1);
                }
            }
        }
        endings
    }

    /// What is over its time on `today`, the oldest first.
    #[must_use]
    pub fn due(&self, terms: Terms, today: NaiveDate) -> Vec<Ending> {
        self.endings(terms).into_iter().filter(|ending| ending.last_day < today).collect()
    }

    /// How many points end next, on `today` at the earliest, and with which day.
    #[must_use]
    pub fn next(&self, terms: Terms, today: NaiveDate) -> Option<(i64, NaiveDate)> {
        let endings = self.endings(terms);
        let coming = endings.iter().filter(|ending| ending.last_day >= today);
        let day = coming.clone().map(|ending| ending.last_day).min()?;
        let same = coming.filter(|ending| ending.last_day == day);
        Some((same.map(|ending| ending.points).fold(0, i64::saturating_add), day))
    }
}

#[cfg(test)]
#[path = "expiry_tests.rs"]
mod tests;
