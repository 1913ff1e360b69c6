//! Endings (不予通过、注销): nothing is left that says who she was.

mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(super) use routes::configure;
pub(super) use service::end;
