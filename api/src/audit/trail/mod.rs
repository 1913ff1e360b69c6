//! The audit trail: who did what to which object, read by the county's auditors.

mod dto;
mod repository;
mod routes;
mod service;

pub(crate) use routes::configure;
