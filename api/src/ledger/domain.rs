//! What a command does to a volunteer's account, or why it may not.
//!
//! `decide` is the only maker of [`Decided`], which the write path demands: no entry is written
//! that these rules have not seen. Available and held points are never negative. What a reversal
//! cannot take back becomes `recovery_due` and is paid by whatever becomes available next: who
//! owes points has none to spend.

use entity::ledger_entry::LedgerKind;
use thiserror::Error;

/// Most points of one command, and most an account may hold: one thousand million.
pub const POINTS_MAX: i64 = 1_000_000_000;

/// Why the ledger refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LedgerRefusal {
    /// Points must be 1 to [`POINTS_MAX`].
    #[error("points must be 1 to {POINTS_MAX}")]
    PointsOutOfRange,
    /// Less is available than is to be taken.
    #[error("only {available} points are available")]
    InsufficientPoints {
        /// What is available.
        available: i64,
    },
    /// Less is held than is to be committed or released: the hold has ended already.
    #[error("only {held} points are held")]
    InsufficientHeld {
        /// What is held.
        held: i64,
    },
    /// A paper book is taken over only into an account without entries.
    #[error("the account already has entries")]
    AlreadyOpened,
    /// The account would hold more than [`POINTS_MAX`].
    #[error("the account would exceed {POINTS_MAX} points")]
    AccountFull,
    /// Balances as read are impossible: negative, or entries without any.
    #[error("the stored balances are impossible")]
    ImpossibleBalances,
    /// A sum left the range of numbers.
    #[error("a sum is out of range")]
    Overflow,
}

/// A number of points to move: 1 to [`POINTS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(i64);

impl Points {
    /// A number of points within the bounds.
    ///
    /// # Errors
    /// `PointsOutOfRange`.
    pub const fn new(points: i64) -> Result<Self, LedgerRefusal> {
        if points < 1 || points > POINTS_MAX {
            return Err(LedgerRefusal::PointsOutOfRange);
        }
        Ok(Self(points))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// What an account holds after its last entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountState {
    available: i64,
    held: i64,
    recovery_due: i64,
    last_seq: i64,
}

impl AccountState {
    /// The balances as stored.
    ///
    /// # Errors
    /// `ImpossibleBalances` when one is negative, or when there are points without an entry.
    pub const fn from_row(
        available: i64,
        held: i64,
        recovery_due: i64,
        last_seq: i64,
    ) -> Result<Self, LedgerRefusal> {
        let any_negative = available < 0 || held < 0 || recovery_due < 0 || last_seq < 0;
        let any_points = available > 0 || held > 0 || recovery_due > 0;
        if any_negative || (any_points && last_seq == 0) {
            return Err(LedgerRefusal::ImpossibleBalances);
        }
        Ok(Self { available, held, recovery_due, last_seq })
    }

    /// Points that can be spent.
    #[must_use]
    pub const fn available(&self) -> i64 {
        self.available
    }

    /// Points kept for open redemptions.
    #[must_use]
    pub const fn held(&self) -> i64 {
        self.held
    }

    /// Points a reversal could not take back.
    #[must_use]
    pub const fn recovery_due(&self) -> i64 {
        self.recovery_due
    }

    /// Number of the last entry; zero for none.
    #[must_use]
    pub const fn last_seq(&self) -> i64 {
        self.last_seq
    }
}

/// What is to happen to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Take over the balance of a paper book; the first entry of an account.
    Opening(Points),
    /// Book earned points, and pay with them what is due.
    Earn(Points),
    /// Set points aside for a redemption.
    Hold(Points),
    /// Spend held points: the goods were handed over.
    Commit(Points),
    /// Make held points available again, the redemption was called off; they pay what is due.
    Release(Points),
    /// Give back spent points, the goods came back; they pay what is due.
    Return(Points),
    /// Take what is left of an earning whose time is over.
    Expire(Points),
    /// Take everything available. With nothing available there is no entry.
    ZeroOut,
    /// Give back what a zero-out took; it pays what is due.
    Restore(Points),
    /// Take back an earning; what was spent of it becomes due. What expired or was zeroed of it
    /// is given back first, so that it is not taken twice.
    Reverse {
        /// All of the earning.
        earned: Points,
        /// How much of it expired or was zeroed.
        ended: i64,
    },
}

