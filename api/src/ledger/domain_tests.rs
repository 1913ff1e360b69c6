//! Unit and property tests of the ledger's rules.

use proptest::prelude::*;

use super::*;

fn points(points: i64) -> Points {
    Points::new(points).unwrap()
}

fn state(available: i64, held: i64, recovery_due: i64) -> AccountState {
    AccountState::from_row(available, held, recovery_due, 7).unwrap()
}

fn reverse(earned: i64, ended: i64) -> Command {
    Command::Reverse { earned: points(earned), ended }
}

/// The balances after a command: available, held, due.
fn after(state: &AccountState, command: Command) -> Result<(i64, i64, i64), LedgerRefusal> {
    decide(state, &command).map(|decided| {
        let after = decided.after();
        (after.available(), after.held(), after.recovery_due())
    })
}

#[test]
fn each_command_moves_what_it_says() {
    let state = state(50, 20, 0);
    for (command, expected) in [
        (Command::Earn(points(10)), (60, 20, 0)),
        (Command::Hold(points(50)), (0, 70, 0)),
        (Command::Commit(points(20)), (50, 0, 0)),
        (Command::Release(points(20)), (70, 0, 0)),
        (Command::Return(points(10)), (60, 20, 0)),
        (Command::Expire(points(50)), (0, 20, 0)),
        (Command::ZeroOut, (0, 20, 0)),
        (Command::Restore(points(10)), (60, 20, 0)),
        (reverse(50, 0), (0, 20, 0)),
        (reverse(51, 0), (0, 20, 1)),
    ] {
        assert_eq!(after(&state, command), Ok(expected), "{command:?}");
        let decided = decide(&state, &command).unwrap();
        assert_eq!(decided.postings().len(), 1, "{command:?}");
        assert_eq!(decided.after().last_seq(), 8);
    }
}

#[test]
fn nothing_is_taken_that_is_not_there() {
    let state = state(50, 20, 0);
    let short = LedgerRefusal::InsufficientPoints { available: 50 };
    assert_eq!(after(&state, Command::Hold(points(51))), Err(short));
    assert_eq!(after(&state, Command::Expire(points(51))), Err(short));
    let short = LedgerRefusal::InsufficientHeld { held: 20 };
    assert_eq!(after(&state, Command::Commit(points(21))), Err(short));
    assert_eq!(after(&state, Command::Release(points(21))), Err(short));
}

#[test]
fn an_opening_is_the_first_entry_only() {
    let new = AccountState::default();
    let opened = decide(&new, &Command::Opening(points(30))).unwrap();
    assert_eq!((opened.after().available(), opened.after().last_seq()), (30, 1));
    let again = decide(opened.after(), &Command::Opening(points(30)));
    assert_eq!(again, Err(LedgerRefusal::AlreadyOpened));
    assert_eq!(
        after(&state(0, 0, 0), Command::Opening(points(1))),
        Err(LedgerRefusal::AlreadyOpened)
    );
}

#[test]
fn earnings_pay_what_is_due_first() {
    let debtor = decide(&state(10, 5, 0), &reverse(40, 0)).unwrap();
    assert_eq!(*debtor.after(), AccountState::from_row(0, 5, 30, 8).unwrap());

    let part = decide(debtor.after(), &Command::Earn(points(12))).unwrap();
    let kinds: Vec<_> = part.postings().iter().map(|posting| posting.kind).collect();
    assert_eq!(kinds, [LedgerKind::Earn, LedgerKind::Recover]);
    let [earn, recover] = part.postings() else { panic!("two entries") };
    assert_eq!(earn.deltas, Deltas { available: 12, held: 0, recovery: 0 });
    assert_eq!(earn.after.last_seq(), 9);
    assert_eq!(recover.deltas, Deltas { available: -12, held: 0, recovery: -12 });
    assert_eq!(recover.after, AccountState::from_row(0, 5, 18, 10).unwrap());
    assert_eq!(recover.after, *part.after());

    let rest = decide(part.after(), &Command::Earn(points(20))).unwrap();
    assert_eq!(*rest.after(), AccountState::from_row(2, 5, 0, 12).unwrap());
    let free = decide(rest.after(), &Command::Earn(points(1))).unwrap();
    assert_eq!(free.postings().len(), 1);
}

