//! Registrations that are not accepted (不予通过): nothing is left that says who she was.

mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(super) use domain::NAME;
pub(super) use routes::configure;
pub(crate) use service::close;
pub(super) use service::refuse;
