//! Accounts under the security administrator (账号管理): disabled, enabled, their sessions
//! ended.
//!
//! An account belongs to no site. Whoever keeps accounts reaches it when she does so at every
//! site where its holder has a role or lives; an account of nobody in particular is the
//! county's.

mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(super) use domain::AccountRefusal;
pub(super) use routes::configure;