#[test]
fn whatever_becomes_available_pays_what_is_due_first() {
    let owing = state(0, 20, 30);
    for (command, expected) in [
        (Command::Release(points(20)), (0, 0, 10)),
        (Command::Return(points(40)), (10, 20, 0)),
        (Command::Restore(points(30)), (0, 20, 0)),
    ] {
        let decided = decide(&owing, &command).unwrap();
        let kinds: Vec<_> = decided.postings().iter().map(|posting| posting.kind).collect();
        assert_eq!(kinds, [command.kind(), LedgerKind::Recover]);
        assert_eq!(after(&owing, command), Ok(expected), "{command:?}");
    }
    assert_eq!(after(&owing, Command::Commit(points(20))), Ok((0, 0, 30)), "spent is spent");
}

#[test]
fn what_ended_of_an_earning_is_not_taken_once_more() {
    // Of 10, 4 were spent and 6 zeroed; 5 were earned since. The 4 spent are taken.
    let decided = decide(&state(5, 0, 0), &reverse(10, 6)).unwrap();
    let [given_back, taken] = decided.postings() else { panic!("two entries") };
    assert_eq!((given_back.kind, given_back.after.available()), (LedgerKind::Restore, 11));
    assert_eq!(taken.deltas, Deltas { available: -10, held: 0, recovery: 0 });
    assert_eq!(after(&state(5, 0, 0), reverse(10, 6)), Ok((1, 0, 0)));
    assert_eq!(after(&state(3, 0, 0), reverse(10, 6)), Ok((0, 0, 1)));
    assert_eq!(after(&state(7, 0, 0), reverse(10, 10)), Ok((7, 0, 0)), "all of it had ended");
    // Neither does it fail for want of room in between.
    assert_eq!(after(&state(POINTS_MAX, 0, 0), reverse(10, 10)), Ok((POINTS_MAX, 0, 0)));
}

#[test]
fn zeroing_nothing_writes_nothing() {
    let decided = decide(&state(0, 20, 3), &Command::ZeroOut).unwrap();
    assert_eq!(decided.postings(), []);
    assert_eq!(*decided.after(), state(0, 20, 3));
}

#[test]
fn changes_that_no_entry_of_the_kind_makes_are_told() {
    let deltas = |available, held, recovery| Deltas { available, held, recovery };
    for (kind, good, bad) in [
        (LedgerKind::Earn, deltas(5, 0, 0), deltas(-5, 0, 0)),
        (LedgerKind::Earn, deltas(5, 0, 0), deltas(5, 1, 0)),
        (LedgerKind::Expire, deltas(-5, 0, 0), deltas(5, 0, 0)),
        (LedgerKind::Hold, deltas(-5, 5, 0), deltas(-5, 6, 0)),
        (LedgerKind::Commit, deltas(0, -5, 0), deltas(5, -5, 0)),
        (LedgerKind::Release, deltas(5, -5, 0), deltas(0, -5, 0)),
        (LedgerKind::Recover, deltas(-5, 0, -5), deltas(-5, 0, 0)),
        (LedgerKind::Reverse, deltas(-2, 0, 3), deltas(-6, 0, -1)),
        (LedgerKind::Reverse, deltas(0, 0, 5), deltas(1, 0, 4)),
    ] {
        assert_eq!(good.points(kind), Some(5), "{kind}");
        assert_eq!(bad.points(kind), None, "{kind}");
    }
    let extreme = deltas(i64::MIN, i64::MIN, i64::MAX);
    assert_eq!(extreme.points(LedgerKind::Hold), None);
}

#[test]
fn zeroing_and_restoring_are_exact() {
    let before = state(123, 4, 0);
    let zeroed = decide(&before, &Command::ZeroOut).unwrap();
    let taken = -zeroed.postings()[0].deltas.available;
    let restored = decide(zeroed.after(), &Command::Restore(points(taken))).unwrap();
    assert_eq!(restored.after().available(), before.available());
}

#[test]
fn amounts_and_accounts_are_bounded() {
    for amount in [0, -1, POINTS_MAX + 1, i64::MIN, i64::MAX] {
        assert_eq!(Points::new(amount), Err(LedgerRefusal::PointsOutOfRange));
    }
    assert_eq!(points(POINTS_MAX).get(), POINTS_MAX);
    let full = state(POINTS_MAX - 5, 5, 0);
    for command in
        [Command::Earn(points(1)), Command::Return(points(1)), Command::Restore(points(1))]
    {
        assert_eq!(after(&full, command), Err(LedgerRefusal::AccountFull));
    }
    // What only moves or takes is still possible in a full account.
    assert!(decide(&full, &Command::Release(points(5))).is_ok());
    assert!(decide(&full, &Command::Hold(points(9))).is_ok());
    // Nor is an account beyond the bound (a row taken over from elsewhere) locked.
    let beyond = state(POINTS_MAX, 9, 0);
    for command in [Command::Release(points(9)), Command::Commit(points(1)), Command::ZeroOut] {
        assert!(decide(&beyond, &command).is_ok(), "{command:?}");
    }
    assert_eq!(after(&state(0, 0, i64::MAX), reverse(1, 0)), Err(LedgerRefusal::Overflow));
}

