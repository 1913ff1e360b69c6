//! Who a volunteer is: confirmed with the document in hand, corrected on record.

mod domain;
mod dto;
mod repository;
mod routes;
mod service;

pub(super) use routes::configure;
