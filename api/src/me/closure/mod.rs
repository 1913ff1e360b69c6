//! Leaving (注销): by phone, or on paper at the station for who has none.
//!
//! Nothing may be open in her name, and she may not be suspended. Then, in one transaction: her
//! profile is emptied, her card cancelled, her consents, sessions and sign-ups ended, what she
//! asked for and nobody decided withdrawn, her nominations as a supervisor ended, her lines in the
//! public tree and her own words erased. Ledger sums, hours and records stay with a number that
//! says nothing of her. SQLite overwrites in its file what it deletes, and its log is emptied
//! afterwards. It cannot be undone; `?dry_run=true` shows what would happen, and what she may take
//! along first (`GET /v1/me/export`).

mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(crate) use domain::ALL as CODES;
pub(super) use routes::configure;
