//! Who is close to a volunteer: relatives declared for recusal (回避), and proxies who
//! act for her (代办).

mod domain;
mod dto;
mod own;
mod repository;
mod routes;
mod service;

pub(super) use routes::configure;
pub(crate) use service::{acts_for, is_kin_of_any, is_related, related_among, represented_by};
