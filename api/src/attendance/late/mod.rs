//! Late entry (补录): an attendance nobody witnessed with a scan or a card, written down
//! afterwards by one person and agreed to by a second. Only then is it an attendance,
//! marked as entered by hand; whoever certifies its points is a third.
//!
//! `pending -> approved | rejected`.

mod domain;
mod dto;
mod reading;
mod repository;
mod routes;
mod service;

pub(super) use domain::LateRefusal;
pub(super) use routes::configure;
