//! Accounts for volunteers who were registered on paper (账号绑定).

mod dto;
mod repository;
mod routes;
mod service;

pub(super) use routes::configure;
