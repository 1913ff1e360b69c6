//! The home screen: everything it shows in one call, composed of other slices.

mod dto;
mod routes;
mod service;

pub(crate) use routes::configure;
