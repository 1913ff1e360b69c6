//! What the model knows of points: pure decisions and maps.

use std::collections::{BTreeMap, HashMap, HashSet};

use api::ledger::domain::{AccountState, Command, LedgerRefusal, Points, decide};
use api::platform::clock::local_day;
use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use entity::ledger_entry::LedgerKind;

use super::reference::{Answer, refuse};

/// Two accounts, and what was posted to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Accounts {
    pub(super) states: [AccountState; 2],
    posted: HashMap<(u128, LedgerKind), (usize, i64)>,
    /// Source, whose, how many.
    pub(super) earnings: Vec<(u128, usize, i64)>,
    /// Their sources.
    pub(super) zeroings: Vec<u128>,
    reversed: HashSet<u128>,
    /// Entries of all accounts.
    pub(super) entries: u64,
    purses: [Purse; 2],
}

/// The points of an account one heap after the other, the oldest first.
#[derive(Clone, Debug, Default)]
struct Purse {
    heaps: Vec<Heap>,
    taken: HashMap<(u128, LedgerKind), Vec<(usize, i64)>>,
    last: DateTime<Utc>,
}

#[derive(Clone, Debug)]
struct Heap {
    /// Of which source it is.
    of: u128,
    earned: DateTime<Utc>,
    /// Its points by how long they are kept at least: those that never came back are not.
    portions: BTreeMap<NaiveDate, i64>,
    /// How much of it expired.
    expired: i64,
}

impl Heap {
    fn points(&self) -> i64 {
        self.portions.values().sum()
    }

    fn add(&mut self, points: i64, kept: NaiveDate) {
        *self.portions.entry(kept).or_default() += points;
    }

    /// Takes of what ends first.
    fn take(&mut self, mut points: i64) {
        for portion in self.portions.values_mut() {
            let part = points.min(*portion);
            *portion -= part;
            points -= part;
        }
        assert_eq!(points, 0, "the heap is less than what is taken");
    }
}

impl Purse {
    fn take(&mut self, mut points: i64) -> Vec<(usize, i64)> {
        let mut parts = vec![];
        for (place, heap) in self.heaps.iter_mut().enumerate() {
            let part = heap.points().min(points);
            heap.take(part);
            points -= part;
            parts.push((place, part));
        }
        assert_eq!(points, 0, "the heaps are less than the account");
        parts
    }

    fn of(&self, source: u128) -> usize {
        self.heaps.iter().position(|heap| heap.of == source).expect("a heap")
    }

    /// What zeroings took of a heap that was not given back.
    fn zeroed(&mut self) -> impl Iterator<Item = &mut (usize, i64)> {
        let zeroings = self.taken.iter_mut().filter(|((_, kind), _)| *kind == LedgerKind::ZeroOut);
        zeroings.flat_map(|(_, parts)| parts)
    }

    /// How much of an earning ended without being spent.
    fn ended(&mut self, source: u128) -> i64 {
        let place = self.of(source);
        let zeroed = self.zeroed().filter(|(at, _)| *at == place).map(|(_, part)| *part);
        zeroed.sum::<i64>() + self.heaps[place].expired
    }

    /// What a zeroing took that was not given back.
    fn zeroed_by(&self, source: u128) -> i64 {
        let parts = self.taken.get(&(source, LedgerKind::ZeroOut));
        parts.map_or(0, |parts| parts.iter().map(|(_, part)| part).sum())
    }

    /// Does with the heaps what an entry does with the account; `of` is the earning it takes back.
    fn follow(&mut self, (source, of): (u128, Option<u128>), kind: LedgerKind, change: i64) {
        match (kind, of.map(|of| self.of(of))) {
            (LedgerKind::Opening | LedgerKind::Earn, _) => self.heaps.push(Heap {
                of: source,
                earned: self.last,
                portions: BTreeMap::from([(NaiveDate::MIN, change)]),
                expired: 0,
            }),
            (LedgerKind::Return, _) => self.give_back((source, LedgerKind::Commit)),
            (LedgerKind::Restore, None) => self.give_back((source, LedgerKind::ZeroOut)),
            (LedgerKind::Restore, Some(place)) => {
                self.zeroed().filter(|(at, _)| *at == place).for_each(|(_, part)| *part = 0);
                self.heaps[place].add(change, NaiveDate::MIN);
                self.heaps[place].expired = 0;
            }
            (LedgerKind::Reverse, Some(place)) => {
                let own = self.heaps[place].points().min(-change);
                self.heaps[place].take(own);
                self.take(-change - own);
            }
            _ => {
                let parts = self.take(-change);
                self.taken.insert((source, kind), parts);
            }
        }
    }

