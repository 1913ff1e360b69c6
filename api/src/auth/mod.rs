//! Signing in and being let in: WeChat login, access and refresh tokens, sessions,
//! roles by site subtree, and the guard in front of every operation.
//!
//! The database is the truth about sessions; the short-lived store only caches what
//! is known of an account for a few seconds, so that nobody is logged out when Redis
//! is gone and a revoked role stops working within those seconds.

mod account;
mod caller;
mod domain;
mod dto;
mod error;
mod facts;
mod guard;
mod refusals;
mod repository;
mod retention;
mod role;
mod routes;
mod service;
mod staffing;
mod token;

pub use caller::{Caller, Grant};
pub(crate) use error::{ALL as CODES, WECHAT_UNAVAILABLE};
pub(crate) use facts::forget;
#[cfg(feature = "test-support")]
pub use facts::forget_account;
pub(crate) use guard::{guard, spend};
pub(crate) use retention::purge;
pub use role::{Permission, grants, may_be_held_together};
pub(crate) use routes::configure;
pub(crate) use service::openid;
pub(crate) use staffing::{
    become_staff, close_account, find_refusal, forget_refusal, keep_refusal, lock_account,
    raise_token_version,
};
pub use token::{Subject, Tokens};
