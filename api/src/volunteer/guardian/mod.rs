//! Guardians of minors (监护人) and the consent they give at the station.

mod dto;
mod repository;
mod routes;
mod service;

pub(super) use routes::configure;
