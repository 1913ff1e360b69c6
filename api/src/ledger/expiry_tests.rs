//! Unit and property tests of lots and their time.

use proptest::prelude::*;
use uuid::Uuid;

use super::super::domain::{AccountState, Command, POINTS_MAX, Points, decide};
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
    assert_eq!(book.lots.next(months(12)), Some((20, day("2027-01-10"))));
}

#[test]
fn days_are_those_of_china_and_a_short_month_ends_on_its_last_day() {
    let mut book = Book { now: "2026-01-30T16:00:00Z".parse().unwrap(), ..Book::default() };
    book.earn(5);
    assert_eq!(book.lots.next(months(1)), Some((5, day("2026-02-28"))), "earned on the 31st");
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
    assert_eq!(book.lots.next(months(12)), Some((50, day("2027-02-04"))));
    assert_eq!(book.due(months(12), "2027-02-05"), [50]);
    assert_eq!(book.due(months(12), "2027-02-11"), [50, 20]);
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
    assert_eq!(book.lots.next(months(1)), Some((50, day("2026-02-10"))));
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

/// One thing that may happen; numbers pick among what happened before.
#[derive(Clone, Copy, Debug)]
enum Step {
    Earn(i64),
    Hold(i64),
    Commit(usize),
    Release(usize),
    GiveBack(usize),
    ZeroOut,
    Restore(usize),
    Reverse(usize),
    Days(i64),
    Night,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop_oneof![9 => 1_i64..90, 1 => POINTS_MAX / 2..=POINTS_MAX].prop_map(Step::Earn),
        3 => (1_i64..90).prop_map(Step::Hold),
        2 => any::<usize>().prop_map(Step::Commit),
        2 => any::<usize>().prop_map(Step::Release),
        1 => any::<usize>().prop_map(Step::GiveBack),
        1 => Just(Step::ZeroOut),
        1 => any::<usize>().prop_map(Step::Restore),
        1 => any::<usize>().prop_map(Step::Reverse),
        3 => (1_i64..50).prop_map(Step::Days),
        2 => Just(Step::Night),
    ]
}

/// What is still to be undone of a life.
#[derive(Default)]
struct Open {
    holds: Vec<i64>,
    commits: Vec<(LedgerEntryId, i64)>,
    zeroings: Vec<LedgerEntryId>,
    earnings: Vec<(LedgerEntryId, i64)>,
}

fn pick<T>(from: &mut Vec<T>, which: usize) -> Option<T> {
    if from.is_empty() { None } else { Some(from.swap_remove(which % from.len())) }
}

fn take(book: &mut Book, open: &mut Open, step: Step) -> Option<()> {
    let points = |points| Points::new(points).unwrap();
    match step {
        Step::Earn(p) => {
            let entry = book.post(Command::Earn(points(p)), None)?;
            open.earnings.push((entry, p));
        }
        Step::Hold(p) => {
            book.post(Command::Hold(points(p)), None)?;
            open.holds.push(p);
        }
        Step::Commit(which) => {
            let p = pick(&mut open.holds, which)?;
            let entry = book.post(Command::Commit(points(p)), None).unwrap();
            open.commits.push((entry, p));
        }
        Step::Release(which) => {
            let p = pick(&mut open.holds, which)?;
            book.post(Command::Release(points(p)), None).unwrap();
        }
        Step::GiveBack(which) => {
            let (entry, p) = pick(&mut open.commits, which)?;
            book.post(Command::Return(points(p)), Some(entry));
        }
        Step::ZeroOut => {
            open.zeroings.push(book.post(Command::ZeroOut, None)?);
        }
        Step::Restore(which) => {
            let entry = pick(&mut open.zeroings, which)?;
            let left = Points::new(book.lots.zeroed_by(entry)).ok()?;
            book.post(Command::Restore(left), Some(entry));
        }
        Step::Reverse(which) => {
            let (entry, p) = pick(&mut open.earnings, which)?;
            let (ended, had) = (book.lots.ended_of(entry), book.state);
            book.reverse(entry, p);
            let net = |it: &AccountState| it.available() - it.recovery_due();
            assert_eq!(net(&had) - net(&book.state), p - ended, "taken once");
        }
        Step::Days(days) => book.now += TimeDelta::days(days),
        Step::Night => {}
    }
    Some(())
}

proptest! {
    #[test]
    fn lots_are_always_what_she_has_and_no_more_ends_than_is_left(
        steps in prop::collection::vec(any_step(), 1..120), term in 1_u32..5,
    ) {
        let mut book = Book { now: noon("2026-01-10"), ..Book::default() };
        let mut open = Open::default();
        for step in steps {
            take(&mut book, &mut open, step);
            let has = book.state.available() + book.state.held();
            prop_assert_eq!(book.lots.total(), has);
            prop_assert_eq!(book.lots.all.iter().map(|lot| lot.left).sum::<i64>(), has);
            let due = book.lots.due(months(term), local_day(book.now));
            let points: i64 = due.iter().map(|ending| ending.points).sum();
            prop_assert!(points <= book.state.available(), "held points do not end");
            prop_assert!(due.iter().all(|ending| ending.points <= ending.lot.left));
            prop_assert!(book.lots.all.iter().all(|lot| lot.left >= 0));
            if matches!(step, Step::Night) {
                for ending in due {
                    let command = Command::Expire(Points::new(ending.points).unwrap());
                    prop_assert!(book.post(command, Some(ending.lot.entry)).is_some());
                }
                prop_assert!(book.lots.due(months(term), local_day(book.now)).is_empty());
                prop_assert_eq!(book.lots.total(), book.state.available() + book.state.held());
            }
        }
    }

    /// First in, first out, said in one line: of what is old, so much is left as the young
    /// cannot account for.
    #[test]
    fn without_anything_given_back_the_old_have_what_the_young_cannot_account_for(
        earned in prop::collection::vec((1_i64..100, 0_i64..40), 1..20), spent in 0_i64..900,
    ) {
        let mut book = Book { now: noon("2026-01-10"), ..Book::default() };
        let mut young = 0;
        for (points, days) in earned {
            book.now += TimeDelta::days(days);
            book.earn(points);
        }
        let spent = spent.min(book.state.available());
        if spent > 0 {
            book.spend(spent);
        }
        let today = local_day(book.now);
        for lot in &book.lots.all {
            let last = local_day(lot.earned_at).checked_add_months(Months::new(3)).unwrap();
            let granted = id_points(&book, lot.entry);
            young += if last < today { 0 } else { granted };
        }
        let old: i64 = book.lots.due(months(3), today).iter().map(|e| e.points).sum();
        prop_assert_eq!(old, (book.state.available() - young).max(0));
    }
}

/// What an earning granted: what is left and what was spent of it.
fn id_points(book: &Book, entry: LedgerEntryId) -> i64 {
    let place = book.lots.places[&entry];
    let spent = book.lots.spent.values().flatten().filter(|(of, _)| *of == place);
    book.lots.all[place].left + spent.map(|(_, part)| part).sum::<i64>()
}
