//! Volunteers (志愿者): registration, verification, consents, guardians, and who is close
//! to whom.

mod domain;
mod repository;
mod service;

pub(crate) use domain::masked_name;
pub(crate) use service::{get, is_related, lock, related_among};