impl Command {
    /// The kind of its own entry: with the source it tells a command posted before.
    #[must_use]
    pub const fn kind(&self) -> LedgerKind {
        match self {
            Self::Opening(_) => LedgerKind::Opening,
            Self::Earn(_) => LedgerKind::Earn,
            Self::Hold(_) => LedgerKind::Hold,
            Self::Commit(_) => LedgerKind::Commit,
            Self::Release(_) => LedgerKind::Release,
            Self::Return(_) => LedgerKind::Return,
            Self::Expire(_) => LedgerKind::Expire,
            Self::ZeroOut => LedgerKind::ZeroOut,
            Self::Restore(_) => LedgerKind::Restore,
            Self::Reverse { .. } => LedgerKind::Reverse,
        }
    }

    /// The points it names; none where the account says how many.
    #[must_use]
    pub const fn points(&self) -> Option<i64> {
        match self {
            Self::Opening(points)
            | Self::Earn(points)
            | Self::Hold(points)
            | Self::Commit(points)
            | Self::Release(points)
            | Self::Return(points)
            | Self::Expire(points)
            | Self::Restore(points)
            | Self::Reverse { earned: points, .. } => Some(points.get()),
            Self::ZeroOut => None,
        }
    }
}

/// By how much an entry changes each balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deltas {
    /// Change of what is available.
    pub available: i64,
    /// Change of what is held.
    pub held: i64,
    /// Change of what is due.
    pub recovery: i64,
}

impl Deltas {
    /// How many points an entry of this kind moves by these changes; none when no entry of
    /// this kind can make them.
    #[must_use]
    pub const fn points(self, kind: LedgerKind) -> Option<i64> {
        let Self { available, held, recovery } = self;
        let (points, fits) = match kind {
            LedgerKind::Opening | LedgerKind::Earn | LedgerKind::Return | LedgerKind::Restore => {
                (available, held == 0 && recovery == 0)
            }
            LedgerKind::Expire | LedgerKind::ZeroOut => {
                (available.saturating_neg(), held == 0 && recovery == 0)
            }
            LedgerKind::Hold => (held, available == held.saturating_neg() && recovery == 0),
            LedgerKind::Commit => (held.saturating_neg(), available == 0 && recovery == 0),
            LedgerKind::Release => (available, held == available.saturating_neg() && recovery == 0),
            LedgerKind::Recover => (available.saturating_neg(), held == 0 && recovery == available),
            // A part may be taken and the rest become due: neither goes the other way.
            LedgerKind::Reverse => {
                (recovery.saturating_sub(available), held == 0 && available <= 0 && recovery >= 0)
            }
        };
        if fits && points > 0 { Some(points) } else { None }
    }
}

/// One entry to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// What happened.
    pub kind: LedgerKind,
    /// By how much the balances change.
    pub deltas: Deltas,
    /// The balances after it; their `last_seq` is the number of this entry.
    pub after: AccountState,
}

/// Proof that a command was decided: its entries in order, at most two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    postings: Vec<Posting>,
    after: AccountState,
}

impl Decided {
    /// The entries to write, in order.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// The balances after all of them.
    #[must_use]
    pub const fn after(&self) -> &AccountState {
        &self.after
    }
}

