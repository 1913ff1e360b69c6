//! Signing up for activities, with capacity and wait list (报名).
//!
//! Every change happens under the activity's row lock; the number of people on the
//! list is counted by a conditional update, so it never passes the capacity.

mod domain;
mod door;
mod dto;
mod error;
mod reading;
mod repository;
mod routes;
mod service;

pub(crate) use door::sign_up_at_door;
pub(crate) use error::{ALL as CODES, MINOR_BARRED, NEEDS_SKILL, NOT_SIGNED_UP};
pub(crate) use routes::configure;
pub(crate) use service::{find_next, find_sign_up, forget_words, withdraw_coming};
