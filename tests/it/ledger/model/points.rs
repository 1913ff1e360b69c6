//! What the model knows of points: pure decisions and maps.

use std::collections::{HashMap, HashSet};

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

/// The points of an account one heap after the other, the oldest first: when they were earned,
/// how long they are kept at least, how many there are.
#[derive(Clone, Debug, Default)]
struct Purse {
    heaps: Vec<(DateTime<Utc>, NaiveDate, i64)>,
    taken: HashMap<(u128, LedgerKind), Vec<(usize, i64)>>,
    last: DateTime<Utc>,
}

impl Purse {
    fn take(&mut self, mut points: i64) -> Vec<(usize, i64)> {
        let mut parts = vec![];
        for (place, heap) in self.heaps.iter_mut().enumerate() {
            let part = heap.2.min(points);
            heap.2 -= part;
            points -= part;
            parts.push((place, part));
        }
        assert_eq!(points, 0, "the heaps are less than the account");
        parts
    }

    /// Does with the heaps what an entry does with the account.
    fn follow(&mut self, source: u128, kind: LedgerKind, change: i64) {
        match kind {
            LedgerKind::Opening | LedgerKind::Earn => {
                self.heaps.push((self.last, NaiveDate::MIN, change));
            }
            LedgerKind::Return | LedgerKind::Restore => {
                let undone = if kind == LedgerKind::Return {
                    LedgerKind::Commit
                } else {
                    LedgerKind::ZeroOut
                };
                for (place, part) in self.taken.remove(&(source, undone)).expect("what was taken") {
                    self.heaps[place].2 += part;
                    if part > 0 {
                        self.heaps[place].1 = local_day(self.last + TimeDelta::days(30));
                    }
                }
            }
            _ => {
                let parts = self.take(-change);
                self.taken.insert((source, kind), parts);
            }
        }
    }

    /// What is over its time, the held points left out, heap by heap. Points are good for a
    /// month.
    fn due(&self, held: i64, today: NaiveDate) -> Vec<(usize, i64)> {
        let mut held = held;
        let mut due = vec![];
        for (place, (earned, kept, points)) in self.heaps.iter().enumerate() {
            let covered = held.min(*points);
            held -= covered;
            let last = local_day(*earned).checked_add_months(Months::new(1)).unwrap().max(*kept);
            if last < today && *points > covered {
                due.push((place, points - covered));
            }
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
            purse.heaps[place].2 -= points;
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
                purse.follow(source, posting.kind, change);
            }
        }
        Ok(false)
    }

    /// Posts the contrary of what `of` posted.
    pub(super) fn undo(
        &mut self,
        (of, kind): (u128, LedgerKind),
        command: fn(Points) -> Command,
        by: u128,
        now: DateTime<Utc>,
    ) -> Answer {
        let Some((who, points)) = self.posted.get(&(of, kind)).copied() else {
            return refuse("not_found");
        };
        let command = command(Points::new(points).unwrap());
        let done = self.posted.contains_key(&(by, command.kind()));
        if kind == LedgerKind::Earn && !done && !self.reversed.insert(of) {
            return refuse("already_reversed");
        }
        self.post(who, command, by, now)
    }
}