/// Decides a command.
///
/// That a hold ends once, an earning is reversed once and a source posts once is kept by unique
/// keys of the entries; here only the balances are judged.
///
/// # Errors
/// The refusal; nothing is posted then.
pub fn decide(state: &AccountState, command: &Command) -> Result<Decided, LedgerRefusal> {
    let mut decided = Decided { postings: Vec::new(), after: *state };
    match *command {
        Command::Opening(points) => {
            if state.last_seq != 0 {
                return Err(LedgerRefusal::AlreadyOpened);
            }
            decided.post(LedgerKind::Opening, available(points.0))?;
        }
        Command::Earn(points) => {
            decided.post(LedgerKind::Earn, available(points.0))?;
            decided.recover(points)?;
        }
        Command::Hold(Points(points)) => {
            let deltas = Deltas { available: -points, held: points, recovery: 0 };
            decided.post(LedgerKind::Hold, deltas)?;
        }
        Command::Commit(Points(points)) => {
            decided.post(LedgerKind::Commit, Deltas { held: -points, ..Deltas::default() })?;
        }
        Command::Release(points) => {
            let deltas = Deltas { available: points.0, held: -points.0, recovery: 0 };
            decided.post(LedgerKind::Release, deltas)?;
            decided.recover(points)?;
        }
        Command::Return(points) => {
            decided.post(LedgerKind::Return, available(points.0))?;
            decided.recover(points)?;
        }
        Command::Expire(points) => decided.post(LedgerKind::Expire, available(-points.0))?,
        Command::ZeroOut if state.available == 0 => {}
        Command::ZeroOut => decided.post(LedgerKind::ZeroOut, available(-state.available))?,
        Command::Restore(points) => {
            decided.post(LedgerKind::Restore, available(points.0))?;
            decided.recover(points)?;
        }
        Command::Reverse { earned: Points(earned), ended } => {
            if ended > 0 {
                decided.post(LedgerKind::Restore, available(ended))?;
            }
            let taken = earned.min(decided.after.available);
            let deltas = Deltas { available: -taken, held: 0, recovery: earned - taken };
            decided.post(LedgerKind::Reverse, deltas)?;
        }
    }
    decided.is_within_bounds(state)?;
    Ok(decided)
}

const fn available(available: i64) -> Deltas {
    Deltas { available, held: 0, recovery: 0 }
}

impl Decided {
    /// Adds an entry, if the balances after it are allowed.
    fn post(&mut self, kind: LedgerKind, deltas: Deltas) -> Result<(), LedgerRefusal> {
        let before = self.after;
        let add = |balance: i64, delta| balance.checked_add(delta).ok_or(LedgerRefusal::Overflow);
        let after = AccountState {
            available: add(before.available, deltas.available)?,
            held: add(before.held, deltas.held)?,
            recovery_due: add(before.recovery_due, deltas.recovery)?,
            last_seq: add(before.last_seq, 1)?,
        };
        if after.available < 0 {
            return Err(LedgerRefusal::InsufficientPoints { available: before.available });
        }
        if after.held < 0 {
            return Err(LedgerRefusal::InsufficientHeld { held: before.held });
        }
        self.postings.push(Posting { kind, deltas, after });
        self.after = after;
        Ok(())
    }

    /// No command fills an account beyond its bound; one that is beyond it may still lose.
    fn is_within_bounds(&self, before: &AccountState) -> Result<(), LedgerRefusal> {
        let total =
            |it: &AccountState| it.available.checked_add(it.held).ok_or(LedgerRefusal::Overflow);
        let (after, before) = (total(&self.after)?, total(before)?);
        if after > POINTS_MAX && after > before { Err(LedgerRefusal::AccountFull) } else { Ok(()) }
    }

    /// Pays what is due with what just became available, and not with anything older.
    fn recover(&mut self, gained: Points) -> Result<(), LedgerRefusal> {
        let paid = gained.0.min(self.after.recovery_due);
        if paid == 0 {
            return Ok(());
        }
        let deltas = Deltas { available: -paid, held: 0, recovery: -paid };
        self.post(LedgerKind::Recover, deltas)
    }
}

#[cfg(test)]
#[path = "domain_tests.rs"]
mod tests;
