//! Samples (抽查): cases drawn by chance that nobody could steer and anybody can draw again, what
//! a supervisor found in them, and the error rate that follows.
//!
//! ```text
//! committed ──reveal──> drawn ──judge each──> in_order | defect ──settle──> settled
//!     └──(seven days)──> lapsed
//! ```
//!
//! - `draw` says how; the seed is promised before the population is fixed.
//! - A promise that was not kept stays in the public list.
//! - A case is judged once, by a supervisor who is not close to it. A defect opens a follow-up,
//!   which somebody else settles.
//! - The error rate is defects by judged cases; what was not judged is shown, never counted.

mod cases_view;
mod domain;
mod draw;
mod dto;
mod finding;
pub(crate) mod inspect;
mod public;
mod public_dto;
mod public_routes;
mod repository;
mod routes;
mod service;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use domain::Tally;
pub(super) use public::tallies;
pub(super) use service::{count_cases, lapse_due};

/// Registers the operations.
pub(super) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(routes::configure).configure(public_routes::configure);
}
