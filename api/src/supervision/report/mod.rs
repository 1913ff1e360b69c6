//! Reports (监督报告): what a supervisor has to say about a quarter of her site.
//!
//! ```text
//! draft ──file──> filed ──answer──> answered
//! ```
//!
//! One a supervisor, site and quarter. The counts are fixed at the filing, by the service; the
//! text is hers alone and does not change afterwards. The town reads and answers.

mod counting;
mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(super) use routes::configure;
