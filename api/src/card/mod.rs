//! Points cards.

mod error;
pub mod number;
mod repository;
mod service;

pub(crate) use error::{ALL as CODES, CARD_NOT_ACTIVE, CARD_UNKNOWN};
pub(crate) use service::{find_active, resolve};
