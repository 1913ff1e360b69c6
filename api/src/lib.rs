//! The civilization-practice points bank of a Chinese township.

pub mod attendance;
pub mod card;
pub mod goods;
pub mod ledger;
pub mod platform;
pub mod wechat;
