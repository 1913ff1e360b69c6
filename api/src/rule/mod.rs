//! Rules by which service earns points (积分细则): one rule set per town, in dated,
//! numbered versions.
//!
//! ```text
//! draft ──update──> draft ──publish (another person)──> published ──(overtaken)──> retired
//! ```
//!
//! In force on a day is the version with the highest number among those whose day has
//! come: publishing a version retires every older one from its day on, the one that has
//! not begun as well as the one in force. So nothing has to happen at midnight, and the
//! version of any past day can still be told. What left `draft` never changes: points
//! already given stay explainable by the text they were given by.
//!
//! The rules at the county's center are the template: a town's item stays below the
//! template's item of the same code, or of the same category, in every figure.

mod ceiling;
pub mod compute;
mod diff;
mod domain;
mod drafting;
mod dto;
mod error;
mod items;
mod kinds;
mod repository;
mod routes;
mod service;
mod template;

pub(crate) use error::ALL as CODES;
pub(crate) use items::digest as items_digest;
pub(crate) use routes::configure;
pub(crate) use service::{
    current_version, find_any, get_item, get_item_by_id, readable_version_at, version_at,
};