#[test]
fn impossible_rows_are_refused() {
    for (available, held, due, seq) in
        [(-1, 0, 0, 1), (0, -1, 0, 1), (0, 0, -1, 1), (0, 0, 0, -1), (1, 0, 0, 0), (0, 1, 0, 0)]
    {
        let row = AccountState::from_row(available, held, due, seq);
        assert_eq!(row, Err(LedgerRefusal::ImpossibleBalances));
    }
    assert_eq!(AccountState::from_row(0, 0, 0, 0), Ok(AccountState::default()));
}

fn any_command() -> impl Strategy<Value = Command> {
    let any_points = prop_oneof![
        9 => 1_i64..200,
        1 => POINTS_MAX / 2..=POINTS_MAX,
    ]
    .prop_map(points);
    (0..10, any_points, 0..100_i64).prop_map(|(kind, points, percent)| match kind {
        0 => Command::Opening(points),
        1 => Command::Earn(points),
        2 => Command::Hold(points),
        3 => Command::Commit(points),
        4 => Command::Release(points),
        5 => Command::Return(points),
        6 => Command::Expire(points),
        7 => Command::ZeroOut,
        8 => Command::Restore(points),
        _ => Command::Reverse { earned: points, ended: points.get() * percent / 100 },
    })
}

/// What a command should do to (available, held, due), written down without the code under test;
/// none where it must be refused.
fn model(
    (available, held, due): (i64, i64, i64),
    command: Command,
    is_new: bool,
) -> Option<(i64, i64, i64)> {
    let (available, held, due) = match command {
        Command::Opening(p) => (is_new.then_some(available + p.get())?, held, due),
        Command::Earn(p) | Command::Return(p) | Command::Restore(p) => {
            let paid = p.get().min(due);
            (available + p.get() - paid, held, due - paid)
        }
        Command::Hold(p) => (available - p.get(), held + p.get(), due),
        Command::Commit(p) => (available, held - p.get(), due),
        Command::Release(p) => {
            let paid = p.get().min(due);
            (available + p.get() - paid, held - p.get(), due - paid)
        }
        Command::Expire(p) => (available - p.get(), held, due),
        Command::ZeroOut => (0, held, due),
        Command::Reverse { earned: p, ended } => {
            let spent = p.get() - ended;
            ((available - spent).max(0), held, due + (spent - available).max(0))
        }
    };
    let is_allowed = available >= 0 && held >= 0 && available + held <= POINTS_MAX;
    is_allowed.then_some((available, held, due))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_sequence_keeps_the_balances(commands in prop::collection::vec(any_command(), 0..200)) {
        let mut state = AccountState::default();
        let mut expected = (0, 0, 0);
        let mut sums = (0_i64, 0_i64, 0_i64);
        let mut seq = 0;
        for command in commands {
            let modelled = model(expected, command, seq == 0);
            let decided = decide(&state, &command);
            prop_assert_eq!(decided.is_ok(), modelled.is_some(), "{:?}", command);
            let (Ok(decided), Some(modelled)) = (decided, modelled) else { continue };
            for posting in decided.postings() {
                seq += 1;
                sums.0 += posting.deltas.available;
                sums.1 += posting.deltas.held;
                sums.2 += posting.deltas.recovery;
                let after = posting.after;
                prop_assert!(after.available() >= 0 && after.held() >= 0 && after.recovery_due() >= 0);
                prop_assert_eq!((after.available(), after.held(), after.recovery_due()), sums);
                prop_assert_eq!(after.last_seq(), seq);
                let moved = posting.deltas.points(posting.kind);
                prop_assert!(moved.is_some(), "an entry that says nothing: {:?}", posting);
                let named = command.points().filter(|_| posting.kind == command.kind());
                prop_assert!(named.is_none() || named == moved, "{:?}", posting);
            }
            state = *decided.after();
            expected = modelled;
            prop_assert_eq!((state.available(), state.held(), state.recovery_due()), expected);
            prop_assert!(state.available() == 0 || state.recovery_due() == 0, "{:?}", state);
        }
    }

    #[test]
    fn no_stored_state_makes_it_panic(
        (available, held, due, seq) in any::<(i64, i64, i64, i64)>(), command in any_command(),
    ) {
        let decided = AccountState::from_row(available, held, due, seq)
            .and_then(|state| decide(&state, &command));
        if let Ok(decided) = decided {
            prop_assert!(decided.after().available() >= 0 && decided.after().held() >= 0);
        }
    }
}
