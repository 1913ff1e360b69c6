//! Unit tests of lots and their time.

use uuid::Uuid;

use super::super::domain::{AccountState, Command, Points, decide};
use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn noon(text: &str) -> DateTime<Utc> {
    format!("{text}T04:00:00Z").parse().unwrap()
}

fn id(n: u128) -> LedgerEntryId {
    Uuid::from_u128(n).into()
}

const EVER: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn months(months: u32) -> Terms {
    Terms { months, since: EVER }
}

/// An account written by the rules, entry by entry.
#[derive(Default)]
struct Book {
    state: AccountState,
    lots: Lots,
    entries: u128,
    now: DateTime<Utc>,
}

impl Book {
    /// Posts a command; answers the id of its own entry.
    fn post(
        &mut self,
        command: Command,
        refers_to: Option<LedgerEntryId>,
    ) -> Option<LedgerEntryId> {
        let decided = decide(&self.state, &command).ok()?;
        let mut own = None;
        for posting in decided.postings() {
            self.entries += 1;
            let entry = ledger_entry::Model {
                id: id(self.entries),
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
                source_id: Uuid::from_u128(self.entries),
                refers_to: refers_to.filter(|_| posting.kind != LedgerKind::Recover),
                actor_account_id: None,
                actor_role: "test".into(),
                reason: "test".into(),
                request_id: String::new(),
                prev_hash: String::new(),
                hash: String::new(),
                created_at: self.now,
            };
            assert_eq!(self.lots.read(&entry), Ok(()), "{entry:?}");
            if posting.kind == command.kind() {
                own = Some(entry.id);
            }
        }
        self.state = *decided.after();
        own
    }

    fn on(&mut self, date: &str) -> &mut Self {
        self.now = noon(date);
        self
    }

    fn earn(&mut self, points: i64) -> LedgerEntryId {
        self.post(Command::Earn(Points::new(points).unwrap()), None).unwrap()
    }

    fn zero(&mut self) -> LedgerEntryId {
        self.post(Command::ZeroOut, None).unwrap()
    }

    /// Takes back an earning; answers what is available and due then.
    fn reverse(&mut self, earning: LedgerEntryId, earned: i64) -> (i64, i64) {
        let (earned, ended) = (Points::new(earned).unwrap(), self.lots.ended_of(earning));
        self.post(Command::Reverse { earned, ended }, Some(earning)).unwrap();
        (self.state.available(), self.state.recovery_due())
    }

    fn spend(&mut self, points: i64) -> LedgerEntryId {
        self.post(Command::Hold(Points::new(points).unwrap()), None).unwrap();
        self.post(Command::Commit(Points::new(points).unwrap()), None).unwrap()
    }

    /// What ends next, seen from the book's day.
    fn next(&self, terms: Terms) -> Option<(i64, NaiveDate)> {
        self.lots.next(terms, local_day(self.now))
    }

    /// Points over their time, lot by lot.
    fn due(&self, terms: Terms, today: &str) -> Vec<i64> {
        self.lots.due(terms, day(today)).iter().map(|ending| ending.points).collect()
    }
}

#[test]
fn what_was_earned_first_is_spent_first_and_only_the_rest_ends() {
    let mut book = Book::default();
    book.on("2026-01-10").earn(50);
    book.on("2026-02-10").earn(20);
    book.on("2026-03-01").spend(30);

    assert_eq!(book.due(months(12), "2027-01-10"), [0_i64; 0], "usable on the last day");
    assert_eq!(book.due(months(12), "2027-01-11"), [20]);
    assert_eq!(book.due(months(12), "2027-02-11"), [20, 20]);
    assert_eq!(book.next(months(12)), Some((20, day("2027-01-10"))));
    let next = |today| book.lots.next(months(12), day(today));
    assert_eq!(next("2027-01-10"), Some((20, day("2027-01-10"))), "today is a day to come");
    assert_eq!(next("2027-01-11"), Some((20, day("2027-02-10"))), "and yesterday is none");
    assert_eq!(next("2027-02-11"), None);
}

