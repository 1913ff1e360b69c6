//! The points ledger: every change of a volunteer's points, once, in order, for good.
//!
//! | file | for |
//! |---|---|
//! | `domain` | what a command does to an account, or why it may not (pure) |
//! | `chain` | the hash that ties each entry to the one before it (pure) |
//! | `check` | reads entries in order and says what is wrong (pure) |
//! | `posting` | the one way an entry is written |
//! | `words` | an entry in words (pure) |
//! | `reading` | balances now and then, entries by page, accounts proved |
//! | `service` | what other slices may have posted, and the balances they may read |

pub mod chain;
pub mod check;
pub mod domain;
mod dto;
mod error;
mod posting;
mod reading;
mod repository;
mod routes;
mod service;
mod words;

pub(crate) use error::ALL as CODES;
pub use posting::{Posted, Source};
pub(crate) use routes::configure;
#[cfg(feature = "test-support")]
pub use service::give_points;
pub(crate) use service::in_notice;
pub use service::{
    Balances, balances, commit, earn, expire, give_back, hold, open, release, restore, reverse,
    zero_out,
};
