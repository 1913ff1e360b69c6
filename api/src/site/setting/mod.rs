//! Settings: dated values that a site inherits from the one above (设置).
//!
//! The `catalogue` says what can be set; rows are only ever added, so that
//! it can be told later which value was in force on any day. A site goes back to
//! inheriting by a row that says so; a value still to come is taken back by a row beside
//! it. A key's version at a site is the number of times it was set or taken back there:
//! rows never change, so that number is exactly what a second writer must know.

mod catalogue;
mod domain;
mod dto;
mod effective;
mod repository;
mod routes;
mod service;
mod supervision;

pub(crate) use effective::{NoticeLevel, PointsEffective, Settings};
pub(super) use routes::configure;
pub(crate) use service::{
    do_points_end_anywhere, effective_settings, public_texts, supervision_settings,
};
pub(crate) use supervision::SupervisionSettings;
