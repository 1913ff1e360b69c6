//! Signing up for activities, with capacity and wait list (报名).

mod repository;
mod service;

pub(crate) use service::find_sign_up;
