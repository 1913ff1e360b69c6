//! Points cards (积分卡): one live card per volunteer, shown at roll-call and at the counter.
//!
//! `issued -> active -> lost | suspended -> active`, and from each of them `replaced`,
//! after which the number never authorises again. The number says nothing about its
//! holder and has a check character; the balance is not on the card.

mod domain;
mod dto;
mod error;
pub mod number;
mod qr;
mod repository;
mod routes;
mod service;

pub(crate) use error::{ALL as CODES, CARD_NOT_ACTIVE, CARD_UNKNOWN};
pub(crate) use routes::configure;
pub(crate) use service::{cancel_live_of, find_active, find_live, resolve, tails};
