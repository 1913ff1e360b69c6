//! The ledger: posting, reading, and what nobody may change.

mod given;
mod posting;
