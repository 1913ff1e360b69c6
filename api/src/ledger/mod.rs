//! The points ledger.
