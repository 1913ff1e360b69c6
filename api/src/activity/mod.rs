//! Activities: drafting, publishing, signing up, recording (活动).

mod domain;
mod repository;
mod service;
mod signup;

pub(crate) use domain::{Runner, current_state, may_run};
pub(crate) use service::{get, lock};
pub(crate) use signup::find_sign_up;