#[test]
fn days_are_those_of_china_and_a_short_month_ends_on_its_last_day() {
    let mut book = Book { now: "2026-01-30T16:00:00Z".parse().unwrap(), ..Book::default() };
    book.earn(5);
    assert_eq!(book.next(months(1)), Some((5, day("2026-02-28"))), "earned on the 31st");
}

#[test]
fn held_points_do_not_end_and_end_the_next_night_when_they_come_back() {
    let mut book = Book::default();
    book.on("2026-01-10").earn(50);
    book.on("2027-01-09").post(Command::Hold(Points::new(30).unwrap()), None).unwrap();
    assert_eq!(book.due(months(12), "2027-01-11"), [20]);

    book.on("2027-01-12").post(Command::Release(Points::new(30).unwrap()), None).unwrap();
    assert_eq!(book.due(months(12), "2027-01-12"), [50]);
}

#[test]
fn no_term_takes_points_before_it_was_in_force_for_as_long_as_it_lasts() {
    let mut book = Book::default();
    book.on("2020-01-10").earn(50);
    let terms = Terms { months: 12, since: noon("2026-06-01") };
    assert_eq!(book.due(terms, "2027-06-01"), [0_i64; 0]);
    assert_eq!(book.due(terms, "2027-06-02"), [50]);
}

#[test]
fn what_comes_back_fills_its_lot_again_and_is_good_for_thirty_days_at_least() {
    let mut book = Book::default();
    book.on("2026-01-10").earn(50);
    book.on("2026-02-10").earn(20);
    let commit = book.on("2026-03-01").spend(60);
    let back = Command::Return(Points::new(60).unwrap());
    book.on("2027-01-05").post(back, Some(commit)).unwrap();

    assert_eq!(book.lots.total(), 70);
    assert_eq!(book.next(months(12)), Some((50, day("2027-02-04"))));
    assert_eq!(book.due(months(12), "2027-02-05"), [50]);
    assert_eq!(book.due(months(12), "2027-02-11"), [50, 20]);
}

#[test]
fn only_what_came_back_is_kept_and_the_rest_of_its_lot_ends_in_time() {
    let mut book = Book::default();
    book.on("2026-01-10").earn(50);
    let commit = book.on("2026-12-20").spend(3);
    let back = Command::Return(Points::new(3).unwrap());
    book.on("2026-12-24").post(back, Some(commit)).unwrap();
    book.on("2027-01-09").post(Command::Hold(Points::new(7).unwrap()), None).unwrap();
    assert_eq!(book.next(months(12)), Some((40, day("2027-01-10"))), "7 are held, 3 came back");
    assert_eq!(book.due(months(12), "2027-01-11"), [40]);

    book.on("2027-01-11").post(Command::Release(Points::new(7).unwrap()), None).unwrap();
    assert_eq!(book.due(months(12), "2027-01-11"), [47], "an order called off gives no new time");
    assert_eq!(book.next(months(12)), Some((3, day("2027-01-23"))));
    assert_eq!(book.due(months(12), "2027-01-24"), [47, 3], "each ends with its own day");
    assert_eq!(book.due(months(13), "2027-02-11"), [50], "or with the same, in one entry");
}

