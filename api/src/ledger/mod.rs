//! The points ledger: every change of a volunteer's points, once, in order, for good.
//!
//! | file | for |
//! |---|---|
//! | `domain` | what a command does to an account, or why it may not (pure) |
//! | `chain` | the hash that ties each entry to the one before it (pure) |
//! | `check` | reads entries in order and says what is wrong (pure) |
//! | `expiry` | which points are how old, and which are over their time (pure) |
//! | `posting` | the one way an entry is written |
//! | `words` | an entry in words (pure) |
//! | `reading` | balances now and then, entries by page, accounts proved |
//! | `statement` | a month or a quarter in a few sums (pure) |
//! | `ageing` | expires what is over its time, says what ends next |
//! | `service` | what other slices may have posted, and the balances they may read |

mod ageing;
pub mod chain;
pub mod check;
pub mod domain;
mod dto;
mod error;
pub mod expiry;
pub(crate) mod jobs;
mod posting;
mod reading;
mod repository;
mod routes;
mod service;
mod statement;
mod words;

pub use ageing::expire_due;
pub(crate) use error::ALL as CODES;
pub use posting::{Posted, Source, hash_of};
pub(crate) use routes::configure;
#[cfg(feature = "test-support")]
pub use service::give_points;
pub use service::{
    Balances, balances, commit, earn, give_back, hold, open, release, restore, reverse, zero_out,
};
pub(crate) use service::{
    Fate, certified, fate_of, in_notice, in_notice_beside, take_back_opening, usable,
};
