//! What an audit found.

use std::fmt;

use serde::Serialize;

use crate::ledger::check::Totals;

/// Findings listed of each rule; a rule broken more often is broken.
pub(super) const LISTED: usize = 1000;

/// One row that breaks one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The rule.
    pub rule: &'static str,
    /// The table of the row.
    pub table: &'static str,
    /// The row: its id, or its name where it has none.
    pub row: String,
    /// What was found.
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, table, row, found } = self;
        write!(f, "{rule}: {table} {row}: {found}")
    }
}

/// Everything an audit found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Accounts with entries.
    pub accounts: u64,
    /// Entries read.
    pub entries: u64,
    /// Rules asked, besides those of each entry.
    pub rules: usize,
    /// Where the points are.
    pub totals: Totals,
    /// Time taken.
    pub milliseconds: u64,
    /// What is wrong; empty when the books are sound.
    pub violations: Vec<Violation>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.violations.is_empty()
    }

    /// Entries read each second.
    #[must_use]
    pub fn entries_per_second(&self) -> u64 {
        self.entries.saturating_mul(1000) / self.milliseconds.max(1)
    }

    /// Adds a finding.
    pub(super) fn add(
        &mut self,
        rule: &'static str,
        table: &'static str,
        row: impl Into<String>,
        found: impl Into<String>,
    ) {
        self.violations.push(Violation { rule, table, row: row.into(), found: found.into() });
    }
}
