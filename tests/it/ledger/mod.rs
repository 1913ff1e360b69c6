//! The ledger: posting, reading, and what nobody may change.

mod audit;
mod concurrency;
mod expiry;
mod given;
mod ledger_verify;
mod model;
mod posting;
mod reading;
mod statement;

pub(crate) use audit::disarm;