#[test]
fn of_one_earning_whatever_ends_first_is_spent_first() {
    let mut book = Book::default();
    let earning = book.on("2026-01-10").earn(50);
    let commits = [book.on("2026-12-20").spend(20), book.spend(10)];
    for (date, points, commit) in [("2026-12-24", 20, commits[0]), ("2026-12-28", 10, commits[1])] {
        let back = Command::Return(Points::new(points).unwrap());
        book.on(date).post(back, Some(commit)).unwrap();
    }
    assert_eq!(book.due(months(12), "2027-02-01"), [20, 20, 10]);

    book.on("2027-01-02").spend(25);
    assert_eq!(book.due(months(12), "2027-02-01"), [15, 10], "the rest, and 5 of the 20");
    let numbers = |book: &Book| {
        let due = book.lots.due(months(12), day("2027-02-01"));
        due.iter().map(|ending| ending.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&book), [0, 1], "each expiry has a cause of its own");
    book.on("2027-01-24").post(Command::Expire(Points::new(15).unwrap()), Some(earning)).unwrap();
    assert_eq!((book.due(months(12), "2027-02-01"), numbers(&book)), (vec![10], vec![1]));
    assert_eq!((book.lots.total(), book.lots.ended_of(earning)), (10, 15));
    assert_eq!(book.reverse(earning, 50), (0, 25), "what was spent is due, what ended is not");
}

#[test]
fn what_was_zeroed_or_expired_of_an_earning_is_not_taken_once_more() {
    let mut book = Book::default();
    let first = book.on("2026-01-10").earn(50);
    book.spend(20);
    let zeroing = book.on("2026-02-01").zero();
    let second = book.on("2026-03-01").earn(40);
    assert_eq!(book.lots.ended_of(first), 30);
    assert_eq!(book.reverse(first, 50), (20, 0), "the 20 spent come from the younger");
    assert_eq!((book.lots.ended_of(first), book.lots.zeroed_by(zeroing)), (0, 0));

    let points = Points::new(15).unwrap();
    book.post(Command::Expire(points), Some(second)).unwrap();
    assert_eq!(book.lots.ended_of(second), 15);
    assert_eq!(
        book.reverse(second, 40),
        (0, 20),
        "5 are left, 15 had ended, 20 paid for the first"
    );
}

#[test]
fn a_zeroing_undone_gives_back_nothing_of_an_earning_taken_back_since() {
    let mut book = Book::default();
    let first = book.on("2026-01-10").earn(50);
    book.earn(7);
    let zeroing = book.on("2026-02-01").zero();
    assert_eq!(book.reverse(first, 50), (0, 0));
    assert_eq!(book.lots.zeroed_by(zeroing), 7);
    book.post(Command::Restore(Points::new(7).unwrap()), Some(zeroing)).unwrap();
    assert_eq!((book.lots.total(), book.lots.zeroed_by(zeroing)), (7, 0));
}

#[test]
fn an_earning_taken_back_leaves_the_age_of_the_others() {
    let mut book = Book::default();
    book.on("2026-01-10").earn(50);
    let young = book.on("2026-03-10").earn(50);
    book.reverse(young, 50);
    assert_eq!(book.next(months(3)), Some((50, day("2026-04-10"))));
}

#[test]
fn impossible_entries_are_found() {
    let earning = id(1);
    let entry = |kind, available_delta, refers_to| ledger_entry::Model {
        id: id(99),
        volunteer_id: Uuid::nil().into(),
        seq: 2,
        kind,
        available_delta,
        held_delta: 0,
        recovery_delta: 0,
        available_after: 0,
        held_after: 0,
        recovery_after: 0,
        source_kind: "test".into(),
        source_id: Uuid::nil(),
        refers_to,
        actor_account_id: None,
        actor_role: "test".into(),
        reason: "test".into(),
        request_id: String::new(),
        prev_hash: String::new(),
        hash: String::new(),
        created_at: noon("2026-01-11"),
    };
    let faults = [
        (entry(LedgerKind::Expire, -51, Some(earning)), LotFault::ExpiredTooMuch),
        (entry(LedgerKind::Expire, -1, None), LotFault::ExpiredTooMuch),
        (entry(LedgerKind::ZeroOut, -51, None), LotFault::Overdrawn),
        (entry(LedgerKind::Restore, 5, Some(earning)), LotFault::GivenBackOtherwise),
    ];
    for (entry, fault) in faults {
        let mut book = Book::default();
        book.on("2026-01-10").earn(50);
        assert_eq!(book.lots.read(&entry), Err(fault));
    }
}

#[path = "expiry_property_tests.rs"]
mod any_life;
