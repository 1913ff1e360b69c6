//! The phone number that WeChat vouches for (手机号).

mod dto;
mod routes;
mod service;

pub(super) use routes::configure;
