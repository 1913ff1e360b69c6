//! Reads the entries of an account in order and says what is wrong with each. Pure.

use std::fmt;

use entity::ledger_entry::{self, LedgerKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::chain::GENESIS;
use super::posting::{deltas_of, hash_of};

/// What is wrong with an entry (流水问题).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryFault {
    /// 序号不连续
    Number,
    /// 与前一笔的哈希不衔接
    Link,
    /// 哈希与内容不符
    Hash,
    /// 余额不等于前一笔余额加变动
    Balance,
    /// 余额为负
    Negative,
    /// 变动与类型不符
    Kind,
    /// 时间早于前一笔
    Time,
    /// 缺少经办角色、事由或请求编号
    Unsigned,
}

impl EntryFault {
    /// Its word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Link => "link",
            Self::Hash => "hash",
            Self::Balance => "balance",
            Self::Negative => "negative",
            Self::Kind => "kind",
            Self::Time => "time",
            Self::Unsigned => "unsigned",
        }
    }
}

impl fmt::Display for EntryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The last entry read of the account being checked.
#[derive(Debug, Default)]
pub struct AccountCheck {
    last: Option<ledger_entry::Model>,
}

impl AccountCheck {
    /// Checks the entry against the one before it, which is the last of the same account
    /// that was read. An entry at fault is taken as it stands by the next, so that one
    /// altered row does not accuse all that follow.
    pub fn read(&mut self, entry: ledger_entry::Model) -> Vec<EntryFault> {
        let before = self.last.take().filter(|last| last.volunteer_id == entry.volunteer_id);
        let faults = faults(before.as_ref(), &entry);
        self.last = Some(entry);
        faults
    }
}

fn faults(before: Option<&ledger_entry::Model>, entry: &ledger_entry::Model) -> Vec<EntryFault> {
    let genesis;
    let link = if let Some(before) = before {
        &before.hash
    } else {
        genesis = data_encoding::HEXLOWER.encode(&GENESIS);
        &genesis
    };
    let acted_in_request = entry.actor_account_id.is_none() || !entry.request_id.is_empty();
    let fine = [
        (EntryFault::Number, before.map_or(0, |last| last.seq).checked_add(1) == Some(entry.seq)),
        (EntryFault::Link, entry.prev_hash == *link),
        (EntryFault::Hash, hash_of(entry).as_ref() == Some(&entry.hash)),
        (EntryFault::Balance, adds_up(before, entry)),
        (
            EntryFault::Negative,
            entry.available_after >= 0 && entry.held_after >= 0 && entry.recovery_after >= 0,
        ),
        (EntryFault::Kind, deltas_of(entry).points(entry.kind).is_some()),
        (EntryFault::Time, before.is_none_or(|last| last.created_at <= entry.created_at)),
        (
            EntryFault::Unsigned,
            !entry.actor_role.is_empty() && !entry.reason.is_empty() && acted_in_request,
        ),
    ];
    fine.into_iter().filter(|(_, fine)| !fine).map(|(fault, _)| fault).collect()
}

fn adds_up(before: Option<&ledger_entry::Model>, entry: &ledger_entry::Model) -> bool {
    let (available, held, due) = before
        .map_or((0, 0, 0), |last| (last.available_after, last.held_after, last.recovery_after));
    available.checked_add(entry.available_delta) == Some(entry.available_after)
        && held.checked_add(entry.held_delta) == Some(entry.held_after)
        && due.checked_add(entry.recovery_delta) == Some(entry.recovery_after)
}

/// Where the points of entries came from and went to: each entry's counter-account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Taken over and earned.
    pub issued: i128,
    /// Spent and not given back.
    pub spent: i128,
    /// Expired.
    pub expired: i128,
    /// Zeroed.
    pub zeroed: i128,
    /// Given back of what was zeroed, or of what ended of an earning that was taken back.
    pub restored: i128,
    /// Taken back.
    pub reversed: i128,
    /// What the volunteers have: available and held, less what is due.
    pub with_volunteers: i128,
}

impl Totals {
    /// Books an entry on both sides.
    pub fn book(&mut self, entry: &ledger_entry::Model) {
        let deltas = deltas_of(entry);
        let change =
            i128::from(deltas.available) + i128::from(deltas.held) - i128::from(deltas.recovery);
        self.with_volunteers += change;
        match entry.kind {
            LedgerKind::Opening | LedgerKind::Earn => self.issued += change,
            LedgerKind::Commit | LedgerKind::Return => self.spent -= change,
            LedgerKind::Expire => self.expired -= change,
            LedgerKind::ZeroOut => self.zeroed -= change,
            LedgerKind::Restore => self.restored += change,
            LedgerKind::Reverse => self.reversed -= change,
            // Moves within the account.
            LedgerKind::Hold | LedgerKind::Release | LedgerKind::Recover => {}
        }
    }

    /// Whether nothing appeared or vanished.
    #[must_use]
    pub const fn is_balanced(&self) -> bool {
        self.issued - self.spent - self.expired - self.zeroed + self.restored - self.reversed
            == self.with_volunteers
    }
}
