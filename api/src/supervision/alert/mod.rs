//! Alerts (预警): counts that are worth a look. They are flagged, never punished: nothing follows
//! from them by itself, and who is flagged may have the best of reasons (a village with one
//! phone, a clerk who serves the old).
//!
//! An alert is a share: of all claims, redemptions or check-ins of a site in a quarter, so much
//! came by one hand, on one device or to one delegate. Computed when it is asked for; nothing is kept.

mod counts_view;
mod domain;
mod dto;
mod routes;
mod service;

pub(super) use routes::configure;
