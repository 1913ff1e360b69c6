//! Settings: dated values that a site inherits from the one above (设置).
//!
//! The catalogue in `domain` says what can be set; rows are only ever added, so that
//! it can be told later which value was in force on any day.

mod domain;
mod repository;
mod service;

pub(crate) use domain::{PointsEffective, Settings};
pub(crate) use service::effective_settings;
