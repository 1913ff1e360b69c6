//! The journal: domain events, written in the business transaction without a position;
//! the sequencer numbers them after the commit, without holes.
//!
//! Why not number them while writing: a counter row would make every write of the
//! county wait for every other, and a sequence leaves holes and lets a reader pass a
//! row that commits late.

pub(crate) mod jobs;
mod repository;
mod service;

pub use jobs::run as number;
pub(crate) use service::publish;
