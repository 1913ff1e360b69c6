//! The journal: domain events, written in the business transaction without a position;
//! the sequencer numbers them after the commit, without holes.

mod repository;
mod service;

pub(crate) use service::publish;
