//! Freezes (冻结): a supervisor keeps a claim, a redemption or a notice entry of her site from
//! going on, with a reason and for some days.
//!
//! - At most one freeze of a record is in force; the database sees to it.
//! - It ends when she lifts it, when the town does, or by itself; never later than the setting
//!   allows, and the same reason does not serve twice for one record.
//! - What the record holds stays held; a redemption gets the lost time back.
//! - The holder sees why and until when, on the record itself.

mod domain;
mod dto;
mod ending;
mod repository;
mod routes;
mod service;

pub(super) use ending::lapse_due;
pub(super) use routes::configure;
pub(super) use service::count_made;
