//! The public tree: every ledger entry of a town as one salted line in a hash tree whose
//! signed heads anybody may keep, so that no line can be changed, dropped or slipped in
//! afterwards without being found.
//!
//! | file | for |
//! |---|---|
//! | `core` | hashes, lines, checkpoints, proofs: everything a verifier needs (pure) |
//! | `domain` | which tree, which card, which document a line names (pure) |
//! | `growing` | a tree's head being moved on, leaf by leaf |
//! | `reading` | reads the journal on and appends a leaf for each entry |
//! | `signing` | signs the heads, and refuses what contradicts an earlier one |
//! | `statements` | one leaf for each card when a quarter is over |
//! | `erasure` | a line is taken away, its hash stays |
//! | `proving` | proofs out of the stored subtrees |
//! | `keys`, `cosigning` | whose signatures count, and theirs under our heads |
//! | `service` | what anybody may ask, and a holder of her own line |
//! | `inspect` | recomputes everything for the audit |
//!
//! The tree is a consumer of the journal with a position of its own. It runs in the
//! sequencer's step, directly after the numbering is committed: the business transaction
//! knows nothing of it, the numbering does not wait for it, and a fault here stops neither
//! the journal nor its other readers. Leaves, nodes, head and position are written in one
//! transaction, so that whatever interrupts it, each event is read exactly once.

pub mod core;
mod cosigning;
mod domain;
mod dto;
mod erasure;
mod error;
mod growing;
pub(crate) mod inspect;
pub(crate) mod jobs;
mod journal_rows;
mod key_routes;
mod keys;
mod line_routes;
mod named_rows;
mod proving;
mod reading;
mod repository;
mod routes;
mod service;
mod signed_rows;
mod signing;
mod statement_rows;
mod statements;

use utoipa_actix_web::service_config::ServiceConfig;

pub use erasure::erase_lines;
pub(crate) use error::ALL as CODES;
pub(crate) use keys::keys_of;
pub use reading::run as read_journal;
pub(crate) use signing::head_of;
pub use signing::sign;
pub use statements::close_quarter;
pub(crate) use statements::{complete as complete_quarter, is_complete};

/// Registers the operations.
pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    routes::configure(cfg);
    line_routes::configure(cfg);
    key_routes::configure(cfg);
}
