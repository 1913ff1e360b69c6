//! Property tests of lots and their time: whatever happens to an account.

use proptest::prelude::*;

use super::super::super::domain::POINTS_MAX;
use super::*;

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
            for lot in &book.lots.all {
                let own = due.iter().filter(|ending| ending.lot == lot.entry);
                prop_assert!(own.map(|ending| ending.points).sum::<i64>() <= lot.left);
                prop_assert!(lot.kept.values().sum::<i64>() <= lot.left, "a part of what is left");
                prop_assert!(lot.kept.values().all(|points| *points > 0));
            }
            if matches!(step, Step::Night) {
                for ending in due {
                    let command = Command::Expire(Points::new(ending.points).unwrap());
                    prop_assert!(book.post(command, Some(ending.lot)).is_some());
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
