//! The ledger: posting, reading, and what nobody may change.

mod audit;
mod concurrency;
mod given;
mod ledger_verify;
mod model;
mod posting;
mod reading;

pub(crate) use audit::disarm;
