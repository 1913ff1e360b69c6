//! What happened to an account in a month or a quarter, in a few sums (对账单). Pure.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use entity::ledger_entry::{self, LedgerKind};

use super::posting::deltas_of;
use crate::platform::clock::day_start;

/// A month or a quarter of China's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// Its first day.
    pub(super) first: NaiveDate,
    /// The first day after it.
    pub(super) next: NaiveDate,
}

impl Period {
    /// Reads `2026Q4` or `2026-11`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_at_checked(4)?;
        if !is_digits(year) {
            return None;
        }
        let (month, length) = match rest {
            "Q1" => (1, 3),
            "Q2" => (4, 3),
            "Q3" => (7, 3),
            "Q4" => (10, 3),
            _ => {
                // Digits are asked for: reading a number takes a sign in front, too.
                let month = rest.strip_prefix('-').filter(|it| it.len() == 2 && is_digits(it))?;
                (month.parse().ok()?, 1)
            }
        };
        let first = NaiveDate::from_ymd_opt(year.parse().ok()?, month, 1)?;
        let next = first.checked_add_months(Months::new(length))?;
        (first.year() >= 2000).then_some(Self { first, next })
    }

    /// Its first instant.
    pub(super) fn begins_at(self) -> DateTime<Utc> {
        day_start(self.first)
    }

    /// The first instant after it.
    pub(super) fn ends_at(self) -> DateTime<Utc> {
        day_start(self.next)
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The sums of a period. Points held count as hers until the goods are handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Statement {
    /// What she had at the beginning: available and held, less what was due.
    pub(super) opening: i64,
    /// Earned and taken over.
    pub(super) earned: i64,
    /// Spent, less what came back.
    pub(super) spent: i64,
    /// Expired.
    pub(super) expired: i64,
    /// Zeroed, restored and corrected: positive when she gained.
    pub(super) other: i64,
    /// What she had at the end.
    pub(super) closing: i64,
    /// How many entries.
    pub(super) entries: u64,
    /// Number of the first and the last of them.
    pub(super) seqs: Option<(i64, i64)>,
}

/// Available and held, less what is due.
fn net_after(entry: &ledger_entry::Model) -> i64 {
    let has = entry.available_after.saturating_add(entry.held_after);
    has.saturating_sub(entry.recovery_after)
}

impl Statement {
    /// Begins after the last entry before the period.
    pub(super) fn after(last: Option<&ledger_entry::Model>) -> Self {
        let opening = last.map_or(0, net_after);
        Self { opening, closing: opening, ..Self::default() }
    }

    /// Adds the next entry of the period.
    pub(super) fn read(&mut self, entry: &ledger_entry::Model) {
        let deltas = deltas_of(entry);
        let change = deltas.available.saturating_add(deltas.held).saturating_sub(deltas.recovery);
        match entry.kind {
            LedgerKind::Opening | LedgerKind::Earn => {
                self.earned = self.earned.saturating_add(change);
            }
            LedgerKind::Commit | LedgerKind::Return => {
                self.spent = self.spent.saturating_sub(change);
            }
            LedgerKind::Expire => self.expired = self.expired.saturating_sub(change),
            LedgerKind::ZeroOut | LedgerKind::Restore | LedgerKind::Reverse => {
                self.other = self.other.saturating_add(change);
            }
            // Moves within the account.
            LedgerKind::Hold | LedgerKind::Release | LedgerKind::Recover => {}
        }
        self.entries = self.entries.saturating_add(1);
        let first = self.seqs.map_or(entry.seq, |(first, _)| first);
        self.seqs = Some((first, entry.seq));
        self.closing = net_after(entry);
    }

    /// Whether the sums lead from the beginning to the end.
    #[cfg(test)]
    const fn adds_up(&self) -> bool {
        self.opening + self.earned - self.spent - self.expired + self.other == self.closing
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::domain::{AccountState, Command, Points, decide};
    use super::*;

    fn period(text: &str) -> Option<(String, String)> {
        Period::parse(text).map(|it| (it.first.to_string(), it.next.to_string()))
    }

    #[test]
    fn months_and_quarters_are_read_and_nothing_else() {
        let days = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(period("2026Q4"), days("2026-10-01", "2027-01-01"));
        assert_eq!(period("2026Q1"), days("2026-01-01", "2026-04-01"));
        assert_eq!(period("2026-12"), days("2026-12-01", "2027-01-01"));
        for text in [
            "",
            "2026",
            "2026Q5",
            "2026Q",
            "2026-13",
            "2026-1",
            "2026-+1",
            "2026--1",
            "1999Q4",
            "二〇二六Q1",
            "+026Q1",
        ] {
            assert_eq!(period(text), None, "{text}");
        }
        let begins = Period::parse("2026-11").unwrap().begins_at();
        assert_eq!(begins.to_string(), "2026-10-31 16:00:00 UTC", "China's midnight");
    }

    fn any_command() -> impl Strategy<Value = Command> {
        (0_u8..10, 1_i64..60).prop_map(|(which, points)| {
            let points = Points::new(points).unwrap();
            match which {
                0 | 1 => Command::Earn(points),
                2 => Command::Opening(points),
                3 => Command::Hold(points),
                4 => Command::Commit(points),
                5 => Command::Release(points),
                6 => Command::Return(points),
                7 => Command::Expire(points),
                8 => Command::ZeroOut,
                _ => Command::Reverse { earned: points, ended: points.get() / 3 },
            }
        })
    }

    fn entries(commands: &[Command]) -> Vec<ledger_entry::Model> {
        let (mut state, mut entries) = (AccountState::default(), Vec::new());
        for command in commands {
            let Ok(decided) = decide(&state, command) else { continue };
            for posting in decided.postings() {
                entries.push(ledger_entry::Model {
                    id: Uuid::nil().into(),
                    volunteer_id: Uuid::nil().into(),
                    seq: posting.after.last_seq(),
                    kind: posting.kind,
                    available_delta: posting.deltas.available,
                    held_delta: posting.deltas.held,
                    recovery_delta: posting.deltas.recovery,
                    available_after: posting.after.available(),
                    held_after: posting.after.held(),
                    recovery_after: posting.after.recovery_due(),
                    source_kind: "test".into(),
                    source_id: Uuid::nil(),
                    refers_to: None,
                    actor_account_id: None,
                    actor_role: "test".into(),
                    reason: "test".into(),
                    request_id: String::new(),
                    prev_hash: String::new(),
                    hash: String::new(),
                    created_at: DateTime::UNIX_EPOCH,
                });
            }
            state = *decided.after();
        }
        entries
    }

    proptest! {
        #[test]
        fn every_statement_adds_up_and_the_next_begins_where_it_ends(
            commands in prop::collection::vec(any_command(), 0..60), cut in any::<prop::sample::Index>(),
        ) {
            let entries = entries(&commands);
            let cut = cut.index(entries.len() + 1);
            let (before, after) = entries.split_at(cut);
            let mut first = Statement::after(None);
            for entry in before {
                first.read(entry);
            }
            let mut second = Statement::after(before.last());
            for entry in after {
                second.read(entry);
            }
            let mut whole = Statement::after(None);
            for entry in &entries {
                whole.read(entry);
            }

            for statement in [first, second, whole] {
                prop_assert!(statement.adds_up(), "{statement:?}");
                prop_assert!(statement.earned >= 0 && statement.expired >= 0);
            }
            prop_assert_eq!(first.closing, second.opening);
            prop_assert_eq!(whole.closing, second.closing);
            prop_assert_eq!(whole.earned, first.earned + second.earned);
            prop_assert_eq!(whole.spent, first.spent + second.spent);
            prop_assert_eq!(whole.other, first.other + second.other);
            prop_assert_eq!(whole.entries, first.entries + second.entries);
        }
    }
}
