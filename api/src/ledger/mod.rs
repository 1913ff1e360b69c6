//! The points ledger.
//!
//! | file | for |
//! |---|---|
//! | `domain` | what a command does to an account, or why it may not (pure) |
//! | `chain` | the hash that ties each entry to the one before it (pure) |

pub mod chain;
pub mod domain;
