//! Write-offs and counts (报损、盘点): proposed by one person with a reason, posted when a
//! second confirms. Until then the books stay as they are.
//!
//! `proposed -> confirmed | rejected`.

mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(super) use domain::AdjustmentRefusal;
pub(super) use routes::configure;
