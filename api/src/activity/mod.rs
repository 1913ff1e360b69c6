//! Activities: drafting, publishing, signing up, recording (活动).
//!
//! `draft -> submitted -> published -> in progress -> ended -> recorded -> archived`,
//! or `cancelled` before it begins; a submitted one may be returned to draft. It
//! begins and ends by the clock: ask [`current_state`], never the stored state alone.

mod cursor;
mod domain;
mod dto;
mod error;
pub(crate) mod jobs;
mod plan;
mod publishing;
mod query;
mod reading;
mod repository;
mod routes;
mod routes_read;
mod service;
mod signup;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use domain::{Runner, current_state, may_run, record_due_day};
pub(crate) use error::ALL as CODES;
pub(crate) use service::{earns_hours, forget_contact, get, lock};
pub(crate) use signup::{
    CODES as SIGN_UP_CODES, MINOR_BARRED, NEEDS_SKILL, NOT_SIGNED_UP, find_next, find_sign_up,
    forget_words, sign_up_at_door, withdraw_coming,
};

pub(crate) fn configure(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(routes::configure).configure(routes_read::configure).configure(signup::configure);
}