    fn give_back(&mut self, taken: (u128, LedgerKind)) {
        for (place, part) in self.taken.remove(&taken).expect("what was taken") {
            self.heaps[place].add(part, local_day(self.last + TimeDelta::days(30)));
        }
    }

    /// What is over its time, the held points left out, heap by heap and day by day. Points are
    /// good for a month.
    fn due(&self, held: i64, today: NaiveDate) -> Vec<(usize, i64)> {
        let mut held = held;
        let mut due = vec![];
        for (place, heap) in self.heaps.iter().enumerate() {
            let last = local_day(heap.earned).checked_add_months(Months::new(1)).unwrap();
            let mut ends = BTreeMap::<NaiveDate, i64>::new();
            for (kept, portion) in &heap.portions {
                let covered = held.min(*portion);
                held -= covered;
                *ends.entry(last.max(*kept)).or_default() += portion - covered;
            }
            let over = ends.into_iter().filter(|(day, points)| *day < today && *points > 0);
            due.extend(over.map(|(_, points)| (place, points)));
        }
        due
    }
}

fn code_of(refusal: LedgerRefusal) -> Answer {
    refuse(match refusal {
        LedgerRefusal::InsufficientPoints { .. } => "insufficient_points",
        LedgerRefusal::InsufficientHeld { .. } => "hold_ended",
        LedgerRefusal::AlreadyOpened => "ledger_already_opened",
        LedgerRefusal::AccountFull => "points_account_full",
        LedgerRefusal::PointsOutOfRange
        | LedgerRefusal::ImpossibleBalances
        | LedgerRefusal::Overflow => "internal",
    })
}

impl Accounts {
    /// Takes what is over its time.
    pub(super) fn expire(&mut self, who: usize, now: DateTime<Utc>) {
        for (place, points) in self.purses[who].due(self.states[who].held(), local_day(now)) {
            let command = Command::Expire(Points::new(points).unwrap());
            self.states[who] = *decide(&self.states[who], &command).unwrap().after();
            let purse = &mut self.purses[who];
            purse.heaps[place].take(points);
            purse.heaps[place].expired += points;
            purse.last = purse.last.max(now);
            self.entries += 1;
        }
    }

    /// Posts a command of a source; the second time nothing.
    pub(super) fn post(
        &mut self,
        who: usize,
        command: Command,
        source: u128,
        now: DateTime<Utc>,
    ) -> Answer {
        self.post_about(who, command, (source, None), now)
    }

    fn post_about(
        &mut self,
        who: usize,
        command: Command,
        (source, of): (u128, Option<u128>),
        now: DateTime<Utc>,
    ) -> Answer {
        if self.posted.contains_key(&(source, command.kind())) {
            return Ok(true);
        }
        let decided = match decide(&self.states[who], &command) {
            Ok(decided) => decided,
            Err(refusal) => return code_of(refusal),
        };
        self.states[who] = *decided.after();
        for posting in decided.postings() {
            let points = posting.deltas.points(posting.kind).expect("a sound posting");
            self.posted.insert((source, posting.kind), (who, points));
            self.entries += 1;
            let purse = &mut self.purses[who];
            purse.last = purse.last.max(now);
            let change = posting.deltas.available + posting.deltas.held;
            if change != 0 {
                purse.follow((source, of), posting.kind, change);
            } else if let Some(of) = of {
                purse.follow((source, Some(of)), posting.kind, 0);
            }
        }
        Ok(false)
    }

    /// Gives back what a zeroing took, but for what was taken back since.
    pub(super) fn restore(&mut self, of: u128, now: DateTime<Utc>) -> Answer {
        let Some((who, _)) = self.posted.get(&(of, LedgerKind::ZeroOut)).copied() else {
            return refuse("not_found");
        };
        if self.posted.contains_key(&(of, LedgerKind::Restore)) {
            return Ok(true);
        }
        match self.purses[who].zeroed_by(of) {
            0 => Ok(false),
            left => self.post(who, Command::Restore(Points::new(left).unwrap()), of, now),
        }
    }

    /// Takes back what `of` earned.
    pub(super) fn reverse(&mut self, of: u128, by: u128, now: DateTime<Utc>) -> Answer {
        let Some((who, earned)) = self.posted.get(&(of, LedgerKind::Earn)).copied() else {
            return refuse("not_found");
        };
        let done = self.posted.contains_key(&(by, LedgerKind::Reverse));
        if !done && !self.reversed.insert(of) {
            return refuse("already_reversed");
        }
        let ended = if done { 0 } else { self.purses[who].ended(of) };
        let command = Command::Reverse { earned: Points::new(earned).unwrap(), ended };
        self.post_about(who, command, (by, Some(of)), now)
    }
}
