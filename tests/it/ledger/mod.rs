//! The ledger: posting, reading, and what nobody may change.

mod audit;
mod concurrency;
mod given;
mod model;
mod posting;
